"""Several processes on one store, which tick at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from bot.jobs.digests import DigestJob
from bot.services import requests as ask
from bot.services.digests import schedule_digest
from bot.services.releases import plan_release
from storage import tables
from storage.across_teams import SqlSchedules
from storage.database import Store, open_store
from tests.looking import look
from tests.storage.acting import RUTH, SetClock, Workspace

EVERY_DAY = frozenset(range(1, 8))
REPLICAS = 4


@dataclass
class Fleet:
    """Several processes on one store, each with its own handle, all with one clock."""

    url: str
    clock: SetClock = field(default_factory=SetClock)
    replicas: int = REPLICAS
    stores: list[Store] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stores = [open_store(self.url, readers=1, writers=1) for _ in range(self.replicas)]

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.stores[0], clock=self.clock)

    def jobs(self) -> Iterator[DigestJob]:
        for store in self.stores:
            yield DigestJob(SqlSchedules(store), Workspace(store, clock=self.clock).units, self.clock)

    async def tick(self) -> int:
        """All at once; how many digests were sent by all of them together."""
        return sum(await asyncio.gather(*(job.run() for job in self.jobs())))

    def restart(self, replica: int) -> None:
        self.stores[replica].close_sync()
        self.stores[replica] = open_store(self.url, readers=1, writers=1)

    def close(self) -> None:
        for store in self.stores:
            store.close_sync()

    def slots(self, channel: str) -> list[date]:
        """Of the digests that were sent there by plan, in order."""
        table = tables.digests
        wanted = select(table.c.slot).where(table.c.channel == channel, table.c.slot.is_not(None)).order_by(table.c.at)
        return [row.slot for row in look(self.stores[0], self.workspace.team, wanted)]

    def rows(self) -> Counter[str]:
        table = tables.outbox
        return Counter(row.sort for row in look(self.stores[0], self.workspace.team, select(table.c.sort)))

    def plan(self, zone: str, at: str, channel: str = "C1", days: frozenset[int] = EVERY_DAY) -> None:
        request = ask.ScheduleDigest("2.4", at, zone, days, channel)
        self.workspace.act(lambda uow: schedule_digest(uow, request), RUTH)


@asynccontextmanager
async def fleet_on(url: str, start: datetime, replicas: int = REPLICAS) -> AsyncIterator[Fleet]:
    fleet = Fleet(url, SetClock(start), replicas)
    try:
        fleet.workspace.act(lambda uow: plan_release(uow, ask.PlanRelease("2.4")), RUTH)
        yield fleet
    finally:
        await asyncio.to_thread(fleet.close)


def around(change: date) -> list[date]:
    return [change + timedelta(days=n) for n in (-1, 0, 1)]
