"""The driver's words become ours; what the work itself raised stays."""

import sqlite3
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from storage.errors import KeyTaken, StoreError, StoreUnavailable

_TAKEN = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})
# https://www.postgresql.org/docs/current/errcodes-appendix.html
UNIQUE_VIOLATION = "23505"


def told(error: BaseException) -> BaseException:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(error, StoreError) or not isinstance(error, DBAPIError | sqlite3.Error):
        return error
    ours: StoreError = KeyTaken(str(cause)) if _is_taken(cause) else StoreUnavailable(str(cause))
    ours.__cause__ = error
    return ours


def as_told(connection: Connection, raw: Any, error: Any, words: str | None = None, said: Any = None) -> Exception:
    """The driver's error as SQLAlchemy tells it; a connection that is lost is given up. `words`: of the statement, None
    where it is not known."""
    dialect = connection.dialect
    base = dialect.loaded_dbapi.Error
    lost = dialect.is_disconnect(error, raw, None)
    if lost:
        connection.invalidate(error)
    ours: Exception = DBAPIError.instance(words, said, error, base, connection_invalidated=lost, dialect=dialect)
    return ours


def sqlstate(error: DBAPIError) -> str:
    """PostgreSQL's five letters; empty where the connection failed before the server said anything."""
    return getattr(error.orig, "sqlstate", None) or ""


def _is_taken(cause: BaseException | None) -> bool:
    sqlite_says = getattr(cause, "sqlite_errorcode", None) in _TAKEN
    return sqlite_says or getattr(cause, "sqlstate", None) == UNIQUE_VIOLATION
