"""What people were told, beside what is there: lost, phantom, twice, out of order.

An operation is *ok* when its person saw it confirmed (Slack got 200 or an envelope's ack, or a message confirmed it),
*failed* when they were told that nothing was saved, *unknown* when no answer came, or one that leaves it open. What is
there is a sequence of effects, in the order in which the store or the workspace holds them.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Seen(StrEnum):
    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Operation:
    """`id` travels with the effect: a title, a comment's text. Only effects of one `lane` (a thread) have an order.
    `began` and `ended` count answers and starts, not seconds; what is unknown never ended."""

    id: str
    lane: str
    began: int
    seen: Seen = Seen.UNKNOWN
    ended: float = math.inf


@dataclass(frozen=True, slots=True)
class Effect:
    id: str
    lane: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """By id. `phantom`: there, although its person was told that it failed, or although nobody asked for it.
    `reordered`: stands behind something that only began after its own answer had come."""

    lost: tuple[str, ...] = ()
    phantom: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    reordered: tuple[str, ...] = ()

    def __add__(self, other: Findings) -> Findings:
        return Findings(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def none(self) -> bool:
        return not any(getattr(self, name) for name in self.__slots__)


@dataclass
class History:
    operations: dict[str, Operation] = field(default_factory=dict)
    _ticks: itertools.count[int] = field(default_factory=itertools.count)

    def begin(self, id: str, lane: str = "") -> Operation:
        """Until it is told how it ended, it is unknown. Raises ValueError for an id that is known."""
        if id in self.operations:
            raise ValueError(f"{id} has begun already")
        self.operations[id] = Operation(id, lane, next(self._ticks))
        return self.operations[id]

    def end(self, id: str, seen: Seen) -> None:
        operation = self.operations[id]
        operation.seen = seen
        operation.ended = math.inf if seen is Seen.UNKNOWN else next(self._ticks)

    def done(self, id: str, lane: str = "") -> None:
        """In one step, where only the order of the operations is known: an event log, for instance."""
        self.begin(id, lane)
        self.end(id, Seen.OK)

    def count(self, seen: Seen) -> int:
        return sum(operation.seen is seen for operation in self.operations.values())

    def compare(self, effects: Iterable[Effect]) -> Findings:
        there = list(effects)
        found = Counter(effect.id for effect in there)
        known = self.operations
        return Findings(
            lost=tuple(each.id for each in known.values() if each.seen is Seen.OK and not found[each.id]),
            phantom=tuple(id for id in found if id not in known or known[id].seen is Seen.FAILED),
            twice=tuple(id for id, times in found.items() if times > 1),
            reordered=_reordered(known, there),
        )


def _reordered(known: Mapping[str, Operation], there: Sequence[Effect]) -> tuple[str, ...]:
    lanes: dict[str, list[Operation]] = defaultdict(list)
    for effect in there:
        if effect.id in known:
            lanes[effect.lane].append(known[effect.id])
    return tuple(id for lane in lanes.values() for id in _late(lane))


def _late(lane: Sequence[Operation]) -> Iterable[str]:
    newest = -1
    for operation in lane:
        if operation.ended < newest:
            yield operation.id
        newest = max(newest, operation.began)
