"""Time as an argument: the system's, or one that a test moves by hand."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Clock(Protocol):
    """`now()` in seconds since 1970 (UTC); `sleep()` in seconds of that same clock."""

    def now(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ManualClock:
    """Stands still until `advance` or `move_to`; sleepers wake in order of their hour."""

    def __init__(self, start: float = 1_797_580_800.0) -> None:
        self._now = start
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), waking))
        await waking

    def advance(self, seconds: float) -> None:
        self.move_to(self._now + seconds)

    def move_to(self, moment: float) -> None:
        """Never backwards: message ids are times, and Slack's never repeat."""
        self._now = max(self._now, moment)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, waking = heapq.heappop(self._sleepers)
            if not waking.done():
                waking.set_result(None)

    @property
    def next_hour(self) -> float | None:
        """When the next sleeper wakes."""
        return min((hour for hour, _, waking in self._sleepers if not waking.done()), default=None)

    @property
    def sleeping(self) -> int:
        """How many wait, so that a test can wait until somebody does before it moves the clock."""
        return sum(1 for _, _, waking in self._sleepers if not waking.done())


async def within(clock: Clock, seconds: float, work: Awaitable[T]) -> T:
    """The result of `work`, or TimeoutError once `seconds` of `clock` have passed; `work` is then cancelled."""
    task = asyncio.ensure_future(work)
    limit = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({task, limit}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise TimeoutError(f"no answer in {seconds} s")
        return task.result()
    finally:
        for pending in (task, limit):
            if not pending.done():
                pending.cancel()
