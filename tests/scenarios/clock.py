"""A clock that runs as time does and can be put forward."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.sandbox.clock import SystemClock

MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # half past eight in Berlin


@dataclass
class TownClock:
    start: datetime = MONDAY
    _began: float = field(default_factory=time.monotonic)
    _put_forward: timedelta = timedelta()

    def now(self) -> datetime:
        return self.start + timedelta(seconds=time.monotonic() - self._began) + self._put_forward

    def put_forward(self, by: timedelta) -> None:
        self._put_forward += by


LONG = 30.0  # seconds


class SlowClock(SystemClock):
    """Slack's own, by which a trigger lives three seconds: a busy machine takes longer than life does, and what is late
    is what tests/faults tell."""

    PACE = 4

    def __init__(self) -> None:
        self._began = time.time()

    def now(self) -> float:
        return self._began + (time.time() - self._began) / self.PACE


class SlacksClock(SlowClock):
    """Pauses before Slack delivers again end when the story says so."""

    def __init__(self) -> None:
        super().__init__()
        self.come_again = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        if seconds < LONG:
            await super().sleep(seconds)
        else:
            await self.come_again.wait()
