"""PostgreSQL: psycopg 3 in a few threads; nothing outlives a transaction, so a pooler may stand between."""

import random
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from storage.database import Health, T, Work
from storage.errors import CommitUnknown, StoreBusy, StoreUnavailable

ATTEMPTS = 4
BACKLOG = 1_000
# Serialization failure, deadlock; connection lost; operator intervention (restart, failover).
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_AGAIN = ("40001", "40P01", "08", "57P")


class PostgresEngine:
    dialect = "postgresql"

    def __init__(self, url: str, writers: int) -> None:
        self._engine = create_engine(
            url,
            pool_size=writers,
            max_overflow=0,
            pool_pre_ping=True,
            pool_timeout=5,
            # Server-side prepared statements belong to a session, which transaction pooling does not keep.
            connect_args={"prepare_threshold": None, "connect_timeout": 5},
        )
        self._threads = ThreadPoolExecutor(writers, "store")
        self._waiting = 0
        self._count = threading.Lock()
        self._last_commit: float | None = None

    def write(self, work: Work[T], deadline: float) -> "Future[T]":
        with self._count:
            if self._waiting >= BACKLOG:
                raise StoreBusy(f"{BACKLOG} units of work wait already")
            self._waiting += 1
        future = self._threads.submit(self._begin, work, deadline)
        future.add_done_callback(self._cancelled)
        return future

    def snapshot(self, work: Work[T]) -> "Future[T]":
        return self._threads.submit(self._read, work)

    def health(self) -> Health:
        last = None if self._last_commit is None else time.monotonic() - self._last_commit
        return Health(self._waiting, last)

    def close(self) -> None:
        self._threads.shutdown()
        self._engine.dispose()

    def _cancelled(self, future: "Future[T]") -> None:
        if future.cancelled():
            self._one_less()

    def _one_less(self) -> None:
        with self._count:
            self._waiting -= 1

    def _begin(self, work: Work[T], deadline: float) -> T:
        self._one_less()
        if time.monotonic() > deadline:
            raise StoreBusy("not begun within its deadline")
        return self._persist(work)

    def _persist(self, work: Work[T]) -> T:
        """The whole unit of work again when the server says that nothing of it was kept."""
        for attempt in range(1, ATTEMPTS):
            try:
                return self._transact(work)
            except DBAPIError as error:
                if not _worth_another(error):
                    raise StoreUnavailable(str(error.orig)) from error
            time.sleep(random.uniform(0, 0.05 * 2**attempt))
        try:
            return self._transact(work)
        except DBAPIError as error:
            raise StoreUnavailable(str(error.orig)) from error

    def _transact(self, work: Work[T]) -> T:
        with self._engine.connect() as connection:
            transaction = connection.begin()
            try:
                result = work(connection)
            except BaseException:
                transaction.rollback()
                raise
            try:
                transaction.commit()
            except DBAPIError as error:
                if error.connection_invalidated or not _sqlstate(error):
                    raise CommitUnknown(str(error.orig)) from error
                raise
            self._last_commit = time.monotonic()
            return result

    def _read(self, work: Work[T]) -> T:
        """One snapshot for all that a reader asks."""
        try:
            with self._engine.connect() as connection:
                reading = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                with reading.begin():
                    return work(reading)
        except DBAPIError as error:
            raise StoreUnavailable(str(error.orig)) from error


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _worth_another(error: DBAPIError) -> bool:
    # A lost connection has no SQLSTATE; before COMMIT that means nothing was kept.
    return error.connection_invalidated or _sqlstate(error).startswith(_AGAIN)
