"""Whose a group of failures may be: the defects it is tied to, without those that somebody said it is not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.defect import Defect
from bot.services.ports import UnitOfWork
from bot.services.records import TestRun


@dataclass(frozen=True, slots=True)
class Found:
    """A group of failures. `linked`: by a defect's id those of its cases that are linked to it; `remembered`: the
    defect that an earlier failure with this error belongs to."""

    fingerprint: str
    error: str
    cases: int
    keys: tuple[str, ...]
    linked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    remembered: str | None = None

    @property
    def defects(self) -> tuple[str, ...]:
        return (*self.linked, *((self.remembered,) if self.remembered else ()))


def undenied(uow: UnitOfWork, run: TestRun, found: Sequence[Found]) -> list[Found]:
    """Without the defects of which somebody said that such a failure is not theirs, nor their duplicates."""
    denied = uow.clusters.denied(run.project_id, {one.fingerprint for one in found if one.defects})
    return [_without(uow, one, denied[one.fingerprint]) if one.fingerprint in denied else one for one in found]


def _without(uow: UnitOfWork, one: Found, denied: frozenset[str]) -> Found:
    kept = [each for each in one.defects if denied.isdisjoint(_chain(uow, each))]
    linked = {each: keys for each, keys in one.linked.items() if each in kept}
    return replace(one, linked=linked, remembered=one.remembered if one.remembered in kept else None)


def _chain(uow: UnitOfWork, defect_id: str) -> Iterator[str]:
    """The defect, what it duplicates, and so on."""
    following: str | None = defect_id
    while following is not None:
        yield following
        following = uow.defects.by_id(following).duplicate_of


def original_of(uow: UnitOfWork, defect_id: str) -> Defect:
    *_, last = _chain(uow, defect_id)
    return uow.defects.by_id(last)
