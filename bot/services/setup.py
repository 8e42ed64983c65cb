"""Which channel belongs to which project, and what its people agreed on."""

import re
from dataclasses import dataclass, replace
from typing import NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.errors import Invalid, Missing
from bot.domain.events import Change, Event, Kind, Scalar, Subject
from bot.domain.project import Policy, Project, Suggesting
from bot.domain.values import Role, Surface
from bot.services.digests import DigestScheduled, DigestsStopped, schedule_digest, stop_digest
from bot.services.guards import permitted_in
from bot.services.ports import UnitOfWork
from bot.services.requests import ChooseSuggestions, ScheduleDigest, SetUp, StopDigest

_PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,9}")
LONGEST_NAME = 100  # characters
# What stands before a number in a requirement's or a test case's key.
_TAKEN = frozenset({"REQ", "TC"})


@dataclass(frozen=True, slots=True)
class ChannelSetUp:
    """`digest`: what was changed about it, if anything."""

    project: Project
    digest: DigestScheduled | DigestsStopped | None = None


def set_up(uow: UnitOfWork, request: SetUp) -> ChannelSetUp:
    """Raises Invalid on a prefix, zone or time that cannot be, Missing a release to send digests of, NotAllowed."""
    bound = uow.projects.for_channel(request.channel)
    permitted_in(uow, bound, "setup")
    known = _known(uow, request.prefix)
    project = known or _new(uow, request)
    permitted_in(uow, project, "setup")
    before = _settings(project) if known else {}
    if request.name:
        project.name = _named(request.name)
    if request.home_channel is not None:
        project.home_channel = request.home_channel or None
    if request.timezone:
        project.timezone = _zone(request.timezone)
    project.policy = _policy(project.policy, request)
    uow.projects.save(project)
    uow.projects.bind(request.channel, project)
    if request.key_notes is not None:
        uow.key_notes.switch(request.channel, request.key_notes)
    facts: dict[str, Scalar] = {"prefix": project.prefix, "channel": request.channel, "served_before_by": bound.prefix}
    if request.key_notes is not None:
        facts["key_notes"] = request.key_notes
    changes = _changes(before, _settings(project))
    uow.log.append(Event(Kind.PROJECT_SET_UP, Subject.PROJECT, project.id, changes, facts))
    if request.suggestions is not None:
        choose_suggestions(uow, ChooseSuggestions(request.suggestions))
    return ChannelSetUp(project, _daily(uow, project, request))


def choose_suggestions(uow: UnitOfWork, request: ChooseSuggestions) -> Suggesting:
    """For all projects, so whoever may set up the default one decides, and who has the store at hand; the event is that
    project's. Raises NotAllowed."""
    before, default = uow.projects.suggestions(), uow.projects.default()
    if request.when != before:
        if uow.context.surface is not Surface.COMMAND_LINE:
            permitted_in(uow, default, "setup")
        uow.projects.suggest(request.when)
        changes = {"suggestions": Change(before, request.when)}
        uow.log.append(Event(Kind.PROJECT_SET_UP, Subject.PROJECT, default.id, changes))
    return request.when


def _daily(uow: UnitOfWork, project: Project, request: SetUp) -> DigestScheduled | DigestsStopped | None:
    """Of the release that ships next, in this channel."""
    if request.daily is None:
        return None
    release = uow.releases.current(project.id)
    if release is None:
        return _no_release() if request.daily.on else None
    name, channel = f"{project.prefix}/{release.name}", request.channel
    if request.daily.on:
        daily = request.daily
        return schedule_digest(uow, ScheduleDigest(name, daily.at, project.timezone, daily.days, channel))
    return stop_digest(uow, StopDigest(name, channel)) if uow.digests.planned(release.id, channel) else None


def _no_release() -> NoReturn:
    raise Missing("digest", "setup")


def _known(uow: UnitOfWork, named: str) -> Project | None:
    prefix = named.strip().upper()
    if not _PREFIX.fullmatch(prefix) or prefix in _TAKEN:
        raise Invalid("prefix", named, "2 to 10 letters or digits, the first a letter, such as SHOP")
    return uow.projects.of_prefix(prefix)


def _new(uow: UnitOfWork, request: SetUp) -> Project:
    prefix = request.prefix.strip().upper()
    project = Project(uow.new_id(), prefix, request.name or prefix.capitalize())
    uow.projects.add(project)
    return project


def _named(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise Invalid("project", name, f"at most {LONGEST_NAME} characters, not {len(name)}")
    return name


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


def _settings(project: Project) -> dict[str, Scalar]:
    """People as Slack ids, separated by spaces."""
    roles = {role.value: " ".join(sorted(people)) for role, people in project.policy.roles.items() if people}
    return {
        "name": project.name,
        "home_channel": project.home_channel,
        "timezone": project.timezone,
        "four_eyes": project.policy.four_eyes,
        "require_triage": project.policy.require_triage,
        **roles,
    }


def _changes(before: dict[str, Scalar], after: dict[str, Scalar]) -> dict[str, Change]:
    names = dict.fromkeys([*before, *after])
    return {name: Change(before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}
