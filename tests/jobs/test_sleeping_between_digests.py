"""Between two digests the tick lets the store alone, and misses nothing that comes meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from bot.jobs.digests import LONGEST, DigestJob
from tests.jobs.fleet import fleet_on

EIGHT = datetime(2026, 11, 23, 7, tzinfo=UTC)  # in Berlin


class Asked:
    """How often anybody asked what is planned."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, _connection: object, _cursor: object, words: str, *_: object) -> None:
        self.number += "FROM across_schedules" in words


@pytest.fixture
def asked() -> Iterator[Asked]:
    listener = Asked()
    event.listen(Engine, "before_cursor_execute", listener)
    yield listener
    event.remove(Engine, "before_cursor_execute", listener)


async def ticked(job: DigestJob, times: int) -> list[int]:
    return [await job.run() for _ in range(times)]


async def test_it_sleeps_until_the_next_plan_and_sends_on_the_minute(store_url: str, asked: Asked) -> None:
    async with fleet_on(store_url, EIGHT, replicas=1) as fleet:
        (job,) = fleet.jobs()
        fleet.plan("Europe/Berlin", "08:01")
        fleet.clock.at = EIGHT.replace(second=50)
        assert await ticked(job, 1) == [0]
        once = asked.number
        assert await ticked(job, 4) == [0] * 4
        fleet.clock.forward(seconds=9)
        assert await ticked(job, 5) == [0] * 5
        assert asked.number == once > 0
        fleet.clock.forward(seconds=1)
        assert await ticked(job, 2) == [1, 0]


async def test_where_nothing_is_planned_it_asks_again_after_a_while(store_url: str, asked: Asked) -> None:
    async with fleet_on(store_url, EIGHT, replicas=1) as fleet:
        (job,) = fleet.jobs()
        seen = []
        for passed in (timedelta(0), timedelta(seconds=1), LONGEST):
            fleet.clock.at = EIGHT + passed
            assert await job.run() == 0
            seen.append(asked.number)
        assert 0 < seen[0] == seen[1] < seen[2]


async def test_what_another_process_plans_is_noticed_all_the_same(store_url: str) -> None:
    async with fleet_on(store_url, EIGHT, replicas=2) as fleet:
        _, job = fleet.jobs()
        assert await job.run() == 0
        fleet.plan("Europe/Berlin", "08:00")
        fleet.clock.at = EIGHT + LONGEST
        assert await job.run() == 0  # the plan is for tomorrow
        fleet.plan("Europe/Berlin", "08:01")
        fleet.clock.at += LONGEST
        assert await job.run() == 1


async def test_a_commit_of_its_own_process_wakes_it(store_url: str) -> None:
    async with fleet_on(store_url, EIGHT, replicas=1) as fleet:
        (job,) = fleet.jobs()
        fleet.clock.at = EIGHT.replace(second=59)
        assert await job.run() == 0
        fleet.plan("Europe/Berlin", "08:01")
        job.wake()
        fleet.clock.forward(seconds=1)
        assert await ticked(job, 2) == [1, 0]


async def test_a_clock_that_is_put_back_does_not_make_it_oversleep(store_url: str) -> None:
    async with fleet_on(store_url, EIGHT, replicas=1) as fleet:
        (job,) = fleet.jobs()
        assert await job.run() == 0
        fleet.clock.forward(minutes=-30)
        fleet.plan("Europe/Berlin", "07:30")
        fleet.plan("Europe/Berlin", "07:31")
        fleet.clock.forward(minutes=1)
        assert await job.run() == 1
