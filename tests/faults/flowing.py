"""Delivery as it runs, where each call of the Web API takes its time by the workspaces' clock: that is put forward to
the next thing that happens once nobody works on anything, so what waits for a place is seen to wait."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.jobs.delivery import Delivery
from bot.jobs.ports import Road
from bot.sandbox.clock import ManualClock
from bot.services.delivery import Claimed, OutboxStore, Places, Verdict
from bot.slack.answers import Answer
from storage.deliveries import SqlOutboxStore
from tests.faults.sending import Sending
from tests.jobs.post import SpaceClock

# Rounds of the event loop after which whoever could go on has gone on.
ROUNDS = 20
PATIENCE = 120.0  # seconds that one step may really take


@dataclass
class Slow:
    """`takes`: the seconds of each call, by token."""

    road: Road
    clock: ManualClock
    takes: Callable[[str], float]

    async def call(
        self, token: str, method: str, payload: Mapping[str, Any], *, deadline: float | None = None
    ) -> Answer:
        await self.clock.sleep(self.takes(token))
        return await self.road.call(token, method, payload, deadline=deadline)

    async def send(self, url: str, *, content: bytes | None = None, message: Mapping[str, Any] | None = None) -> Answer:
        return await self.road.send(url, content=content, message=message)


@dataclass
class Counted:
    """How many rows are in hand, by workspace."""

    store: OutboxStore
    held: Counter[str] = field(default_factory=Counter)

    async def claim(self, now: datetime, lease: timedelta, places: Places) -> list[Claimed]:
        rows = await self.store.claim(now, lease, places)
        self.held.update(row.team_id for row in rows)
        return rows

    async def renew(self, row: Claimed, until: datetime) -> bool:
        return await self.store.renew(row, until)

    async def settle(self, row: Claimed, verdict: Verdict) -> None:
        await self.store.settle(row, verdict)
        self.held[row.team_id] -= 1

    async def next_due(self) -> datetime | None:
        return await self.store.next_due()

    async def reopen(self, team_id: str, roads: Collection[str], reasons: Collection[str]) -> int:
        return await self.store.reopen(team_id, roads, reasons)


class Rest:
    """Until a nudge, or until the clock is put forward to the hour that is waited for."""

    def __init__(self) -> None:
        self.until: float | None = None
        self._nudge: asyncio.Event | None = None
        self._hour = asyncio.Event()

    @property
    def resting(self) -> bool:
        return self._nudge is not None and not self._nudge.is_set() and not self._hour.is_set()

    async def wait(self, nudge: asyncio.Event, until: datetime | None) -> None:
        self._hour.clear()
        self.until, self._nudge = until.timestamp() if until else None, nudge
        either = {asyncio.ensure_future(each.wait()) for each in (nudge, self._hour)}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        for each in either:
            each.cancel()
        self._nudge = None

    def reached(self, now: float) -> None:
        if self.until is not None and self.until <= now:
            self._hour.set()


@dataclass
class Flow:
    post: Sending
    delivery: Delivery
    counted: Counted
    rest: Rest

    @property
    def held(self) -> Counter[str]:
        return self.counted.held

    async def passes(self, seconds: float) -> None:
        """What happens meanwhile has happened."""
        end = self.post.clock.now() + seconds
        while self.post.clock.now() < end:
            await self._still()
            self._forward(min(self._next(), end))

    async def empty(self) -> None:
        """Until nothing waits and nothing is in hand."""
        while True:
            await self._still()
            if not self.held.total() and self.rest.until is None:
                return
            self._forward(self._next())

    def _next(self) -> float:
        """What is due already waits for a place, which only the end of a call frees."""
        now, hours = self.post.clock.now(), (self.post.clock.next_hour, self.rest.until)
        return min((hour for hour in hours if hour is not None and hour > now), default=now)

    def _forward(self, hour: float) -> None:
        self.post.clock.move_to(hour + 0.001)
        self.rest.reached(self.post.clock.now())

    async def _still(self) -> None:
        """Everybody sleeps by the clock. Raises TimeoutError."""
        quiet = 0
        async with asyncio.timeout(PATIENCE):
            while quiet < ROUNDS:
                still = self.rest.resting and self.post.clock.sleeping >= self.held.total()
                quiet = quiet + 1 if still else 0
                await asyncio.sleep(0 if still else 0.001)


@asynccontextmanager
async def flowing(post: Sending, takes: Callable[[str], float]) -> AsyncIterator[Flow]:
    office = replace(post.office, slack=Slow(post.office.slack, post.clock, takes))
    counted = Counted(SqlOutboxStore(post.store, post.units, SpaceClock(post.clock)))
    rest = Rest()
    delivery = Delivery(counted, office, rest)
    running = asyncio.create_task(delivery.run())
    try:
        yield Flow(post, delivery, counted, rest)
    finally:
        delivery.stop()
        await running
