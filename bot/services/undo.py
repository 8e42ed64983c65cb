"""The actor's last change of a defect, taken back within a minute by a compensating event."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

from bot.domain.defect import Defect
from bot.domain.errors import NothingToUndo
from bot.domain.events import Event, Kind, Logged, Subject
from bot.services import requests as ask
from bot.services.conversations import detach
from bot.services.duplicates import leads_to, rejoin
from bot.services.guards import permitted
from bot.services.merging import met_by
from bot.services.outcome import Outcome
from bot.services.parting import rejoin_failures
from bot.services.ports import UnitOfWork

LIMIT = timedelta(seconds=60)
# The bot's own consequences and what cannot be taken back.
FINAL = frozenset(
    {
        Kind.CHANGE_UNDONE,
        Kind.FIX_BOUND,
        Kind.DEFECT_UNLINKED,
        Kind.INFO_GIVEN,
        Kind.FOLLOWERS_CHANGED,
        Kind.LINKS_CARRIED,
        Kind.SEVERITY_CARRIED,
    }
)


def undo(uow: UnitOfWork, request: ask.Undo) -> Outcome:
    """Raises NothingToUndo: too late, somebody else changed it since, or a kind that stays."""
    key = request.key or _own_key(uow)
    defect, _ = permitted(uow, key, "undo")
    last = _undoable(uow, defect)
    followed = defect.duplicate_of
    _TAKING_BACK.get(last.event.kind, _compensate)(uow, defect, last.event)
    rejoin(uow, defect, followed)
    return Outcome(defect, Kind.CHANGE_UNDONE, {"undone": last.event.kind.value})


def _own_key(uow: UnitOfWork) -> str:
    defect_id = uow.log.last_defect_of(uow.context.actor)
    if defect_id is None:
        raise NothingToUndo(None, "nothing")
    defect = uow.defects.by_id(defect_id)
    # What moved along with its original is taken back with it.
    while defect.duplicate_of is not None and _moved_along(uow.log.last_change(defect.id)):
        defect = uow.defects.by_id(defect.duplicate_of)
    return defect.key


def _moved_along(last: Logged | None) -> bool:
    return last is not None and "cause" in last.event.facts


def _undoable(uow: UnitOfWork, defect: Defect) -> Logged:
    last = uow.log.last_change(defect.id)
    if last is None:
        raise NothingToUndo(defect.key, "nothing")
    if last.actor != uow.context.actor:
        raise NothingToUndo(defect.key, "changed", last.actor)
    if last.event.kind in FINAL or _moved_along(last):
        raise NothingToUndo(defect.key, "nothing")
    if uow.now - last.at > LIMIT:
        raise NothingToUndo(defect.key, "late")
    return last


def _compensate(uow: UnitOfWork, defect: Defect, event: Event) -> None:
    original = event.changes.get("duplicate_of")
    if original is not None and original.old is not None:
        _no_circle(uow, defect, str(original.old))
    defect.compensate(uow.now, event)


def _no_circle(uow: UnitOfWork, defect: Defect, original_id: str) -> None:
    """What it followed may by now follow it."""
    original = uow.defects.by_id(original_id)
    if leads_to(uow, original, defect):
        last = uow.log.last_change(original.id)
        raise NothingToUndo(defect.key, "changed", last.actor if last else None)


def _withdraw(uow: UnitOfWork, defect: Defect, _: Event) -> None:
    defect.withdraw(uow.now, uow.context.actor)


def _unlink(uow: UnitOfWork, defect: Defect, event: Event) -> None:
    targets = str(event.facts["targets"])
    for target in targets.split():
        uow.conversations.unlink(defect.id, target)
    uow.log.append(Event(Kind.DEFECT_UNLINKED, Subject.DEFECT, defect.id, {}, {"targets": targets}))


def _unsee(uow: UnitOfWork, defect: Defect, event: Event) -> None:
    for evidence_id in str(event.facts.get("evidence", "")).split():
        detach(uow, defect.id, evidence_id)
    uow.judgements.take_back(str(event.facts.get("judgement", "")))
    defect.unsee(uow.now, met_by(uow, defect, taken_back=uow.context.actor))


_TAKING_BACK: Mapping[Kind, Callable[[UnitOfWork, Defect, Event], None]] = MappingProxyType(
    {
        Kind.DEFECT_FILED: _withdraw,
        Kind.DEFECT_LINKED: _unlink,
        Kind.DEFECT_SEEN: _unsee,
        Kind.DEFECT_PARTED: rejoin_failures,
    }
)
