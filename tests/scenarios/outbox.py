"""What still has to be said, as a test may wait for it: until it is empty, without waiting out its pauses."""

import asyncio
from datetime import timedelta

from bot.app import Countersign
from bot.jobs.digests import DigestJob
from bot.jobs.lease import LEASE
from bot.sandbox.workspace import Workspace
from storage.across_teams import SqlSchedules, next_due
from tests.scenarios.clock import TownClock

# Pauses of pace and of retries are shorter; a lease that is renewed is longer, and must not be ended from outside.
PAUSE = LEASE / 2


class Outbox:
    def __init__(self, space: Workspace, bot: Countersign, clock: TownClock) -> None:
        self._space = space
        self._bot = bot
        self._clock = clock
        self._digests = DigestJob(SqlSchedules(bot.store), bot.units, clock)

    async def hurry(self) -> bool:
        """Puts the clock forward to the hour of what waits for it; whether anything waits at all."""
        due = await self._bot.store.read(next_due)
        if due is None:
            return False
        wait = due - self._clock.now()
        if timedelta() < wait < PAUSE:
            self._clock.put_forward(wait)
        self._bot.delivery.nudge()
        return True

    async def empty(self, patience: float) -> None:
        """TimeoutError after `patience` seconds."""
        async with asyncio.timeout(patience):
            while await self.hurry():
                await self._space.feed.next_change(timeout=0.02)

    async def tick(self) -> int:
        """What the scheduler does every few seconds; answers how many digests are due."""
        sent = await self._digests.run()
        self._bot.delivery.nudge()
        return sent
