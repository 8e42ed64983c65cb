"""PostgreSQL is stopped and started while people write: what was confirmed is there, and what was not is told."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from storage.database import Store, open_store
from storage.errors import CommitUnknown, StoreError
from tests.postgres import OwnServer, own_server
from tests.storage.things import PATIENCE, held, put, things

BACK = 10.0  # seconds after the server is back, the promise
WRITERS = 8


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    with own_server() as running:
        yield running


@pytest.fixture
def store(server: OwnServer) -> Iterator[Store]:
    opened = open_store(server.url)
    opened.run_sync(lambda c: things.drop(c, checkfirst=True))
    opened.run_sync(lambda c: things.create(c))
    yield opened
    opened.close_sync()


@pytest.mark.parametrize("mode", ["immediate", "fast"])
async def test_nothing_confirmed_is_lost_and_all_who_wait_long_enough_are_served(
    server: OwnServer, store: Store, mode: str
) -> None:
    numbers, confirmed, doubtful = count(), [], []
    stopping = asyncio.Event()

    async def person() -> None:
        while not stopping.is_set():
            n = next(numbers)
            try:
                confirmed.append(await store.run(put(n), deadline=PATIENCE))
            except CommitUnknown:
                doubtful.append(n)

    writing = [asyncio.create_task(person()) for _ in range(WRITERS)]
    await _until(lambda: len(confirmed) > 50)
    await asyncio.to_thread(server.stop, mode)
    await asyncio.to_thread(server.start)
    assert await store.run(put(-1), deadline=BACK) == -1
    before = len(confirmed)
    await _until(lambda: len(confirmed) > before + 50)
    stopping.set()
    await asyncio.gather(*writing)
    kept = set(held(store)) - {-1}
    assert set(confirmed) <= kept
    assert kept <= set(confirmed) | set(doubtful)
    assert len(doubtful) <= WRITERS


async def test_a_server_that_is_away_is_told_within_the_deadline_and_readers_come_back(
    server: OwnServer, store: Store
) -> None:
    await store.run(put(1))
    await asyncio.to_thread(server.stop, "fast")
    for asked in (store.run(put(2), deadline=0.5), store.read(lambda c: None, deadline=0.5)):
        with pytest.raises(StoreError):
            await asked
    reading = asyncio.create_task(asyncio.to_thread(lambda: store.read_sync(lambda c: 7, deadline=PATIENCE)))
    writing = asyncio.create_task(store.run(put(3), deadline=PATIENCE))
    await asyncio.to_thread(server.start)
    assert (await reading, await writing) == (7, 3)
    assert held(store) == [1, 3]


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - the writers tell it by what they kept
            await asyncio.sleep(0.01)
