"""PostgreSQL: psycopg 3 in a few threads; nothing outlives a transaction, so a pooler may stand between."""

import math
import random
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.errors import CommitUnknown, StoreUnavailable
from storage.failures import UNIQUE_VIOLATION, sqlstate, told
from storage.guard import watch
from storage.jobs import Job, Line
from storage.pipeline import let, pipelined
from storage.work import T, Work

BACKLOG = 1_000
# Connection lost; transaction rolled back (serialization failure, deadlock); operator intervention (restart,
# failover). https://www.postgresql.org/docs/current/errcodes-appendix.html
_AGAIN = ("08", "40", "57P")
# The row that somebody else has just written is seen by the next try; the row that breaks a rule of ours is not.
_SOON = (*_AGAIN, UNIQUE_VIOLATION)
MOST_TAKEN = 3
# Server-side prepared statements belong to a session, which transaction pooling does not keep. A server whose machine
# is gone says nothing: it is given up after some seconds (https://www.postgresql.org/docs/current/libpq-connect.html).
_CONNECTION: Mapping[str, int | None] = MappingProxyType(
    {
        "prepare_threshold": None,
        "connect_timeout": 5,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 2,
        "tcp_user_timeout": 8_000,
    }
)
# Seconds that a connection is believed to stand after it was used.
FRESH = 1.0
_USED = "used"
LONGEST_PAUSE = 0.25
# Seconds that the last try may take, and still be answered by the deadline.
LAST_TRY = 0.3


class PostgresEngine:
    """Reads have connections and threads of their own: slow ones never stand before a commit."""

    dialect = "postgresql"

    def __init__(self, url: str, writers: int, readers: int) -> None:
        self._writing = _connected(url, writers)
        let(self._writing)
        self._reading = _connected(url, readers)
        self._line = Line(BACKLOG)
        self._readers = ThreadPoolExecutor(readers, "store-reader")
        self._threads = [threading.Thread(target=self._drain, name="store-writer", daemon=True) for _ in range(writers)]
        for thread in self._threads:
            thread.start()

    def write(self, work: Work[T], deadline: float, *, behind: bool = False) -> "Future[T]":
        job = Job(work, deadline, behind)
        self._line.put(job)
        return job.future

    def snapshot(self, work: Work[T], deadline: float) -> "Future[T]":
        try:
            return self._readers.submit(_persist, lambda: self._read(work), deadline)
        except RuntimeError as error:
            raise StoreUnavailable("the store is closed") from error

    def waiting(self) -> int:
        return len(self._line)

    def close(self) -> None:
        self._line.close()
        for thread in self._threads:
            thread.join()
        self._readers.shutdown()
        self._writing.dispose()
        self._reading.dispose()

    def _drain(self) -> None:
        while taken := self._line.take(1):
            (job,) = taken
            try:
                if job.wanted():
                    job.answer(_persist(lambda job=job: self._transact(job), job.deadline))  # type: ignore[misc]
            except _GivenUp:
                pass
            except BaseException as error:  # noqa: BLE001 - it is its caller's; nothing that work does ends the thread
                job.fail(told(error))

    def _transact(self, job: Job) -> Any:
        with self._writing.connect() as connection:
            transaction = connection.begin()
            # While there is no server its caller may still give it up.
            if not job.begin():
                raise _GivenUp
            try:
                with pipelined(connection):
                    result = job.work(connection)
            except BaseException:
                transaction.rollback()
                raise
            self._commit(connection)
            return result

    def _commit(self, connection: Connection) -> None:
        try:
            connection.commit()
        except DBAPIError as error:
            # A server that is told to stop during COMMIT may have kept it, and says 57P01 all the same.
            if error.connection_invalidated or not sqlstate(error) or sqlstate(error).startswith(("08", "57P")):
                raise CommitUnknown(str(error.orig)) from error
            raise

    def _read(self, work: Work[T]) -> T:
        """One snapshot for all that a reader asks."""
        with self._reading.connect() as connection:
            reading = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with reading.begin():
                return work(reading)


class _GivenUp(Exception):
    """Its caller was answered before it began."""


def _connected(url: str, size: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=5,
        connect_args=dict(_CONNECTION),
    )
    watch(engine)
    _look_after(engine)
    return engine


def _look_after(engine: Engine) -> None:
    """A connection that was idle, or that was in use before another one was lost, is asked whether it still stands."""
    lost = -math.inf

    @event.listens_for(engine, "checkin")
    def put_back(_: object, record: ConnectionPoolEntry) -> None:
        record.info[_USED] = time.monotonic()

    @event.listens_for(engine, "invalidate")
    def invalidated(*_: object) -> None:
        nonlocal lost
        lost = time.monotonic()

    @event.listens_for(engine, "checkout")
    def taken(raw: Any, record: ConnectionPoolEntry, _: object) -> None:
        used = record.info.get(_USED, math.inf)
        if used > lost and time.monotonic() - used < FRESH:
            return
        try:
            engine.dialect.do_ping(raw)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _persist(transact: Callable[[], T], deadline: float) -> T:
    """The whole unit of work again when the server says that nothing of it was kept, until its deadline.

    Raises what the work raises, CommitUnknown, StoreUnavailable, KeyTaken.
    """
    attempt = taken = 0
    while True:
        attempt += 1
        try:
            return transact()
        except DBAPIError as error:
            taken += sqlstate(error) == UNIQUE_VIOLATION
            pause = random.uniform(0, min(LONGEST_PAUSE, 0.05 * 2**attempt))
            if not _worth_another(error) or taken == MOST_TAKEN or time.monotonic() + pause + LAST_TRY > deadline:
                raise told(error) from error
        time.sleep(pause)


def _worth_another(error: DBAPIError) -> bool:
    """Before COMMIT a lost connection means that nothing was kept."""
    # One that was refused has no SQLSTATE; neither has what the driver itself finds wrong with a value.
    refused = isinstance(error, OperationalError | InterfaceError) and not sqlstate(error)
    return error.connection_invalidated or refused or sqlstate(error).startswith(_SOON)
