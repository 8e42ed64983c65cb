"""Filing and moving defects. Each function is one use case inside the caller's unit of work."""

from collections.abc import Mapping

from bot.domain.defect import Defect
from bot.domain.errors import Missing, NotAllowed, WrongState
from bot.domain.events import Kind, Scalar
from bot.domain.lifecycle import Action, allowed
from bot.domain.policy import CLOSERS, may_close
from bot.domain.project import Project
from bot.domain.values import Resolution, Status
from bot.services import requests as ask
from bot.services.builds import fixing_build
from bot.services.duplicates import follow_original, original_of, rejoin
from bot.services.guards import explained, permitted
from bot.services.outcome import Outcome
from bot.services.ports import UnitOfWork


def claim(uow: UnitOfWork, request: ask.Claim) -> Outcome:
    defect, _ = permitted(uow, request.key, "claim", Action.CLAIM)
    return _own(uow, defect, uow.context.actor, claimed=True)


def assign(uow: UnitOfWork, request: ask.Assign) -> Outcome:
    defect, _ = permitted(uow, request.key, "assign", Action.ASSIGN)
    if not request.person:
        raise Missing("person", "assign")
    return _own(uow, defect, request.person, claimed=request.person == uow.context.actor)


def _own(uow: UnitOfWork, defect: Defect, person: str, *, claimed: bool) -> Outcome:
    if defect.owner == person:
        return Outcome(defect, Kind.DEFECT_ASSIGNED, nothing=True)
    defect.assign(uow.now, person, claimed=claimed)
    return Outcome(defect, Kind.DEFECT_ASSIGNED, {"owner": person})


def unassign(uow: UnitOfWork, request: ask.Unassign) -> Outcome:
    defect, _ = permitted(uow, request.key, "unassign", Action.UNASSIGN)
    if defect.owner is None:
        return Outcome(defect, Kind.DEFECT_UNASSIGNED, nothing=True)
    defect.unassign(uow.now)
    return Outcome(defect, Kind.DEFECT_UNASSIGNED)


def start(uow: UnitOfWork, request: ask.Start) -> Outcome:
    defect, project = permitted(uow, request.key, "start", Action.START)
    _triaged_first(project, defect, Action.START)
    defect.start(uow.now, uow.context.actor)
    return Outcome(defect, Kind.DEFECT_STARTED, {"owner": defect.owner})


def _triaged_first(project: Project, defect: Defect, action: Action) -> None:
    if awaits_triage(project, defect):
        steps = tuple(step for step in allowed(defect.status) if step not in {Action.START, Action.FIXED})
        raise WrongState(defect.key, action, defect.status, defect.since, steps, "triage")


def awaits_triage(project: Project, defect: Defect) -> bool:
    """Nothing is started or fixed before: the project wants it so."""
    return project.policy.require_triage and defect.status is Status.NEW


def ask_info(uow: UnitOfWork, request: ask.AskInfo) -> Outcome:
    defect, _ = permitted(uow, request.key, "needs info", Action.NEEDS_INFO)
    if not request.person:
        raise Missing("person", "needs info")
    defect.ask(uow.now, uow.context.actor, request.person, request.question)
    return Outcome(defect, Kind.INFO_REQUESTED, {"person": request.person})


def mark_fixed(uow: UnitOfWork, request: ask.MarkFixed) -> Outcome:
    """Raises UnknownBuild: a build that nobody registered is never created silently."""
    defect, project = permitted(uow, request.key, "fixed", Action.FIXED)
    _triaged_first(project, defect, Action.FIXED)
    build = fixing_build(uow, defect, request.build)
    defect.fix(uow.now, uow.context.actor, build.id if build else None, request.commit, request.link)
    return Outcome(
        defect, Kind.DEFECT_FIXED, {"build": build.name if build else None, "release": _release_name(uow, defect)}
    )


