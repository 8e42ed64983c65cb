"""A project's gates: written anew, version by version, and tried on releases that shipped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from bot.domain.errors import Missing, NotFound, NothingToSign
from bot.domain.events import Event, Kind, Scalar, Subject
from bot.domain.gates import GatePolicy, GateSignature, PolicyVersion, changed, in_force, pending
from bot.domain.project import Project
from bot.domain.values import Role, Surface
from bot.services.guards import permitted_in
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus, just_before_shipping, status
from bot.services.requests import ApplyGates, SignGates
from bot.services.signing import missing_of, role_for
from bot.services.views import ReleaseView

# Whoever runs the store, and says so on the command line: no right in Slack is asked of them.
OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class GatesApplied:
    """`changed`: the gates that the edit touches; none: it says what holds already, and nothing was written.
    `waits_for`: the quorum that must sign before it holds; empty: it holds from now on."""

    project: Project
    version: PolicyVersion
    changed: tuple[str, ...]
    waits_for: Mapping[Role, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GatesSigned:
    """`missing`: how many of each role still have to; none: the edit holds from now on."""

    project: Project
    version: int
    role: Role
    missing: Mapping[Role, int]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A release at the instant before it shipped: as it was judged, and as the tried gates would have judged it."""

    was: ReleaseStatus
    would: ReleaseStatus


def apply_gates(uow: UnitOfWork, request: ApplyGates) -> GatesApplied:
    """From now on the project's undecided releases are held to it; where one is, and the gates that hold ask for
    sign-offs, only once those have signed. Raises NotFound, NotAllowed, Conflict."""
    project = _project(uow, request.prefix)
    if uow.context.actor != OPERATOR or uow.context.surface is not Surface.COMMAND_LINE:
        permitted_in(uow, project, "gates")
    versions = uow.gates.versions(project.id)
    old = in_force(versions, uow.now)
    touched = changed(old, request.policy)
    if not touched:
        return GatesApplied(project, PolicyVersion(old, uow.context.actor, uow.now, uow.now), ())
    policy = replace(request.policy, version=_next(versions))
    used = any(release.undecided for release in uow.releases.of_project(project.id))
    waits_for = old.signoffs if used else {}
    version = PolicyVersion(policy, uow.context.actor, uow.now, None if waits_for else uow.now)
    uow.gates.add(project.id, version)
    kind = Kind.GATES_PROPOSED if waits_for else Kind.GATES_CHANGED
    uow.log.append(Event(kind, Subject.PROJECT, project.id, {}, _facts(old, policy, touched)))
    return GatesApplied(project, version, touched, waits_for)


def sign_gates(uow: UnitOfWork, request: SignGates) -> GatesSigned:
    """By who signs releases under the gates that hold. Raises NotFound, NotAllowed, NothingToSign, Missing a role."""
    project = _project(uow, request.prefix)
    permitted_in(uow, project, "sign off")
    versions = uow.gates.versions(project.id)
    waiting, old = pending(versions), in_force(versions, uow.now)
    if waiting is None or request.version not in (None, waiting.policy.version):
        raise NothingToSign(request.version)
    version = waiting.policy.version
    role = role_for(project, old, uow.context.actor, request.role)
    if role is None:
        raise Missing("role", "sign")
    if uow.signoffs.sign_gates(project.id, version, GateSignature(uow.context.actor, role, uow.now)):
        facts: dict[str, Scalar] = {"version": version, "role": role.value}
        uow.log.append(Event(Kind.GATES_SIGNED, Subject.PROJECT, project.id, {}, facts))
    missing = missing_of(old, uow.signoffs.of_gates(project.id, version))
    if not missing and uow.gates.begin(project.id, version, uow.now):
        touched = changed(old, waiting.policy)
        uow.log.append(Event(Kind.GATES_CHANGED, Subject.PROJECT, project.id, {}, _facts(old, waiting.policy, touched)))
    return GatesSigned(project, version, role, missing)


def _project(uow: UnitOfWork, prefix: str) -> Project:
    project = uow.projects.of_prefix(prefix.upper()) if prefix else uow.projects.for_channel(uow.context.channel)
    if project is None:
        raise NotFound("project", prefix)
    return project


def replay(questions: Questions, view: ReleaseView, policy: GatePolicy) -> Replayed | None:
    """None: it has not shipped."""
    if view.release.shipped_at is None:
        return None
    was = just_before_shipping(questions, view)
    return Replayed(was, status(questions, view, was.at, was.standings, policy))


def _next(versions: Sequence[PolicyVersion]) -> int:
    return max((each.policy.version for each in versions), default=0) + 1


def _facts(old: GatePolicy, new: GatePolicy, touched: tuple[str, ...]) -> dict[str, Scalar]:
    return {
        "version": new.version,
        "before": old.version,
        "changed": " ".join(touched),
        "sha256": sha256(new.text.encode()).hexdigest(),
    }
