"""SQLite: one thread writes (storage.writer); readers have connections of their own.

Threads that compete for SQLite's lock starve each other (busy_timeout is not fair), so nobody competes.
"""

import sqlite3
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from storage.errors import StoreUnavailable
from storage.failures import told
from storage.guard import watch
from storage.jobs import Job, Line
from storage.work import T, Work
from storage.writer import Writer

# For other processes on the same file: they write in short transactions, and whoever still waits is tried again.
BUSY_MILLISECONDS = 500
# Several first connections switch a file to WAL at once.
SWITCHING = 5.0

PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-16000",
)
READ_ONLY = (*PRAGMAS, "PRAGMA query_only=ON")


def make_engine(url: str, *, read_only: bool, size: int = 1) -> Engine:
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=size, max_overflow=0, connect_args={"check_same_thread": False}
    )
    _ours_to_begin(engine, READ_ONLY if read_only else PRAGMAS, "BEGIN" if read_only else "BEGIN IMMEDIATE")
    watch(engine)
    return engine


def migrating_engine(url: str) -> Engine:
    """All or nothing also of tables. It leaves the file's journal as it is and checks no reference: SQLite alters a
    table by copying it."""
    engine = create_engine(url, poolclass=NullPool)
    _ours_to_begin(engine, (f"PRAGMA busy_timeout={int(SWITCHING * 1000)}",), "BEGIN IMMEDIATE")
    return engine


def _ours_to_begin(engine: Engine, pragmas: Sequence[str], begin: str) -> None:
    """The driver's own transactions are switched off: it would commit before a CREATE TABLE and behind a SAVEPOINT.

    https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#serializable-isolation-savepoints-transactional-ddl
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            _patiently(connection, pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute(begin)


def _patiently(connection: sqlite3.Connection, pragma: str) -> None:
    """Of connections that switch a file to WAL at once, SQLite refuses some without asking their busy_timeout."""
    end = time.monotonic() + SWITCHING
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
        self._line = Line()
        self._writer = Writer(make_engine(url, read_only=False), self._line)
        self._reader = make_engine(url, read_only=True, size=readers)
        self._readers = ThreadPoolExecutor(readers, "store-reader")

    def write(self, work: Work[T], deadline: float, *, behind: bool = False) -> "Future[T]":
        job = Job(work, deadline, behind)
        self._line.put(job)
        return job.future

    def snapshot(self, work: Work[T], deadline: float) -> "Future[T]":  # noqa: ARG002 - the file is here or it is not
        try:
            return self._readers.submit(self._read, work)
        except RuntimeError as error:
            raise StoreUnavailable("the store is closed") from error

    def _read(self, work: Work[T]) -> T:
        try:
            with self._reader.connect() as connection, connection.begin():
                return work(connection)
        except (DBAPIError, sqlite3.Error) as error:
            raise told(error) from error

    def waiting(self) -> int:
        return len(self._line)

    def close(self) -> None:
        self._line.close()
        self._writer.join()
        self._readers.shutdown()
        self._reader.dispose()
