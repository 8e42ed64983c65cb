"""Four replicas tick: one sends, on the chosen days, not too late, and each date once. What clock changes and restarts
do to it is a row of tests/faults."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.schedule import LATE
from bot.services import requests as ask
from bot.services.digests import schedule_digest, send_digest
from bot.services.outgoing import Sort
from bot.services.releases import plan_release
from bot.services.roads import ALL, REMOVED
from bot.services.shipping import ship
from storage.across_teams import SqlSchedules
from storage.roads import open_roads
from storage.tenant import Tenant
from tests.jobs.fleet import EVERY_DAY, fleet_on
from tests.storage.acting import RUTH, Workspace


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


async def test_none_is_made_for_a_workspace_that_removed_us_until_it_has_us_back(store_url: str) -> None:
    async with fleet_on(store_url, datetime(2026, 11, 23, 7, tzinfo=UTC)) as fleet:
        fleet.plan("Europe/Berlin", "09:00")
        other = Workspace(fleet.stores[0], "T2", clock=fleet.clock)
        other.act(lambda uow: plan_release(uow, ask.PlanRelease("2.4")), RUTH)
        later = ask.ScheduleDigest("2.4", "10:00", "Europe/Berlin", EVERY_DAY, "C2")
        other.act(lambda uow: schedule_digest(uow, later), RUTH)
        fleet.workspace.act(lambda uow: uow.roads.close(ALL, REMOVED))
        fleet.clock.forward(hours=1)
        assert await fleet.tick() == 0
        # What is passed over is no reason to look again: the other's is the next one.
        assert await SqlSchedules(fleet.stores[0]).next_due() == datetime(2026, 11, 23, 9, tzinfo=UTC)
        fleet.clock.forward(hours=1)
        assert await fleet.tick() == 1
        fleet.clock.forward(days=2)
        await fleet.tick()
        assert (fleet.slots("C1"), fleet.rows()) == ([], {})
        await fleet.stores[0].run(lambda connection: open_roads(Tenant(connection, "T1", fleet.clock.now()), {ALL}))
        for _ in range(4):
            await fleet.tick()
        assert fleet.slots("C1") == [date(2026, 11, 25)]
        assert fleet.rows()[Sort.NOTICE] == 1


async def test_one_that_was_asked_for_is_no_slot(store_url: str) -> None:
    async with fleet_on(store_url, datetime(2026, 11, 23, 7, tzinfo=UTC)) as fleet:
        first = fleet.workspace.act(lambda uow: send_digest(uow, ask.SendDigest()), RUTH)
        fleet.workspace.act(lambda uow: uow.digests.posted(first.id, "1763890000.000100"))
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
