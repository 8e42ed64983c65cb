"""What still has to be said, as a test may wait for it: until it is empty, without waiting out its pauses.

Time leaps in the store's line of writers, where a row is leased too: nobody takes one between the look at who works and
the leap, which would end that lease in mid-call.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Connection, select

from bot.app import Countersign
from bot.jobs.digests import DigestJob
from bot.jobs.lease import LEASE
from bot.sandbox.workspace import Workspace
from storage.across_teams import SqlSchedules, next_due
from storage.errors import StoreUnavailable
from storage.tables import outbox
from storage.tenant import TEAM, Tenant, param
from tests.scenarios.clock import TownClock

# Pauses of pace and of retries are shorter.
PAUSE = timedelta(seconds=30)
# PostgreSQL has several writers: a lease that is being written just then must outlive the leap.
STEP = LEASE / 4
BUSY = 30.0  # seconds that the store may be busy
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
        """Puts the clock forward towards the hour of what waits for it; whether anything waits at all."""
        try:
            waits = await self._bot.store.run(self._hurried, deadline=BUSY, behind=True)
        except StoreUnavailable:  # a story stopped it
            return True
        self._bot.delivery.nudge()
        return waits

    def _hurried(self, connection: Connection) -> bool:
        due = next_due(connection)
        wait = due - self._clock.now() if due else timedelta()
        if timedelta() < wait < PAUSE and not self._in_hand(connection):
            self._clock.put_forward(min(wait, STEP))
        return due is not None

    def _in_hand(self, connection: Connection) -> bool:
        now = self._clock.now()
        tenant = Tenant(connection, self._space.team_id, now)
        return tenant.first(_LEASED, now=now) is not None

    async def leap(self, by: timedelta, patience: float) -> None:
        """Once nobody works on anything and nothing is due. TimeoutError after `patience` seconds."""
        async with asyncio.timeout(patience):
            while not await self._bot.store.run(self._leaping(by), deadline=BUSY, behind=True):
                await self._space.feed.next_change(timeout=0.02)

    def _leaping(self, by: timedelta) -> Callable[[Connection], bool]:
        def leaped(connection: Connection) -> bool:
            due = next_due(connection)
            if self._in_hand(connection) or (due is not None and due <= self._clock.now()):
                return False
            self._clock.put_forward(by)
            return True

        return leaped

    async def empty(self, patience: float) -> None:
        """TimeoutError after `patience` seconds."""
        async with asyncio.timeout(patience):
            while await self.hurry():
                await self._space.feed.next_change(timeout=0.02)

    async def tick(self) -> int:
        """What the scheduler does every few seconds; answers how many digests are due."""
        self._digests.wake()
        sent = await self._digests.run()
        self._bot.delivery.nudge()
        return sent
