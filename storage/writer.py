"""SQLite's one writer: units of work in order of arrival, in groups that share a COMMIT and thereby its fsync.

Nobody is answered before the COMMIT that holds their work has returned, and the thread outlives whatever work does to
its connection.
"""

import sqlite3
import threading
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, event

from storage.errors import StoreUnavailable
from storage.failures import told
from storage.guard import unbind
from storage.jobs import Job, Line

_log = structlog.get_logger(__name__)

GROUP = 64
Answer = tuple[Job, Any, BaseException | None]


class _GroupLost(StoreUnavailable):
    """The transaction is gone, or is no longer the one that was begun: what follows would commit by itself."""


class _Locked(Exception):
    """Another process writes, longer than SQLite waits."""


class Writer:
    """Runs until its line is closed and empty."""

    def __init__(self, engine: Engine, line: Line) -> None:
        self._engine = engine
        self._line = line
        self._connection: Connection | None = None
        self._committing = False
        event.listen(engine, "commit", self._only_we_commit)
        event.listen(engine, "before_cursor_execute", _only_inside)
        self._thread = threading.Thread(target=self._drain, name="store-writer", daemon=True)
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _drain(self) -> None:
        while group := self._line.take(GROUP):
            try:
                self._settle(group)
            except BaseException as error:  # noqa: BLE001 - the edge: nothing that work does ends the writer
                _log.exception("writer_surprised")
                for job in group:
                    job.fail(told(error))
        self._part()
        self._engine.dispose()

    def _settle(self, group: Sequence[Job]) -> None:
        while wanted := [job for job in group if job.wanted()]:
            try:
                answers = self._commit(wanted)
            except _Locked:
                self._part()
            except Exception as error:  # noqa: BLE001 - work may have done anything to the connection
                self._roll_back()
                self._alone(wanted, error)
                return
            else:
                for job, result, failure in answers:
                    job.answer(result) if failure is None else job.fail(failure)
                return

    def _alone(self, group: Sequence[Job], error: Exception) -> None:
        """Nothing of the group was kept: each again by itself, so that only whoever caused it is told."""
        if len(group) == 1:
            group[0].fail(told(error))
            return
        for job in group:
            self._settle([job])

    def _commit(self, group: Sequence[Job]) -> list[Answer]:
        """One transaction, one SAVEPOINT per item. Whatever it raises, nothing of it was kept."""
        connection = self._begun()
        raw = _raw(connection)
        answers = [self._attempt(connection, raw, job) for job in group if job.begin()]
        self._committing = True
        try:
            connection.commit()
        finally:
            self._committing = False
        return answers

    def _begun(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        try:
            self._connection.begin()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise _Locked from error
            raise
        return self._connection

    def _attempt(self, connection: Connection, raw: sqlite3.Connection, job: Job) -> Answer:
        raw.execute("SAVEPOINT unit")
        unbind(connection)
        result, failure = None, None
        try:
            result = job.work(connection)
        except BaseException as error:  # noqa: BLE001 - it is its caller's
            failure = told(error)
        # Also after work that ended well: it may have swallowed the error that ended the transaction.
        _insist(connection, raw, failure)
        if failure is not None:
            raw.execute("ROLLBACK TO unit")
        raw.execute("RELEASE unit")
        return job, result, failure

    def _roll_back(self) -> None:
        connection = self._connection
        try:
            if connection is not None:
                connection.rollback()
                if not _raw(connection).in_transaction:
                    return
        except Exception as error:  # noqa: BLE001 - work may have done anything to the connection
            _log.warning("connection_lost", why=repr(error))
        self._part()

    def _part(self) -> None:
        """From a connection of which nothing is sure."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.invalidate()
            connection.close()
        except Exception as error:  # noqa: BLE001 - it is given up anyway
            _log.warning("connection_given_up", why=repr(error))

    def _only_we_commit(self, _: Connection) -> None:
        if not self._committing:
            raise _GroupLost("work must not commit: others share its transaction")


def _only_inside(connection: Connection, *_: object) -> None:
    """SQLite ends the whole transaction on FULL, IOERR and NOMEM; what work that does not mind that writes next would
    commit by itself."""
    if not _raw(connection).in_transaction:
        raise _GroupLost("SQLite ended the transaction")


def _insist(connection: Connection, raw: sqlite3.Connection, failure: BaseException | None) -> None:
    """Raises where the transaction that was begun is over."""
    if connection.closed or connection.invalidated or not connection.in_transaction() or not raw.in_transaction:
        raise _GroupLost(str(failure or "the work ended its transaction")) from failure


def _raw(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw
