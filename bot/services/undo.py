"""The actor's last change of a defect, taken back within a minute by a compensating event."""

from datetime import timedelta

from bot.domain.defect import Defect
from bot.domain.errors import NothingToUndo
from bot.domain.events import Event, Kind, Logged, Subject
from bot.services import requests as ask
from bot.services.guards import permitted
from bot.services.outcome import Outcome
from bot.services.ports import UnitOfWork

LIMIT = timedelta(seconds=60)
# The bot's own consequences and what cannot be taken back.
FINAL = frozenset({Kind.CHANGE_UNDONE, Kind.FIX_BOUND, Kind.DEFECT_UNLINKED, Kind.INFO_GIVEN})


def undo(uow: UnitOfWork, request: ask.Undo) -> Outcome:
    """Raises NothingToUndo: too late, somebody else changed it since, or a kind that stays."""
    key = request.key or _own_key(uow)
    defect, _ = permitted(uow, key, "undo")
    last = _undoable(uow, defect)
    if last.event.kind is Kind.DEFECT_FILED:
        defect.withdraw(uow.now, uow.context.actor)
    elif last.event.kind is Kind.DEFECT_LINKED:
        _unlink(uow, defect, str(last.event.facts["target"]))
    else:
        defect.compensate(uow.now, last.event)
    return Outcome(defect, Kind.CHANGE_UNDONE, {"undone": last.event.kind.value})


def _own_key(uow: UnitOfWork) -> str:
    defect_id = uow.log.last_defect_of(uow.context.actor)
    if defect_id is None:
        raise NothingToUndo(None, "nothing")
    return uow.defects.by_id(defect_id).key


def _undoable(uow: UnitOfWork, defect: Defect) -> Logged:
    last = uow.log.last_change(defect.id)
    if last is None or last.event.kind in FINAL or "cause" in last.event.facts:
        raise NothingToUndo(defect.key, "nothing")
    if last.actor != uow.context.actor:
        raise NothingToUndo(defect.key, "changed", last.actor)
    if uow.now - last.at > LIMIT:
        raise NothingToUndo(defect.key, "late")
    return last


def _unlink(uow: UnitOfWork, defect: Defect, target: str) -> None:
    uow.conversations.unlink(defect.id, target)
    uow.log.append(Event(Kind.DEFECT_UNLINKED, Subject.DEFECT, defect.id, {}, {"target": target}))
