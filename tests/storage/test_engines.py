"""Whatever a unit of work does, it is answered truly, its neighbours keep theirs, and the store goes on."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError

from storage.database import Store, open_store
from storage.errors import KeyTaken, StoreBusy, StoreError, StoreUnavailable
from tests.storage.things import PATIENCE, busy, held, make_table, put, things, together


@pytest.fixture
def table(store: Store, store_url: str) -> Store:
    make_table(store_url)
    return store


def _close(connection: Connection) -> None:
    connection.close()


def _kill(connection: Connection) -> None:
    driver = connection.connection.dbapi_connection
    assert driver is not None
    driver.close()


def _invalidate(connection: Connection) -> None:
    connection.invalidate()


def _roll_back(connection: Connection) -> None:
    connection.rollback()


def _begin_anew(connection: Connection) -> None:
    connection.rollback()
    connection.execute(select(things))


def _end_by_hand(connection: Connection) -> None:
    connection.exec_driver_sql("ROLLBACK")


def _exit(_: Connection) -> None:
    raise SystemExit(3)


def _stop(_: Connection) -> None:
    raise StopIteration


@pytest.mark.parametrize("misdeed", [_close, _kill, _invalidate, _roll_back, _begin_anew, _end_by_hand, _exit, _stop])
async def test_work_that_ruins_its_connection_ruins_nothing_else(
    table: Store, misdeed: Callable[[Connection], None]
) -> None:
    def ruin(connection: Connection) -> int:
        put(100)(connection)
        misdeed(connection)
        return 100

    for round_ in (0, 10):
        answers = await together(table, put(round_), put(round_ + 1), ruin, put(round_ + 2))
        assert [each for each in answers if isinstance(each, int) and each < 100] == [round_, round_ + 1, round_ + 2]
    # On PostgreSQL a transaction is its own, and one that was ended by hand has nothing to be undone.
    assert [n for n in held(table) if n < 100] == [0, 1, 2, 10, 11, 12]
    assert 100 not in held(table)


async def test_work_on_sqlite_cannot_commit_what_others_share(sqlite_url: str) -> None:
    make_table(sqlite_url)
    store = open_store(sqlite_url)

    def commits(connection: Connection) -> int:
        put(100)(connection)
        connection.commit()
        return 100

    answers = await together(store, put(0), commits, put(1))
    assert isinstance(answers[1], StoreUnavailable)
    assert held(store) == [answers[0], answers[2]] == [0, 1]
    await store.close()


@pytest.mark.parametrize("full_at", range(6))
async def test_work_that_swallows_a_full_disk_and_writes_on_keeps_nothing(tmp_path: Path, full_at: int) -> None:
    """SQLite ended the whole transaction, so what it writes next would be committed by itself."""
    make_table(f"sqlite:///{tmp_path}/full.db")
    store = open_store(f"sqlite:///{tmp_path}/full.db")
    store.run_sync(lambda c: c.exec_driver_sql("PRAGMA max_page_count=40").scalar())

    def swallows(connection: Connection) -> int:
        with pytest.raises(DBAPIError, match="full"):
            put(1000, 400_000)(connection)
        return put(100)(connection)

    works = [swallows if n == full_at else put(n) for n in range(6)]
    answers = await together(store, *works)
    assert isinstance(answers[full_at], StoreUnavailable)
    confirmed = [each for each in answers if isinstance(each, int)]
    assert held(store) == confirmed == [n for n in range(6) if n != full_at]
    await store.close()


def test_whatever_was_accepted_while_the_store_closes_is_answered(store_url: str) -> None:
    for _ in range(5):
        store = open_store(store_url)
        accepted: list[Future[int]] = []
        started = threading.Barrier(5)

        def ask(
            store: Store = store, accepted: list["Future[int]"] = accepted, started: threading.Barrier = started
        ) -> None:
            started.wait(PATIENCE)
            try:
                while True:
                    accepted.append(store._engine.write(lambda c: c.scalar(select(1)) or 0, float("inf")))
            except StoreError:
                return

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        started.wait(PATIENCE)
        store.close_sync()
        for thread in threads:
            thread.join(PATIENCE)
        assert not wait(accepted, PATIENCE).not_done
        assert {future.result() for future in accepted} <= {1}
        with pytest.raises(StoreUnavailable):
            store.read_sync(lambda c: c.scalar(select(1)))


async def test_readers_who_take_their_time_keep_nobody_from_writing(table: Store) -> None:
    gate = threading.Event()

    def slowly(connection: Connection) -> int:
        connection.execute(select(things)).all()
        gate.wait(PATIENCE)
        return 0

    reading = [asyncio.ensure_future(table.read(slowly)) for _ in range(20)]
    assert await asyncio.gather(*(table.run(put(n), deadline=PATIENCE) for n in range(20))) == list(range(20))
    assert not any(each.done() for each in reading)
    gate.set()
    assert sum(await asyncio.gather(*reading)) == 0


async def test_people_go_before_what_nobody_waits_for(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    order: list[str] = []
    async with busy(store):
        rest = [asyncio.ensure_future(store.run(lambda _: order.append("rest"), behind=True)) for _ in range(20)]
        people = [asyncio.ensure_future(store.run(lambda _: order.append("people"))) for _ in range(20)]
        await asyncio.sleep(0)
        assert store.health().waiting == 40
    await asyncio.gather(*rest, *people)
    assert order == ["people"] * 20 + ["rest"] * 20
    await store.close()


async def test_what_nobody_waits_for_is_done_however_many_people_come(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    done = asyncio.create_task(store.run(lambda _: "done", deadline=PATIENCE, behind=True))

    async def person() -> None:
        while not done.done():
            await store.run(lambda _: None, deadline=PATIENCE)

    await asyncio.wait_for(asyncio.gather(*(person() for _ in range(8))), PATIENCE)
    assert await done == "done"
    await store.close()


async def test_who_loses_a_race_for_a_key_on_postgresql_tries_again_and_sees_the_winner(postgres_url: str) -> None:
    make_table(postgres_url)
    store = open_store(postgres_url)
    both = threading.Barrier(2)
    tries: list[bool] = []

    def put_unless_there(connection: Connection) -> bool:
        there = connection.scalar(select(things.c.n)) is not None
        tries.append(there)
        if len(tries) <= 2:
            both.wait(PATIENCE)
        if not there:
            connection.execute(insert(things), {"n": 1})
        return not there

    answers = await asyncio.gather(*(store.run(put_unless_there, deadline=PATIENCE) for _ in range(2)))
    assert sorted(answers) == [False, True]
    assert tries == [False, False, True]
    assert held(store) == [1]
    await store.close()


async def test_a_key_that_stays_taken_is_told_as_that(table: Store) -> None:
    await table.run(put(1))
    with pytest.raises(KeyTaken):
        await table.run(put(1), deadline=PATIENCE)
    assert held(table) == [1]


async def test_a_value_that_cannot_be_kept_is_told_at_once(table: Store) -> None:
    """It is not the server that refuses it: there is nothing to wait for."""
    tries = []

    def odd(connection: Connection) -> None:
        tries.append(1)
        connection.execute(text("SELECT :v"), {"v": object()})

    with pytest.raises(StoreUnavailable):
        await table.run(odd, deadline=PATIENCE)
    assert len(tries) == 1


async def test_what_another_process_keeps_waiting_is_told_in_time_and_never_runs(sqlite_url: str) -> None:
    make_table(sqlite_url)
    store = open_store(sqlite_url)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        await store.run(put(1), deadline=0.2)
    patient = asyncio.create_task(store.run(put(2), deadline=PATIENCE))
    with pytest.raises(StoreBusy):
        await store.run(put(3), deadline=1.2)
    other.execute("COMMIT")
    other.close()
    assert await patient == 2
    assert held(store) == [2]
    await store.close()
