"""Waiting for work: until somebody says that there is some, or until the hour of what was put back."""

import asyncio
from datetime import datetime, timedelta
from typing import Protocol

from bot.services.context import Clock

# Work that another process left behind is noticed after this at the latest. A process is woken by its own commits only:
# PostgreSQL's NOTIFY does not reach a listener behind a pooler. The price is two reads of an index.
IDLE = timedelta(seconds=5)
# A row that is due and cannot be claimed must not make a loop without a pause.
BREATH = timedelta(milliseconds=50)


class Alarm(Protocol):
    async def wait(self, nudge: asyncio.Event, until: datetime | None) -> None:
        """Returns when `nudge` is set, or at `until`."""
        ...


class ClockAlarm:
    """By the system's clock, at most IDLE."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def wait(self, nudge: asyncio.Event, until: datetime | None) -> None:
        left = IDLE if until is None else min(max(until - self._clock.now(), BREATH), IDLE)
        try:
            async with asyncio.timeout(left.total_seconds()):
                await nudge.wait()
        except TimeoutError:
            return
