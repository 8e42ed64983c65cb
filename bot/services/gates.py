"""A project's gates: written anew, version by version, and tried on releases that shipped."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.domain.errors import NotFound
from bot.domain.events import Event, Kind, Scalar, Subject
from bot.domain.gates import GatePolicy, PolicyVersion, changed, in_force
from bot.domain.project import Project
from bot.domain.values import Surface
from bot.services.guards import permitted_in
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus, status
from bot.services.requests import ApplyGates
from bot.services.views import ReleaseView

_JUST_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class GatesApplied:
    """`changed`: the gates that the edit touches; none: it says what holds already, and nothing was written."""

    project: Project
    version: PolicyVersion
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A release at the instant before it shipped: as it was judged, and as the tried gates would have judged it."""

    was: ReleaseStatus
    would: ReleaseStatus


def apply_gates(uow: UnitOfWork, request: ApplyGates) -> GatesApplied:
    """From now on the project's undecided releases are held to it. Raises NotFound, NotAllowed, Conflict."""
    project = uow.projects.of_prefix(request.prefix.upper())
    if project is None:
        raise NotFound("project", request.prefix)
    if uow.context.actor != "CI" or uow.context.surface is not Surface.COMMAND_LINE:
        permitted_in(uow, project, "gates")
    versions = uow.gates.versions(project.id)
    old = in_force(versions, uow.now)
    touched = changed(old, request.policy)
    if not touched:
        return GatesApplied(project, PolicyVersion(old, uow.context.actor, uow.now, uow.now), ())
    policy = replace(request.policy, version=_next(versions))
    version = PolicyVersion(policy, uow.context.actor, uow.now, uow.now)
    uow.gates.add(project.id, version)
    uow.log.append(Event(Kind.GATES_CHANGED, Subject.PROJECT, project.id, {}, _facts(old, policy, touched)))
    return GatesApplied(project, version, touched)


def replay(questions: Questions, view: ReleaseView, policy: GatePolicy) -> Replayed | None:
    """None: it has not shipped."""
    if view.release.shipped_at is None:
        return None
    at: datetime = view.release.shipped_at - _JUST_BEFORE
    was = status(questions, view, at)
    return Replayed(was, status(questions, view, at, was.standings, policy))


def _next(versions: Sequence[PolicyVersion]) -> int:
    return max((each.policy.version for each in versions), default=0) + 1


def _facts(old: GatePolicy, new: GatePolicy, touched: tuple[str, ...]) -> dict[str, Scalar]:
    return {
        "version": new.version,
        "before": old.version,
        "changed": " ".join(touched),
        "sha256": sha256(new.text.encode()).hexdigest(),
    }
