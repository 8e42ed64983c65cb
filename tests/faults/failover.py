"""The primary of a PostgreSQL pair dies under load and its synchronous standby is promoted."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from storage.migrations import migrate
from tests.faults import books
from tests.faults.history import History, Seen
from tests.faults.outcome import Measured, Outcome, Row
from tests.faults.people import types
from tests.faults.serving import Hurried, Shop, bots, shop
from tests.faults.stage import Stage, until
from tests.faults.standby import pair

BACK = 10.0  # seconds from the kill to the next thing that is saved
BEFORE = 20  # acts that are confirmed before each kill
WORKERS = 4


async def failed_over(stage: Stage, size: int) -> Outcome:
    """`size` kills of the primary while people file."""
    filings, gaps = History(), list[float]()
    with pair() as servers:
        url = servers.url
        await asyncio.to_thread(migrate, url)
        async with shop(WORKERS, clock=Hurried()) as town, bots(town, stage.room(), url):
            for number in range(size):
                if number:
                    await asyncio.to_thread(servers.follow)
                crowd = Crowd(town, filings)
                async with crowd.at_work():
                    await crowd.confirmed(BEFORE)
                    began = asyncio.get_running_loop().time()
                    await asyncio.to_thread(servers.fail_over)
                    await crowd.confirmed(1)
                    gaps.append(asyncio.get_running_loop().time() - began)
                    await crowd.confirmed(BEFORE)
            await books.drained(url)
            return _judged(url, town, filings, size, gaps)


class Crowd:
    """People who file one after the other, each as fast as they are answered."""

    _numbers = itertools.count()

    def __init__(self, town: Shop, filings: History) -> None:
        self._town = town
        self._filings = filings

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self._file(place)) for place in range(WORKERS)]
        self._over = False
        try:
            yield
        finally:
            self._over = True
            await asyncio.gather(*tasks)

    async def _file(self, place: int) -> None:
        while not self._over:
            number = next(self._numbers)
            await types(self._town, place, f"filed {number}", self._filings)
            await asyncio.sleep(0.05)

    async def confirmed(self, more: int) -> None:
        """That many acts that begin from now on."""
        known = set(self._filings.operations)

        async def done() -> bool:
            new = (each for id, each in self._filings.operations.items() if id not in known)
            return sum(each.seen is Seen.OK for each in new) >= more

        await until(done, f"{more} acts are confirmed", 120)


def _judged(url: str, town: Shop, filings: History, size: int, gaps: list[float]) -> Outcome:
    team = town.space.team_id
    outcome = Outcome(size, measured=[Measured("back within", max(gaps), limit=BACK)])
    outcome.findings += filings.compare(books.filed(url, team))
    outcome.findings += filings.compare(books.cards(town.space))
    outcome.findings += books.spoken(url, town.space)
    outcome.wrong += books.unsound(url, team)
    counts = ", ".join(f"{filings.count(seen)} {seen.value}" for seen in Seen)
    outcome.notes.append(f"{len(filings.operations)} filings: {counts}")
    return outcome


ROWS = (Row("failover", "the primary killed, its synchronous standby promoted", failed_over, 1, 20),)
