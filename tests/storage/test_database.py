"""One way to the store: in order, in groups, all or nothing, and never a false "saved"."""

import asyncio
import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, insert, select, text

from storage.database import Store, open_store
from storage.errors import AlreadyServing, KeyTaken, StoreBusy, StoreUnavailable
from storage.lock import ServingLock
from storage.work import Work
from tests.owner import owner_url
from tests.storage.things import held, make_table, put, things


@pytest.fixture
def table(store: Store, store_url: str) -> Store:
    make_table(store_url)
    return store


async def test_what_is_answered_is_there(table: Store) -> None:
    answers = await asyncio.gather(*(table.run(put(n)) for n in range(200)))
    assert list(answers) == list(range(200))
    assert held(table) == list(range(200))


async def test_a_failing_item_takes_nothing_and_hurts_nobody(table: Store) -> None:
    def fails(connection: Connection) -> None:
        connection.execute(insert(things), {"n": 1000})
        raise LookupError("no such defect")

    jobs = [table.run(fails if n % 5 == 0 else put(n)) for n in range(50)]
    answers = await asyncio.gather(*jobs, return_exceptions=True)
    assert sum(isinstance(each, LookupError) for each in answers) == 10
    assert held(table) == [n for n in range(50) if n % 5]


async def test_a_breach_of_a_key_is_told_and_hurts_nobody(table: Store) -> None:
    answers = await asyncio.gather(*(table.run(put(n // 2)) for n in range(20)), return_exceptions=True)
    assert sum(isinstance(each, KeyTaken) for each in answers) == 10
    assert held(table) == list(range(10))


async def test_work_that_cannot_begin_in_time_never_runs(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    make_table(sqlite_url)
    gate = threading.Event()
    blocker = asyncio.create_task(store.run(lambda _: gate.wait(10)))
    await asyncio.sleep(0)
    with pytest.raises(StoreBusy):
        await store.run(put(1), deadline=0.05)
    gate.set()
    await blocker
    assert held(store) == []
    await store.close()


async def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        await store.read(lambda c: things.create(c))


def test_a_reader_sees_one_snapshot_while_others_write(table: Store) -> None:
    seen: list[int] = []

    def count_twice(connection: Connection) -> None:
        seen.append(len(connection.execute(select(things)).all()))
        table.run_sync(put(len(seen)))
        seen.append(len(connection.execute(select(things)).all()))

    table.read_sync(count_twice)
    assert seen == [0, 0]
    assert held(table) == [1]


def test_sqlite_keeps_the_order_of_arrival(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    order: list[int] = []
    jobs = [store._engine.write(lambda _, n=n: order.append(n), time.monotonic() + 10) for n in range(500)]  # type: ignore[misc]
    for job in jobs:
        job.result()
    store.close_sync()
    assert order == list(range(500))


def test_connections_that_are_the_first_on_a_file_do_not_lock_each_other_out(tmp_path: Path) -> None:
    """Each of them switches the file to WAL."""
    for round_ in range(10):
        stores = [open_store(f"sqlite:///{tmp_path / f'{round_}.db'}", readers=2) for _ in range(4)]
        asked = [store._engine.snapshot(lambda c: c.scalar(select(1)), 0) for store in stores for _ in range(2)]
        assert [future.result(timeout=30) for future in asked] == [1] * 8
        for store in stores:
            store.close_sync()


@pytest.mark.parametrize("full_at", range(8))
async def test_a_disk_that_is_full_at_any_item_of_a_group_makes_no_false_promise(tmp_path: Path, full_at: int) -> None:
    """`max_page_count` makes SQLite itself answer SQLITE_FULL, which ends its whole transaction."""
    path = tmp_path / "full.db"
    store = open_store(f"sqlite:///{path}")
    make_table(f"sqlite:///{path}")
    gate = threading.Event()
    blocker = asyncio.create_task(store.run(lambda c: _limit(c, gate), deadline=10))
    await asyncio.sleep(0)
    jobs = [store.run(put(n, 400_000 if n == full_at else 10), deadline=10) for n in range(8)]
    tasks = [asyncio.ensure_future(job) for job in jobs]
    await asyncio.sleep(0)
    gate.set()
    await blocker
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    confirmed = [each for each in answers if isinstance(each, int)]
    assert isinstance(answers[full_at], StoreUnavailable)
    assert confirmed == [n for n in range(8) if n != full_at]
    assert held(store) == confirmed
    await store.close()


async def test_work_that_was_refused_counts_until_other_work_is_kept_and_a_probe_is_none(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'full.db'}"
    store = open_store(url)
    make_table(url)
    await store.run(lambda connection: connection.execute(text("PRAGMA max_page_count=40")))
    assert store.health().refused is None
    with pytest.raises(StoreUnavailable):
        await store.run(put(1, 400_000))
    await store.probe()
    await store.run(put(2), behind=True)
    refused = store.health().refused
    assert refused is not None
    assert refused >= 0
    await store.run(put(3))
    assert store.health().refused is None
    await store.close()


def _limit(connection: Connection, gate: threading.Event) -> None:
    gate.wait(10)
    connection.execute(text("PRAGMA max_page_count=40"))


async def test_a_second_process_writes_beside_the_first(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    make_table(sqlite_url)
    path = sqlite_url.removeprefix("sqlite:///")

    def beside() -> None:
        other = sqlite3.connect(path, timeout=5, isolation_level=None)
        for n in range(1000, 1050):
            other.execute("INSERT INTO things (n) VALUES (?)", (n,))
        other.close()

    thread = threading.Thread(target=beside)
    thread.start()
    await asyncio.gather(*(store.run(put(n), deadline=10) for n in range(200)))
    thread.join()
    assert len(held(store)) == 250
    await store.close()


def test_only_one_process_serves_a_sqlite_store(tmp_path: Path) -> None:
    database = tmp_path / "countersign.db"
    first = ServingLock(database)
    with pytest.raises(AlreadyServing) as refusal:
        ServingLock(database)
    assert refusal.value.pid is not None
    first.release()
    ServingLock(database).release()


async def test_postgresql_is_used_again_after_its_connections_were_cut(postgres_url: str) -> None:
    store = open_store(postgres_url)
    make_table(postgres_url)
    await store.run(put(1))
    engine = create_engine(owner_url(postgres_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()
    await asyncio.gather(*(store.run(put(n)) for n in range(2, 20)))
    assert held(store) == list(range(1, 20))
    await store.close()


async def test_postgresql_repeats_a_unit_of_work_that_lost_a_deadlock(postgres_url: str) -> None:
    store = open_store(postgres_url)
    make_table(postgres_url)
    for n in (1, 2):
        await store.run(put(n))
    both = threading.Barrier(2)
    tries: list[tuple[int, int]] = []

    def lock_in_order(first: int, second: int) -> Work[None]:
        def work(connection: Connection) -> None:
            tries.append((first, second))
            _lock(connection, first)
            if len(tries) <= 2:
                both.wait(10)
            _lock(connection, second)

        return work

    await asyncio.gather(store.run(lock_in_order(1, 2)), store.run(lock_in_order(2, 1)))
    assert len(tries) == 3
    await store.close()


def _lock(connection: Connection, n: int) -> None:
    connection.execute(select(things.c.n).where(things.c.n == n).with_for_update())
