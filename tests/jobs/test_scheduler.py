"""Ticks come again and again, never two of one kind at once; one plan that fails holds up no other."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

from structlog.testing import capture_logs

from bot.jobs.digests import DigestJob
from bot.jobs.scheduler import Tick, Ticker
from bot.services.context import Context
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.records import DigestRecord, DuePlan
from tests.jobs.post import until
from tests.storage.acting import SetClock

T = TypeVar("T")
SOON = timedelta(milliseconds=20)


@dataclass
class Work:
    runs: int = 0
    at_once: int = 0
    most_at_once: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        self.runs += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self.released.wait()
        self.at_once -= 1


async def test_a_tick_comes_again_until_it_is_stopped() -> None:
    work, other = Work(), Work()
    work.released.set()
    other.released.set()
    ticker, going_on = Ticker(Tick("work", SOON, work.run)), Ticker(Tick("other", SOON, other.run))
    ticker.start()
    going_on.start()
    await until(lambda: work.runs >= 3)
    ticker.stop()
    ticker.stop()
    # What was under way has ended before the others tick again.
    await until(lambda: work.at_once == 0)
    ended, seen = work.runs, other.runs
    await until(lambda: other.runs >= seen + 5)
    assert work.runs <= ended + 1
    going_on.stop()


async def test_a_ticker_that_never_started_can_be_stopped() -> None:
    Ticker(Tick("work", SOON, Work().run)).stop()


async def test_a_tick_that_still_runs_is_not_started_a_second_time() -> None:
    slow, quick = Work(), Work()
    quick.released.set()
    ticker = Ticker(Tick("slow", SOON, slow.run), Tick("quick", SOON, quick.run))
    ticker.start()
    await until(lambda: quick.runs >= 5)
    assert (slow.runs, slow.most_at_once) == (1, 1)
    slow.released.set()
    await until(lambda: slow.runs >= 2)
    ticker.stop()


async def test_what_was_missed_in_a_stall_is_not_made_up_for() -> None:
    work = Work()
    work.released.set()
    ticker = Ticker(Tick("work", SOON, work.run))
    ticker.start()
    await until(lambda: work.runs >= 1)
    before = work.runs
    time.sleep(30 * SOON.total_seconds())  # noqa: ASYNC251 - the stall itself
    await until(lambda: work.runs > before)
    missed = work.runs - before
    ticker.stop()
    assert missed < 15


class Due:
    async def due(self, now: datetime, limit: int = 100) -> list[DuePlan]:
        return [DuePlan("T1", "broken"), DuePlan("T2", "good")]

    async def next_due(self) -> datetime | None:
        raise AssertionError("something is due")


class Units:
    """T1's store is out of order."""

    async def perform(self, context: Context, use_case: Callable[[UnitOfWork], T]) -> T:
        if context.team_id == "T1":
            raise OSError("disk full")
        return cast(T, DigestRecord("d-1", "r-1", "C1", datetime(2026, 11, 23, tzinfo=UTC), 1, "ff"))

    async def ask(self, team_id: str, question: Callable[[Questions], T]) -> T:
        raise AssertionError("nothing is asked")


async def test_a_plan_that_fails_is_logged_and_holds_up_no_other() -> None:
    with capture_logs() as logged:
        assert await DigestJob(Due(), Units(), SetClock()).run() == 1
    (failed,) = logged
    assert (failed["event"], failed["team"], failed["plan"]) == ("digest_not_sent", "T1", "broken")
    assert isinstance(failed["exc_info"], OSError)
