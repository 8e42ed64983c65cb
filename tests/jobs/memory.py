"""The store as delivery sees it, in memory: rows, anchors, and what a reader may ask."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import TypeVar, cast

from bot.domain.defect import Defect
from bot.domain.errors import NotFound
from bot.domain.project import Suggesting
from bot.services.context import Clock, Context
from bot.services.delivery import Again, Claimed, Places, Settled, State, Verdict
from bot.services.outgoing import Outgoing
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.records import Anchor
from bot.services.roads import ClosedRoad
from bot.services.views import DefectView, Similar

T = TypeVar("T")


@dataclass
class Row:
    claimed: Claimed
    fold: str | None
    due_at: datetime
    lease_until: datetime | None = None
    state: State | None = None
    reason: str = ""


@dataclass
class MemoryStore:
    """Both ports in one: the outbox and the units of work."""

    team_id: str
    clock: Clock
    views: dict[str, DefectView] = field(default_factory=dict)
    alike: list[Similar] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    roads: dict[str, ClosedRoad] = field(default_factory=dict)
    on_put: list[Callable[[], None]] = field(default_factory=list)

    def put(self, message: Outgoing, created_at: datetime | None = None) -> Row:
        now = created_at or self.clock.now()
        expires_at = now + message.life if message.life else None
        name = f"row-{len(self.rows)}"
        claimed = Claimed(
            self.team_id, name, message.sort, message.lane, message.body, now, 0, False, message.bulk, expires_at
        )
        self.rows.append(Row(claimed, message.fold, now))
        return self.rows[-1]

    def waiting(self) -> list[Row]:
        return [row for row in self.rows if row.state is None]

    def states(self) -> list[State | None]:
        return [row.state for row in self.rows]

    # --- the outbox

    async def claim(self, now: datetime, lease: timedelta, places: Places) -> list[Claimed]:
        bulk, limit = min(places.bulk, places.each_bulk), min(places.free, places.each - sum(places.held.values()))
        for row in self.waiting():
            if row.claimed.expires_at and row.claimed.expires_at <= now and row.lease_until is None:
                row.state = State.EXPIRED
        found = sorted(self._claimable(now), key=lambda row: (row.claimed.bulk, row.due_at))
        few = [row for row in found if row.claimed.bulk][bulk:]
        return [self._lease(row, now + lease) for row in [row for row in found if row not in few][:limit]]

    def _heads(self) -> Iterator[Row]:
        lanes = set()
        for row in self.waiting():
            if row.claimed.lane not in lanes:
                lanes.add(row.claimed.lane)
                yield row

    def _claimable(self, now: datetime) -> Iterator[Row]:
        for row in self._heads():
            if row.due_at <= now and (row.lease_until is None or row.lease_until <= now):
                yield row

    def _lease(self, row: Row, until: datetime) -> Claimed:
        for other in self.waiting():
            if other is not row and row.fold and other.fold == row.fold:
                other.state = State.FOLDED
        doubtful = row.claimed.doubtful or row.lease_until is not None
        row.lease_until = until
        handed = replace(row.claimed, doubtful=doubtful)
        row.claimed = replace(row.claimed, doubtful=True)
        return handed

    async def renew(self, row: Claimed, until: datetime) -> bool:
        kept = next(each for each in self.rows if each.claimed.id == row.id)
        held = kept.state is None and kept.lease_until is not None
        kept.lease_until = until if held else kept.lease_until
        return held

    async def settle(self, row: Claimed, verdict: Verdict) -> None:
        kept = next(each for each in self.rows if each.claimed.id == row.id)
        kept.lease_until, kept.reason = None, verdict.reason
        if isinstance(verdict, Again):
            kept.due_at = verdict.due_at
            kept.claimed = replace(
                kept.claimed, attempts=kept.claimed.attempts + verdict.counts, doubtful=verdict.doubtful
            )
            return
        kept.state = verdict.state
        if isinstance(verdict, Settled) and verdict.then:
            verdict.then(self._unit())

    async def next_due(self) -> datetime | None:
        return min((max(row.due_at, row.lease_until or row.due_at) for row in self._heads()), default=None)

    async def reopen(self, team_id: str, roads: Collection[str], reasons: Collection[str]) -> int:
        for road in roads:
            self.roads.pop(road, None)
        dead = [row for row in self.rows if row.state is State.DEAD and row.reason in reasons]
        for row in dead:
            row.state, row.due_at = None, self.clock.now()
            row.claimed = replace(row.claimed, doubtful=False)
        return len(dead)

    # --- the units of work

    async def perform(self, context: Context, use_case: Callable[[UnitOfWork], T]) -> T:
        return use_case(self._unit())

    async def ask(self, team_id: str, question: Callable[[Questions], T]) -> T:
        return question(cast(Questions, self))

    def _unit(self) -> UnitOfWork:
        parts = SimpleNamespace(
            conversations=SimpleNamespace(set_anchor=self._set_anchor),
            defects=SimpleNamespace(by_id=lambda defect_id: self.defect_by_id(defect_id).defect),
            outbox=SimpleNamespace(put=self.put),
            roads=SimpleNamespace(close=self._close),
        )
        return cast(UnitOfWork, parts)

    def _close(self, road: str, code: str) -> bool:
        new = road not in self.roads
        self.roads[road] = ClosedRoad(road, code, self.clock.now(), self.clock.now())
        return new

    def closed_roads(self) -> list[ClosedRoad]:
        return list(self.roads.values())

    def _set_anchor(self, anchor: Anchor) -> None:
        self.views[anchor.defect_id] = replace(self.views[anchor.defect_id], anchor=anchor)

    # --- the questions

    def defect_by_id(self, defect_id: str) -> DefectView:
        if defect_id not in self.views:
            raise NotFound("defect", defect_id)
        return self.views[defect_id]

    def defect(self, key: str) -> DefectView:
        return next(view for view in self.views.values() if view.defect.key == key)

    def suggestions(self) -> Suggesting:
        return Suggesting.TYPING

    def similar_to(self, defect_id: str) -> list[Similar]:
        self.compared.append(defect_id)
        return self.alike

    def waits_for(self, person: str) -> list[DefectView]:
        return [view for view in self.views.values() if view.defect.owner == person]

    def verifiable_by(self, person: str) -> list[DefectView]:
        return []


def change(store: MemoryStore, defect: Defect) -> None:
    store.views[defect.id] = replace(store.views[defect.id], defect=defect)
