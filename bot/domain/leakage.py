"""The account of a release: what was found before it shipped and what after, and how much of it was removed in time.

Leakage is escaped / (escaped + found before it shipped). Removal efficiency is what was found *and removed* (fixed and
verified) before it shipped, of the same whole: a defect that was known and shipped is no leak, and was not removed.
https://en.wikipedia.org/wiki/Defect_removal_efficiency; docs/quality.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Cell(NamedTuple):
    """`number` defects of one severity and component; `removed` of them had been fixed and verified."""

    severity: str
    component: str | None
    number: int
    removed: int


@dataclass(frozen=True, slots=True)
class Share:
    found: int = 0
    removed: int = 0
    escaped: int = 0

    @property
    def all(self) -> int:
        return self.found + self.escaped

    @property
    def leakage(self) -> int | None:
        """Percent, rounded; None of nothing."""
        return _percent(self.escaped, self.all)

    @property
    def removal(self) -> int | None:
        return _percent(self.removed, self.all)


@dataclass(frozen=True, slots=True)
class Account:
    """`shipped_at` None: it is open, and `before` is all that was found so far. `before` is of the instant at which it
    shipped, `after` of the one that was asked for."""

    release: str
    shipped_at: datetime | None
    before: tuple[Cell, ...] = ()
    after: tuple[Cell, ...] = ()

    @property
    def whole(self) -> Share:
        return _share(self.before, self.after)

    @property
    def severities(self) -> Mapping[str, Share]:
        return self._by(lambda cell: cell.severity)

    @property
    def components(self) -> Mapping[str, Share]:
        """ "" has none. Two that differ in case alone are one, as they are to queries."""
        called: dict[str, str] = {}
        for cell in (*self.before, *self.after):
            called.setdefault((cell.component or "").casefold(), cell.component or "")
        return self._by(lambda cell: called[(cell.component or "").casefold()])

    def _by(self, part: Callable[[Cell], str]) -> Mapping[str, Share]:
        names = sorted({part(cell) for cell in (*self.before, *self.after)})
        sides = (self.before, self.after)
        return {name: _share(*([cell for cell in side if part(cell) == name] for side in sides)) for name in names}


def _share(before: Iterable[Cell], after: Iterable[Cell]) -> Share:
    found = tuple(before)
    return Share(
        sum(cell.number for cell in found), sum(cell.removed for cell in found), sum(cell.number for cell in after)
    )


def _percent(part: int, whole: int) -> int | None:
    """To the nearest whole one, halves up; but neither 0 nor 100 where it is not all."""
    if not whole:
        return None
    rounded = (200 * part + whole) // (2 * whole)
    return min(max(rounded, 1 if part else 0), 100 if part == whole else 99)
