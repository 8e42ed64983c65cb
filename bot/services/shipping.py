"""The hour a release goes: its guard, what it closes, who is told; and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.decisions import Decision, DecisionKind
from bot.domain.defect import Defect
from bot.domain.errors import AlreadyShipped, Invalid, Missing, NotShipped, NotSigned
from bot.domain.events import Event, Kind, Scalar, Subject
from bot.domain.project import Project
from bot.domain.readiness import Readiness, Verdict
from bot.domain.release import Release
from bot.domain.signoffs import Signatures
from bot.domain.values import OPEN, Resolution, Status
from bot.services.deciding import announce, decide
from bot.services.duplicates import follow_original
from bot.services.ports import UnitOfWork
from bot.services.readiness import ReleaseStatus, not_ready, status
from bot.services.releases import named_release
from bot.services.requests import MoveOpen, Ship, Unship
from bot.services.signing import drift, signed_now


@dataclass(frozen=True, slots=True)
class Shipped:
    """`closed`: keys, duplicates not among them; `still_open`: keys of what counted in it and is not settled.
    `anyway`: the reason, where the gates did not let it go."""

    release: Release
    project: Project
    readiness: Readiness
    closed: tuple[str, ...]
    still_open: tuple[str, ...]
    decision: Decision
    anyway: str | None = None


@dataclass(frozen=True, slots=True)
class Unshipped:
    """`reopened`: keys of what shipping had closed and nobody touched since; they are verified again."""

    release: Release
    reopened: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    release: Release
    to: Release
    keys: tuple[str, ...]


def ship(uow: UnitOfWork, request: Ship) -> Shipped:
    """The decision is sealed with what was known.

    Raises NotFound, NotAllowed, AlreadyShipped, NotReady with the gates, NotSigned with who is missing.
    """
    release, project = named_release(uow, request.release, "ship")
    if release.shipped_at is not None:
        raise AlreadyShipped(release.name, release.shipped_at)
    questions = uow.questions
    stands = status(questions, questions.release_by_id(release.id))
    signed = signed_now(questions, stands)
    anyway = (request.anyway or "").strip()
    _guard(uow, stands, signed, anyway)
    counting = uow.defects.unclosed(release)
    closed = _close(uow, release, counting)
    still_open = tuple(d.key for d in counting if d.status in OPEN or _unsettled(d))
    more = {"closed": list(closed), "still_open": list(still_open), "anyway": bool(anyway)}
    decision = decide(uow, release, stands, signed, DecisionKind.SHIP, note=anyway, more=more)
    outcome = Shipped(release, project, stands.readiness, closed, still_open, decision, anyway or None)
    release.ship(uow.now, facts=_facts(outcome), note=anyway)
    uow.decisions.shipped(release.id, uow.now)
    announce(uow, stands, "release_shipped", _told(uow, outcome))
    _stop_digests(uow, release)
    return outcome


def unship(uow: UnitOfWork, request: Unship) -> Unshipped:
    """What shipping closed is verified again, unless somebody touched it since.

    Raises NotFound, NotAllowed, NotShipped, Missing a reason.
    """
    release, _ = named_release(uow, request.release, "ship")
    if release.shipped_at is None:
        raise NotShipped(release.name)
    reason = request.reason.strip() or _missing()
    questions = uow.questions
    stands = status(questions, questions.release_by_id(release.id))
    reopened = _reopen(uow, release)
    more = {"shipped_at": release.shipped_at.isoformat(), "reopened": list(reopened)}
    decide(uow, release, stands, signed_now(questions, stands), DecisionKind.UNSHIP, note=reason, more=more)
    release.unship(uow.now, note=reason)
    uow.decisions.unshipped(release.id, uow.now)
    facts = {"actor": uow.context.actor, "release": release.name, "reason": reason, "reopened": len(reopened)}
    announce(uow, stands, "release_unshipped", facts)
    return Unshipped(release, reopened)


def move_open(uow: UnitOfWork, request: MoveOpen) -> Moved:
    """Everything of a release that is not settled goes into another one of its project that has not shipped.
    Raises NotFound, NotAllowed, Invalid."""
    release, project = named_release(uow, request.release, "edit")
    to = uow.releases.find(request.to, project)
    if to.project_id != project.id or to.id == release.id:
        raise Invalid("to", request.to, f"another release of {project.prefix}")
    if to.shipped_at is not None:
        raise AlreadyShipped(to.name, to.shipped_at)
    own = [d for d in uow.defects.unclosed(release) if d.release_id == release.id]
    moving = [d for d in own if d.status in OPEN or d.status is Status.DEFERRED or _unsettled(d)]
    for defect in moving:
        defect.edit(uow.now, {"release_id": to.id})
    return Moved(release, to, tuple(defect.key for defect in moving))


def _missing() -> str:
    raise Missing("reason", "unship")


def _guard(uow: UnitOfWork, stands: ReleaseStatus, signed: Signatures, anyway: str) -> None:
    """Where sign-offs are asked for, they decide; else the gates do, or a release manager's go over what is waived, or
    their reason."""
    covered = all(gate.stands for gate in stands.readiness.gates)
    asked = stands.policy.signoffs
    free = not asked and (stands.readiness.verdict is Verdict.READY or anyway)
    if free or (covered and signed.complete):
        return
    if not covered:
        raise not_ready(stands, signing=bool(asked))
    asks = (role.role for role in signed.roles if role.role)
    holders = {role: stands.view.project.policy.holders(frozenset({role})) for role in asks}
    changed = drift(uow.questions, stands, signed.stale[-1].at) if signed.stale else None
    raise NotSigned(stands.release.name, signed, holders, changed)


def _close(uow: UnitOfWork, release: Release, counting: list[Defect]) -> tuple[str, ...]:
    """A verified defect of no release is closed too, unless it was verified on a build of another one."""
    own = {build.id for build in uow.releases.builds(release.id)} | {None}
    verified = [d for d in counting if d.status is Status.VERIFIED]
    closing = [d for d in verified if d.release_id == release.id or d.verified_on in own]
    for defect in closing:
        defect.close(uow.now, cause=release.name)
        follow_original(uow, defect)
    return tuple(defect.key for defect in closing)


def _reopen(uow: UnitOfWork, release: Release) -> tuple[str, ...]:
    """Those whose last change is their closing by this release's last shipping."""
    shipped = next(d for d in reversed(uow.decisions.of_release(release.id)) if d.kind is DecisionKind.SHIP)
    keys = []
    for key in shipped.body["closed"]:
        defect = uow.defects.get(key)
        last = uow.log.last_change(defect.id)
        if last is not None and last.event.kind is Kind.DEFECT_CLOSED and last.at == release.shipped_at:
            defect.compensate(uow.now, last.event, cause=release.name)
            follow_original(uow, defect)
            keys.append(defect.key)
    return tuple(keys)


