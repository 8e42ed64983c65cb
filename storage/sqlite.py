"""SQLite: one thread writes, in order of arrival and in groups; readers have connections of their own.

Threads that compete for SQLite's lock starve each other (busy_timeout is not fair), so nobody competes.
"""

import sqlite3
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, Full, Queue
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from storage.database import Health, T, Work
from storage.errors import StoreBusy, StoreUnavailable

GROUP = 64
BACKLOG = 10_000
# For other processes on the same file: the command line writes in short transactions.
BUSY_MILLISECONDS = 5_000

PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-16000",
)


class _GroupLost(Exception):
    """SQLite ended the whole transaction (FULL, IOERR, NOMEM); the next item would have committed by itself."""


@dataclass(slots=True)
class _Job:
    work: Work[Any]
    deadline: float
    future: "Future[Any]" = field(default_factory=Future)
    begun: bool = False

    def begin(self) -> bool:
        """False when the caller gave up or the deadline passed; then it never runs. A second try has begun already."""
        if self.begun:
            return True
        if not self.future.set_running_or_notify_cancel():
            return False
        if time.monotonic() > self.deadline:
            self.future.set_exception(StoreBusy("not begun within its deadline"))
            return False
        self.begun = True
        return True


def make_engine(url: str, *, read_only: bool, size: int = 1) -> Engine:
    """The driver's own transactions are switched off: it would commit behind a SAVEPOINT's back.

    https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#serializable-isolation-savepoints-transactional-ddl
    """
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=size, max_overflow=0, connect_args={"check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        for pragma in (*PRAGMAS, "PRAGMA query_only=ON") if read_only else PRAGMAS:
            _patiently(connection, pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _patiently(connection: sqlite3.Connection, pragma: str) -> None:
    """Of connections that switch a file to WAL at once, SQLite refuses some without asking their busy_timeout."""
    end = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute(pragma)
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.005)


class SqliteEngine:
    dialect = "sqlite"

    def __init__(self, url: str, readers: int) -> None:
        self._writer = make_engine(url, read_only=False)
        self._reader = make_engine(url, read_only=True, size=readers)
        self._readers = ThreadPoolExecutor(readers, "store-reader")
        self._queue: Queue[_Job | None] = Queue(BACKLOG)
        self._last_commit: float | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._drain, name="store-writer", daemon=True)
        self._thread.start()

    def write(self, work: Work[T], deadline: float) -> "Future[T]":
        job = _Job(work, deadline)
        if self._closed:
            raise StoreUnavailable("the store is closed")
        try:
            self._queue.put_nowait(job)
        except Full as error:
            raise StoreBusy(f"{BACKLOG} units of work wait already") from error
        return job.future

    def snapshot(self, work: Work[T]) -> "Future[T]":
        return self._readers.submit(self._read, work)

    def _read(self, work: Work[T]) -> T:
        try:
            with self._reader.connect() as connection, connection.begin():
                return work(connection)
        except DBAPIError as error:
            raise StoreUnavailable(str(error.orig)) from error

    def health(self) -> Health:
        last = None if self._last_commit is None else time.monotonic() - self._last_commit
        return Health(self._queue.qsize(), last)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()
            self._readers.shutdown()
            self._writer.dispose()
            self._reader.dispose()

    def _drain(self) -> None:
        while (job := self._queue.get()) is not None:
            group, last = self._gather(job)
            self._settle(group)
            if last:
                return

    def _gather(self, first: _Job) -> tuple[list[_Job], bool]:
        group = [first]
        while len(group) < GROUP:
            try:
                job = self._queue.get_nowait()
            except Empty:
                break
            if job is None:
                return group, True
            group.append(job)
        return group, False

    def _settle(self, group: Sequence[_Job]) -> None:
        try:
            answers = self._commit(group)
        except (_GroupLost, DBAPIError) as error:
            if len(group) > 1:
                for job in group:
                    self._settle([job])
                return
            answers = [(job, None, _unavailable(error)) for job in group if job.begin()]
        for job, result, failure in answers:
            if failure is None:
                job.future.set_result(result)
            else:
                job.future.set_exception(failure)

    def _commit(self, group: Sequence[_Job]) -> list[tuple[_Job, Any, BaseException | None]]:
        """One transaction, one SAVEPOINT per item; raises _GroupLost or DBAPIError when nothing of it was kept."""
        with self._writer.connect() as connection:
            with connection.begin():
                answers = [
                    (job, *self._attempt(connection, job, alone=len(group) == 1)) for job in group if job.begin()
                ]
            self._last_commit = time.monotonic()
            return answers

    def _attempt(self, connection: Connection, job: _Job, *, alone: bool) -> tuple[Any, BaseException | None]:
        savepoint = connection.begin_nested()
        try:
            result = job.work(connection)
            savepoint.commit()
        except BaseException as error:
            if not _in_transaction(connection):
                raise _GroupLost(str(error)) from error
            if isinstance(error, DBAPIError) and alone:
                raise
            savepoint.rollback()
            return None, _unavailable(error)
        return result, None


def _in_transaction(connection: Connection) -> bool:
    raw = connection.connection.dbapi_connection
    return isinstance(raw, sqlite3.Connection) and raw.in_transaction


def _unavailable(error: BaseException) -> BaseException:
    """The driver's words become ours; what the work itself raised stays."""
    if isinstance(error, _GroupLost):
        return StoreUnavailable(str(error))
    if isinstance(error, DBAPIError):
        unavailable = StoreUnavailable(str(error.orig))
        unavailable.__cause__ = error
        return unavailable
    return error
