"""What people say of suggestions, kept as the labels that suggestions learn from."""

from dataclasses import dataclass

from bot.domain.defect import Defect
from bot.services import requests as ask
from bot.services.guards import permitted
from bot.services.notifications import lane
from bot.services.outgoing import Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.records import Judgement


@dataclass(frozen=True, slots=True)
class Judged:
    """Keys; `defect` "" where nothing was filed; `id` of the judgement."""

    suggested: str
    defect: str
    same: bool
    id: str


def judge(uow: UnitOfWork, request: ask.Judge) -> Judged:
    """*Same as* and *not a duplicate*; `dup of` says the same by itself (`remember`). Changes no defect.

    Of a filed defect (`request.defect`) the newest word on the same two counts. Raises NotFound, NotAllowed.
    """
    suggested, _ = permitted(uow, request.suggested, "evidence")
    filed = uow.defects.get(request.defect) if request.defect else None
    said = _of(uow, suggested, filed, same=request.same) if filed else _of_words(uow, suggested, request)
    uow.judgements.add(said)
    if filed is not None:
        _redraw(uow, filed)
    return Judged(suggested.key, filed.key if filed else "", request.same, said.id)


def _redraw(uow: UnitOfWork, defect: Defect) -> None:
    """The card shows what it may be."""
    anchor = uow.conversations.anchor(defect.id)
    if anchor is not None:
        uow.outbox.put(Outgoing(Sort.CARD, lane(anchor), {"defect_id": defect.id}, fold=f"card:{defect.id}"))


def remember(uow: UnitOfWork, defect: Defect, before: str | None) -> None:
    """`defect` followed `before` until now: that it follows another, or none, is a judgement too."""
    if before is not None:
        uow.judgements.withdraw(defect.id, before)
    if defect.duplicate_of is not None:
        uow.judgements.add(_of(uow, uow.defects.by_id(defect.duplicate_of), defect, same=True))


def _of_words(uow: UnitOfWork, suggested: Defect, request: ask.Judge) -> Judgement:
    return Judgement(
        uow.new_id(),
        suggested.project_id,
        suggested.id,
        request.same,
        uow.context.actor,
        uow.now,
        title=request.title,
        body=request.body,
        component=request.component,
    )


def _of(uow: UnitOfWork, suggested: Defect, filed: Defect, *, same: bool) -> Judgement:
    return Judgement(uow.new_id(), filed.project_id, suggested.id, same, uow.context.actor, uow.now, filed.id)
