"""Four replicas tick over every kind of clock change: each local date gets its digest once, restarts or not."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.domain.local_time import instant
from bot.domain.schedule import LATE
from bot.jobs.digests import DigestJob
from bot.services import requests as ask
from bot.services.digests import schedule_digest, send_digest, stop_digest
from bot.services.outgoing import Sort
from bot.services.releases import plan_release
from bot.services.shipping import ship
from storage import tables
from storage.across_teams import SqlSchedules
from storage.database import Store, open_store
from tests.domain.test_schedule import ZONES, changes
from tests.looking import look
from tests.storage.acting import RUTH, SetClock, Workspace

EVERY_DAY = frozenset(range(1, 8))
REPLICAS = 4


@dataclass
class Fleet:
    """Several processes on one store, each with its own handle, all with one clock."""

    url: str
    clock: SetClock = field(default_factory=SetClock)
    stores: list[Store] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stores = [open_store(self.url, readers=1, writers=1) for _ in range(REPLICAS)]

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
async def fleet_on(url: str, start: datetime) -> AsyncIterator[Fleet]:
    fleet = Fleet(url, SetClock(start))
    try:
        fleet.workspace.act(lambda uow: plan_release(uow, ask.PlanRelease("2.4")), RUTH)
        yield fleet
    finally:
        await asyncio.to_thread(fleet.close)


def around(change: date) -> list[date]:
    return [change + timedelta(days=n) for n in (-1, 0, 1)]


async def test_over_every_clock_change_each_local_date_gets_its_digest_once(store_url: str) -> None:
    chance = random.Random(2026)
    async with fleet_on(store_url, datetime(2025, 1, 1, tzinfo=UTC)) as fleet:
        for name in ZONES:
            zone = ZoneInfo(name)
            known = changes(zone) or [date(2026, 7, 1)]
            for change in (
                known if os.environ.get("COUNTERSIGN_TEST_FULL") else chance.sample(known, min(2, len(known)))
            ):
                at = chance.choice(["00:00", "00:30", "01:30", "02:00", "02:30", "03:00", "09:00", "23:30"])
                channel = f"C-{name}-{change}"
                days = around(change)
                fleet.clock.at = instant(days[0], time.fromisoformat(at), zone) - timedelta(minutes=5)
                fleet.plan(name, at, channel)
                end = instant(days[-1], time.fromisoformat(at), zone) + timedelta(hours=2)
                while fleet.clock.at < end:
                    fleet.clock.forward(minutes=chance.choice([20, 60, 180]))
                    if chance.random() < 0.1:
                        await asyncio.to_thread(fleet.restart, chance.randrange(REPLICAS))
                    await fleet.tick()
                assert fleet.slots(channel) == days, (name, change, at)
                fleet.workspace.act(lambda uow, c=channel: stop_digest(uow, ask.StopDigest(channel=c)), RUTH)  # type: ignore[misc]


async def test_one_of_four_replicas_sends_and_writes_root_lists_and_picture(store_url: str) -> None:
    async with fleet_on(store_url, datetime(2026, 11, 23, 7, tzinfo=UTC)) as fleet:
        fleet.plan("Europe/Berlin", "09:00")
        assert await fleet.tick() == 0
        fleet.clock.forward(hours=1)
        assert await fleet.tick() == 1
        assert await fleet.tick() == 0
        assert fleet.rows() == {Sort.DIGEST: 1, Sort.DIGEST_DETAIL: 1, Sort.PICTURE: 1}
        assert fleet.slots("C1") == [date(2026, 11, 23)]


async def test_only_on_the_chosen_days(store_url: str) -> None:
    async with fleet_on(store_url, datetime(2026, 11, 27, 7, tzinfo=UTC)) as fleet:
        fleet.plan("Europe/Berlin", "09:00", days=frozenset({1, 2, 3, 4, 5}))
        for _ in range(24 * 4):
            fleet.clock.forward(hours=1)
            await fleet.tick()
        assert fleet.slots("C1") == [date(2026, 11, 27), date(2026, 11, 30)]


async def test_four_hours_late_is_sent_and_later_is_skipped_aloud(store_url: str) -> None:
    async with fleet_on(store_url, datetime(2026, 11, 23, 7, tzinfo=UTC)) as fleet:
        fleet.plan("Europe/Berlin", "09:00", "C-late")
        fleet.plan("Europe/Berlin", "08:59", "C-too-late")
        fleet.clock.at = datetime(2026, 11, 23, 8, tzinfo=UTC) + LATE
        assert await fleet.tick() == 1
        assert (fleet.slots("C-late"), fleet.slots("C-too-late")) == ([date(2026, 11, 23)], [])
        assert fleet.rows()[Sort.NOTICE] == 1
        assert await fleet.tick() == 0
        assert fleet.rows()[Sort.NOTICE] == 1


async def test_after_days_of_silence_the_slot_that_is_still_in_time_is_sent_and_the_rest_is_said_once(
    store_url: str,
) -> None:
    async with fleet_on(store_url, datetime(2026, 11, 23, 7, tzinfo=UTC)) as fleet:
        fleet.plan("Europe/Berlin", "09:00")
        fleet.clock.at = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
        for _ in range(4):
            await fleet.tick()
        assert fleet.slots("C1") == [date(2026, 11, 26)]
        assert fleet.rows()[Sort.NOTICE] == 1


async def test_a_new_plan_on_the_same_day_does_not_send_a_second_time(store_url: str) -> None:
    async with fleet_on(store_url, datetime(2026, 11, 23, 7, tzinfo=UTC)) as fleet:
        fleet.plan("Europe/Berlin", "09:00")
        fleet.clock.forward(hours=2)
        await fleet.tick()
        fleet.plan("Europe/Berlin", "11:00")
        fleet.clock.forward(hours=2)
        await fleet.tick()
        assert fleet.slots("C1") == [date(2026, 11, 23)]
        fleet.clock.forward(days=1)
        await fleet.tick()
        assert fleet.slots("C1") == [date(2026, 11, 23), date(2026, 11, 24)]


async def test_a_shipped_release_sends_no_more(store_url: str) -> None:
    async with fleet_on(store_url, datetime(2026, 11, 23, 7, tzinfo=UTC)) as fleet:
        fleet.plan("Europe/Berlin", "09:00")
        fleet.workspace.act(lambda uow: ship(uow, ask.Ship("2.4")), RUTH)
        fleet.clock.forward(days=2)
        assert await fleet.tick() == 0
        assert fleet.slots("C1") == []


async def test_one_that_was_asked_for_is_no_slot(store_url: str) -> None:
    async with fleet_on(store_url, datetime(2026, 11, 23, 7, tzinfo=UTC)) as fleet:
        first = fleet.workspace.act(lambda uow: send_digest(uow, ask.SendDigest()), RUTH)
        fleet.clock.forward(hours=1)
        second = fleet.workspace.act(lambda uow: send_digest(uow, ask.SendDigest("2.4")), RUTH)
        assert (first.since_at, first.since_seq, first.slot) == (None, 0, None)
        assert (second.since_at, second.since_seq) == (first.at, first.seq)
        assert fleet.slots("C1") == []


@pytest.mark.parametrize(("at", "zone"), [("25:00", None), ("9", None), ("09:00", "Europe/Belrin"), ("", None)])
async def test_what_cannot_be_scheduled_is_refused(sqlite_url: str, at: str, zone: str | None) -> None:
    from bot.domain.errors import Invalid

    async with fleet_on(sqlite_url, datetime(2026, 11, 23, 7, tzinfo=UTC)) as fleet:
        with pytest.raises(Invalid):
            fleet.workspace.act(lambda uow: schedule_digest(uow, ask.ScheduleDigest("2.4", at, zone)), RUTH)
