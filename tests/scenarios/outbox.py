"""What still has to be said, as a test may wait for it: until it is empty, without waiting out its pauses."""

import asyncio
from datetime import timedelta

from sqlalchemy import Connection, select

from bot.app import Countersign
from bot.jobs.digests import DigestJob
from bot.sandbox.workspace import Workspace
from storage.across_teams import SqlSchedules, next_due
from storage.tables import outbox
from storage.tenant import TEAM, Tenant, param
from tests.scenarios.clock import TownClock

# Pauses of pace and of retries are shorter.
PAUSE = timedelta(seconds=30)
_LEASED = select(outbox.c.id).where(
    outbox.c.team_id == TEAM, outbox.c.settled_at.is_(None), outbox.c.lease_until > param("now")
)


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
        if timedelta() < wait < PAUSE and not await self._bot.store.read(self._in_hand):
            self._clock.put_forward(wait)
        self._bot.delivery.nudge()
        return True

    def _in_hand(self, connection: Connection) -> bool:
        """A lease must not be ended from outside while somebody works on it."""
        now = self._clock.now()
        tenant = Tenant(connection, self._space.team_id, now)
        return tenant.first(_LEASED, now=now) is not None

    async def at_rest(self, patience: float) -> None:
        """Until nobody works on anything. TimeoutError after `patience` seconds."""
        async with asyncio.timeout(patience):
            while await self._bot.store.read(self._in_hand):
                await self._space.feed.next_change(timeout=0.02)

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
