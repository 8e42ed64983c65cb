"""What people say of suggestions, kept as the labels that suggestions learn from."""

from bot.domain.defect import Defect
from bot.services import requests as ask
from bot.services.guards import permitted
from bot.services.ports import UnitOfWork
from bot.services.records import Judgement


def judge(uow: UnitOfWork, request: ask.Judge) -> None:
    """*Same as* and *not a duplicate*; `dup of` says the same by itself (`remember`). Changes no defect.

    Of a filed defect (`request.defect`) the newest word on the same two counts. Raises NotFound, NotAllowed.
    """
    suggested, _ = permitted(uow, request.suggested, "evidence")
    filed = uow.defects.get(request.defect) if request.defect else None
    if filed is not None:
        uow.judgements.add(_of(uow, suggested, filed, same=request.same))
        return
    uow.judgements.add(
        Judgement(
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
    )


def remember(uow: UnitOfWork, defect: Defect, before: str | None) -> None:
    """`defect` followed `before` until now: that it follows another, or none, is a judgement too."""
    if before is not None:
        uow.judgements.withdraw(defect.id, before)
    if defect.duplicate_of is not None:
        uow.judgements.add(_of(uow, uow.defects.by_id(defect.duplicate_of), defect, same=True))


def _of(uow: UnitOfWork, suggested: Defect, filed: Defect, *, same: bool) -> Judgement:
    return Judgement(uow.new_id(), filed.project_id, suggested.id, same, uow.context.actor, uow.now, filed.id)
