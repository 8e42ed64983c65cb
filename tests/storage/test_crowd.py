"""Many writers in one process and another process beside them on one SQLite file: nobody is told that it is locked."""

import os
import pwd
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from storage.database import open_store
from storage.errors import StoreError
from tests.storage.things import PATIENCE, held, make_table, put

WRITERS = 16
SECONDS = 5.0
BESIDE = 1_000_000  # the other process's numbers begin here


def _write_for(url: str, seconds: float, first: int, step: int) -> list[int]:
    """The numbers that were confirmed."""
    store = open_store(url)
    end = time.monotonic() + seconds
    confirmed = []
    n = first
    while time.monotonic() < end:
        confirmed.append(store.run_sync(put(n), deadline=PATIENCE))
        n += step
    store.close_sync()
    return confirmed


def test_sixteen_writers_and_another_process_lose_nothing_and_wait_in_line(sqlite_url: str) -> None:
    make_table(sqlite_url)
    store = open_store(sqlite_url)
    confirmed: list[list[int]] = []
    failures: list[BaseException] = []
    beside = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.test_crowd", sqlite_url, str(SECONDS)], stdout=subprocess.PIPE, text=True
    )
    assert beside.stdout is not None
    beside.stdout.readline()
    end = time.monotonic() + SECONDS

    def write(first: int) -> None:
        own: list[int] = []
        confirmed.append(own)
        n = first
        try:
            while time.monotonic() < end:
                own.append(store.run_sync(put(n), deadline=PATIENCE))
                n += WRITERS
        except BaseException as error:  # noqa: BLE001 - asserted on below
            failures.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    output, _ = beside.communicate(timeout=PATIENCE)
    assert (failures, beside.returncode) == ([], 0)
    theirs = [int(each) for each in output.split()]
    assert theirs
    assert all(confirmed)
    assert held(store) == sorted([*theirs, *(n for own in confirmed for n in own)])
    store.close_sync()


def test_a_file_that_may_only_be_read_confirms_nothing() -> None:
    """In a process of somebody else: root may write whatever a file's mode says."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        database = Path(folder) / "read-only.db"
        url = f"sqlite:///{database}"
        _prepared(url)
        database.chmod(0o444)
        told = subprocess.run(
            [sys.executable, "-m", "tests.storage.test_crowd", url, "as-nobody"], capture_output=True, text=True
        )
        assert told.stdout.split() == ["StoreUnavailable"] * 3, told.stderr
        database.chmod(0o644)
        store = open_store(url)
        assert store.run_sync(put(2)) == 2
        assert held(store) == [1, 2]
        store.close_sync()


def _prepared(url: str) -> None:
    make_table(url)
    store = open_store(url)
    store.run_sync(put(1))
    store.close_sync()


def _try_as_nobody(url: str) -> None:
    store = open_store(url)
    if os.getuid() == 0:
        os.setuid(pwd.getpwnam("nobody").pw_uid)
    for n in (7, 8, 9):
        try:
            print(store.run_sync(put(n), deadline=PATIENCE))
        except StoreError as error:
            print(type(error).__name__)
    store.close_sync()


if __name__ == "__main__":
    given_url, how = sys.argv[1:]
    if how == "as-nobody":
        _try_as_nobody(given_url)
    else:
        print("ready", flush=True)
        print(*_write_for(given_url, float(how), BESIDE, 1))
