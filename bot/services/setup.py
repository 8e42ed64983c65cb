"""Which channel belongs to which project, and what its people agreed on."""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.errors import Invalid
from bot.domain.events import Event, Kind, Scalar, Subject
from bot.domain.project import Policy, Project
from bot.domain.values import Role
from bot.services.guards import permitted_in
from bot.services.ports import UnitOfWork
from bot.services.requests import SetUp

_PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,9}")
# What stands before a number in a requirement's or a test case's key.
_TAKEN = frozenset({"REQ", "TC"})


def set_up(uow: UnitOfWork, request: SetUp) -> Project:
    """Raises Invalid on a prefix or zone that cannot be, NotAllowed."""
    permitted_in(uow, uow.projects.for_channel(request.channel), "setup")
    project = _project(uow, request)
    permitted_in(uow, project, "setup")
    if request.name:
        project.name = request.name
    if request.home_channel is not None:
        project.home_channel = request.home_channel or None
    if request.timezone:
        project.timezone = _zone(request.timezone)
    project.policy = _policy(project.policy, request)
    uow.projects.save(project)
    uow.projects.bind(request.channel, project)
    uow.log.append(Event(Kind.PROJECT_SET_UP, Subject.PROJECT, project.id, {}, _facts(request, project)))
    return project


def _project(uow: UnitOfWork, request: SetUp) -> Project:
    prefix = request.prefix.strip().upper()
    if not _PREFIX.fullmatch(prefix) or prefix in _TAKEN:
        raise Invalid("prefix", request.prefix, "2 to 10 letters or digits, the first a letter, such as SHOP")
    known = uow.projects.of_prefix(prefix)
    if known is not None:
        return known
    project = Project(uow.new_id(), prefix, request.name or prefix.capitalize())
    uow.projects.add(project)
    return project


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("timezone", name, "an IANA zone, such as Europe/Berlin") from error
    return name


def _policy(policy: Policy, request: SetUp) -> Policy:
    named = {
        Role.TESTER: request.testers,
        Role.DEVELOPER: request.developers,
        Role.RELEASE_MANAGER: request.release_managers,
        Role.ADMIN: request.admins,
    }
    roles = dict(policy.roles) | {role: frozenset(people) for role, people in named.items() if people is not None}
    return replace(
        policy,
        roles=roles,
        four_eyes=policy.four_eyes if request.four_eyes is None else request.four_eyes,
        require_triage=policy.require_triage if request.require_triage is None else request.require_triage,
    )


def _facts(request: SetUp, project: Project) -> dict[str, Scalar]:
    roles = {role.value: " ".join(sorted(people)) for role, people in project.policy.roles.items()}
    return {
        "prefix": project.prefix,
        "channel": request.channel,
        "home_channel": project.home_channel,
        "timezone": project.timezone,
        "four_eyes": project.policy.four_eyes,
        "require_triage": project.policy.require_triage,
        **roles,
    }
