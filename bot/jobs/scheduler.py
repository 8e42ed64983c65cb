"""What ticks. It holds no times of its own: each job asks the database what is due, so any number of replicas may
tick, and one that was down for a while has nothing to catch up with in memory.

APScheduler with a job store shared by two processes fires twice, and twice in the autumn clock change
(docs/adr/0007-the-database-decides.md); an interval without a store does neither.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger


@dataclass(frozen=True, slots=True)
class Tick:
    """`run` is called every `every`; not while its last call still runs."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]


class Ticker:
    """Use `start()` inside a running event loop, and `stop()` before it ends."""

    def __init__(self, *ticks: Tick) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        for tick in ticks:
            self._scheduler.add_job(
                tick.run,
                IntervalTrigger(seconds=tick.every.total_seconds(), timezone="UTC"),
                id=tick.name,
                name=tick.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
