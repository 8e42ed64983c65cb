"""A table of numbers, and work that puts some in: what the tests of the engines look at."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, Table, insert, select, text

from storage.database import Store
from storage.work import Work
from tests.owner import as_owner

PATIENCE = 30.0  # seconds; a busy machine
things = Table("things", MetaData(), Column("n", Integer, primary_key=True), Column("blob", LargeBinary))


def make_table(url: str) -> None:
    with as_owner(url) as connection:
        things.create(connection)
        if connection.dialect.name == "postgresql":
            connection.execute(text("GRANT ALL ON things TO PUBLIC"))


def put(n: int, size: int = 0) -> Work[int]:
    def work(connection: Connection) -> int:
        connection.execute(insert(things), {"n": n, "blob": b"x" * size})
        return n

    return work


def held(store: Store) -> list[int]:
    return store.read_sync(lambda c: [row.n for row in c.execute(select(things.c.n).order_by(things.c.n))])


@asynccontextmanager
async def busy(store: Store) -> AsyncIterator[None]:
    """SQLite's writer is held at a unit of work: what is asked meanwhile waits, and then goes as one group."""
    begun, gate = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        begun.set()
        gate.wait(PATIENCE)

    holding = asyncio.create_task(store.run(hold, deadline=PATIENCE))
    await asyncio.to_thread(begun.wait, PATIENCE)
    try:
        yield
    finally:
        gate.set()
        await holding


async def together(store: Store, *works: Work[int]) -> list[int | BaseException]:
    """The answers of works that go as one group on SQLite, and beside each other on PostgreSQL."""
    if store.dialect == "postgresql":
        return await _answers(*(store.run(work, deadline=PATIENCE) for work in works))
    async with busy(store):
        asked = [asyncio.ensure_future(store.run(work, deadline=PATIENCE)) for work in works]
        # Each task has asked when it first pauses.
        await asyncio.sleep(0)
    return await _answers(*asked)


async def _answers(*asked: Awaitable[int]) -> list[int | BaseException]:
    return await asyncio.gather(*asked, return_exceptions=True)