def name_build(uow: UnitOfWork, request: ask.NameBuild) -> Outcome:
    """Raises WrongState unless it waits for its next build, UnknownBuild."""
    defect, _ = permitted(uow, request.key, "fixed")
    build = fixing_build(uow, defect, request.build) if defect.resolution is Resolution.FIXED else None
    named = defect.fixed_in == (build.id if build else None)
    if (
        defect.status is not Status.RESOLVED
        or defect.resolution is not Resolution.FIXED
        or (defect.fixed_in and not named)
    ):
        refusal = WrongState(defect.key, Action.FIXED, defect.status, defect.since, allowed(defect.status))
        raise explained(uow, defect, refusal)
    if build is None or named:
        return Outcome(defect, Kind.FIX_BOUND, nothing=True)
    defect.bind_fix(uow.now, build.id)
    return Outcome(defect, Kind.FIX_BOUND, {"build": build.name})


def _release_name(uow: UnitOfWork, defect: Defect) -> str | None:
    return uow.releases.by_id(defect.release_id).name if defect.release_id else None


def resolve(uow: UnitOfWork, request: ask.Resolve) -> Outcome:
    if request.resolution is Resolution.FIXED:
        return mark_fixed(uow, ask.MarkFixed(request.key))
    defect, _ = permitted(uow, request.key, "resolve", Action.RESOLVE)
    original = _original(uow, defect, request)
    defect.resolve(uow.now, uow.context.actor, request.resolution, request.note, original)
    facts: dict[str, Scalar] = {"resolution": request.resolution, "original": original.key if original else None}
    rejoin(uow, defect, None)
    return Outcome(defect, Kind.DEFECT_RESOLVED, facts)


def _original(uow: UnitOfWork, defect: Defect, request: ask.Resolve) -> Defect | None:
    if request.resolution is not Resolution.DUPLICATE:
        return None
    if not request.original:
        raise Missing("original", "resolve duplicate")
    return original_of(uow, defect, request.original)


def reopen(uow: UnitOfWork, request: ask.Reopen) -> Outcome:
    defect, _ = permitted(uow, request.key, "reopen", Action.REOPEN)
    if not request.reason.strip():
        raise Missing("reason", "reopen")
    bounces = defect.bounces
    reopen_for(uow, defect, request.reason)
    bounced: dict[str, Scalar] = {"bounces": defect.bounces} if defect.bounces > bounces else {}
    return Outcome(defect, Kind.DEFECT_REOPENED, {"owner": defect.owner, **bounced})


def reopen_for(uow: UnitOfWork, defect: Defect, reason: str, facts: Mapping[str, Scalar] | None = None) -> None:
    """What followed it, and what it followed, moves along. `facts`: what shows that it is not done."""
    before = defect.duplicate_of
    defect.reopen(uow.now, reason, facts)
    rejoin(uow, defect, before)


def defer(uow: UnitOfWork, request: ask.Defer) -> Outcome:
    defect, project = permitted(uow, request.key, "defer", Action.DEFER)
    if not request.reason.strip():
        raise Missing("reason", "defer")
    release = uow.releases.find(request.release, project)
    defect.defer(uow.now, release.id, request.reason)
    return Outcome(defect, Kind.DEFECT_DEFERRED, {"release": release.name})


def resume(uow: UnitOfWork, request: ask.Resume) -> Outcome:
    defect, _ = permitted(uow, request.key, "resume", Action.RESUME)
    defect.resume(uow.now)
    return Outcome(defect, Kind.DEFECT_RESUMED)


def close(uow: UnitOfWork, request: ask.Close) -> Outcome:
    """By hand: by its reporter or a release manager."""
    defect, project = permitted(uow, request.key, "close", Action.CLOSE)
    if not may_close(project, defect, uow.context.actor):
        holders = (defect.reporter, *project.policy.holders(CLOSERS))
        raise NotAllowed("close", CLOSERS, tuple(dict.fromkeys(holders)))
    defect.close(uow.now)
    follow_original(uow, defect)
    return Outcome(defect, Kind.DEFECT_CLOSED)
