"""The hour a release goes: its guard, what it closes, who is told."""

from dataclasses import dataclass

from bot.domain.defect import Defect
from bot.domain.errors import AlreadyShipped, NotReady
from bot.domain.events import Event, Kind, Scalar, Subject
from bot.domain.project import Project
from bot.domain.readiness import Readiness, Verdict
from bot.domain.release import Release
from bot.domain.values import OPEN, Resolution, Status
from bot.services.duplicates import follow_original
from bot.services.outgoing import Body, Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.readiness import reasons, status
from bot.services.releases import named_release
from bot.services.requests import Ship


@dataclass(frozen=True, slots=True)
class Shipped:
    """`closed`: keys, duplicates not among them; `still_open`: keys of what counted in it and is not settled.
    `anyway`: the reason, where the gates did not let it go."""

    release: Release
    readiness: Readiness
    closed: tuple[str, ...]
    still_open: tuple[str, ...]
    anyway: str | None = None


def ship(uow: UnitOfWork, request: Ship) -> Shipped:
    """Ready, or `anyway` with a reason by somebody who may ship; the decision is one event with what was known.

    Raises NotFound, NotAllowed, AlreadyShipped, NotReady with the reasons.
    """
    release, project = named_release(uow, request.release, "ship")
    if release.shipped_at is not None:
        raise AlreadyShipped(release.name, release.shipped_at)
    readiness = status(uow.questions, uow.questions.release_by_id(release.id)).readiness
    anyway = (request.anyway or "").strip()
    if readiness.verdict is not Verdict.READY and not anyway:
        raise NotReady(release.name, readiness.verdict.value, reasons(readiness))
    counting = uow.defects.unclosed(release)
    closed = _close(uow, release, counting)
    still_open = tuple(d.key for d in counting if d.status in OPEN or _unsettled(d))
    outcome = Shipped(release, readiness, closed, still_open, anyway or None)
    release.ship(uow.now, facts=_facts(outcome), note=anyway)
    _announce(uow, project, outcome)
    _stop_digests(uow, release)
    return outcome


def _close(uow: UnitOfWork, release: Release, counting: list[Defect]) -> tuple[str, ...]:
    """A verified defect of no release is closed too, unless it was verified on a build of another one."""
    own = {build.id for build in uow.releases.builds(release.id)} | {None}
    verified = [d for d in counting if d.status is Status.VERIFIED]
    closing = [d for d in verified if d.release_id == release.id or d.verified_on in own]
    for defect in closing:
        defect.close(uow.now, cause=release.name)
        follow_original(uow, defect)
    return tuple(defect.key for defect in closing)


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


def _announce(uow: UnitOfWork, project: Project, shipped: Shipped) -> None:
    """One line per channel that follows the release, none per defect."""
    following = [plan.channel for plan in uow.digests.planned(shipped.release.id, None)]
    bound: list[str | None] = [project.home_channel] if project.home_channel else [*uow.projects.channels(project.id)]
    facts: dict[str, Scalar] = {
        **_facts(shipped),
        "actor": uow.context.actor,
        "reason": shipped.anyway,
        "keys": ", ".join(shipped.still_open),
    }
    for channel in dict.fromkeys([*bound, *following] or [uow.context.channel]):
        if channel:
            body: Body = {"channel": channel, "template": "release_shipped", "facts": facts}
            uow.outbox.put(Outgoing(Sort.NOTICE, f"channel:{channel}", body))


def _stop_digests(uow: UnitOfWork, release: Release) -> None:
    for plan in uow.digests.planned(release.id, None):
        uow.digests.drop(plan)
        facts: dict[str, Scalar] = {"channel": plan.channel, "cause": release.name}
        uow.log.append(Event(Kind.DIGEST_STOPPED, Subject.RELEASE, release.id, {}, facts))
