"""A duplicate follows its original: to the end of the chain, closed and reopened with it, never in a circle."""

from bot.domain.defect import Defect
from bot.domain.errors import OwnOriginal
from bot.services.judgements import remember
from bot.services.merging import join, part
from bot.services.ports import UnitOfWork


def original_of(uow: UnitOfWork, defect: Defect, key: str) -> Defect:
    """What `defect` would follow as a duplicate of `key`: the end of that chain. Raises NotFound, OwnOriginal."""
    named = uow.defects.get(key)
    if leads_to(uow, named, defect):
        raise OwnOriginal(defect.key, named.key)
    return end_of_chain(uow, named)


def end_of_chain(uow: UnitOfWork, defect: Defect) -> Defect:
    """What it follows through however many; itself where it follows nothing."""
    while defect.duplicate_of is not None:
        defect = uow.defects.by_id(defect.duplicate_of)
    return defect


def leads_to(uow: UnitOfWork, start: Defect, end: Defect) -> bool:
    """`start` is `end`, or follows it, through however many."""
    while start.id != end.id:
        if start.duplicate_of is None:
            return False
        start = uow.defects.by_id(start.duplicate_of)
    return True


def rejoin(uow: UnitOfWork, defect: Defect, before: str | None) -> None:
    """After an act on `defect`, which followed `before` until then: the originals know, and all move together."""
    if defect.duplicate_of != before:
        if before is not None:
            part(uow, uow.defects.by_id(before), defect)
        if defect.duplicate_of is not None:
            join(uow, uow.defects.by_id(defect.duplicate_of), defect)
        remember(uow, defect, before)
    if defect.duplicate_of is not None:
        defect.follow(uow.now, uow.defects.by_id(defect.duplicate_of))
    follow_original(uow, defect)


def follow_original(uow: UnitOfWork, original: Defect) -> None:
    """Duplicates of duplicates too."""
    for duplicate in uow.defects.duplicates_of(original.id):
        duplicate.follow(uow.now, original)
        follow_original(uow, duplicate)