def _unsettled(defect: Defect) -> bool:
    return defect.status is Status.RESOLVED and defect.resolution is not Resolution.DUPLICATE


def _facts(shipped: Shipped) -> dict[str, Scalar]:
    gates: dict[str, Scalar] = {gate.name: gate.value.value for gate in shipped.readiness.gates}
    return {
        "release": shipped.release.name,
        "verdict": shipped.readiness.verdict.value,
        "closed": len(shipped.closed),
        "still_open": len(shipped.still_open),
        "anyway": shipped.anyway is not None,
        **gates,
    }


def _told(uow: UnitOfWork, shipped: Shipped) -> Mapping[str, Any]:
    return {
        **_facts(shipped),
        "actor": uow.context.actor,
        "reason": shipped.anyway,
        "keys": ", ".join(shipped.still_open),
        "named": f"{shipped.project.prefix}/{shipped.release.name}",
        "decision": f"{shipped.decision.number}:{shipped.decision.hash[:8]}",
    }


def _stop_digests(uow: UnitOfWork, release: Release) -> None:
    for plan in uow.digests.planned(release.id, None):
        uow.digests.drop(plan)
        facts: dict[str, Scalar] = {"channel": plan.channel, "cause": release.name}
        uow.log.append(Event(Kind.DIGEST_STOPPED, Subject.RELEASE, release.id, {}, facts))
