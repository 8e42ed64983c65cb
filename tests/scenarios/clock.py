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


class SlacksClock(SystemClock):
    """Slack's own: pauses before it delivers again end when the story says so."""

    def __init__(self) -> None:
        self.come_again = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        if seconds < LONG:
            await super().sleep(seconds)
        else:
            await self.come_again.wait()
