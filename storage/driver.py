"""A prepared statement at its driver: whoever listens is asked before, and errors are told as SQLAlchemy tells them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.sql.compiler import SQLCompiler

from storage.failures import as_told
from storage.pipeline import of

if TYPE_CHECKING:  # which runs itself here
    from storage.prepared import Prepared

T = TypeVar("T")
Values = Mapping[str, Any]
# Of one INSERT: far below the 65,535 parameters that the protocol has room for.
MOST_ROWS = 100
_MARK = re.compile(r"\$(\d+)")


@dataclass(slots=True)
class _Context:
    """What a listener is told of a run. Made for each: a frozen one takes three times as long to make."""

    compiled: SQLCompiler
    compiled_parameters: Sequence[Values]
    executemany: bool


def run(
    connection: Connection, ready: "Prepared", each: Sequence[Values], take: Callable[[Any], T], *, many: bool = False
) -> T:
    """What `take` makes of the driver's cursor. Raises what the listeners raise, and DBAPIError as SQLAlchemy does."""
    each = [{**ready.fixed, **values} for values in each] if ready.fixed else each
    arguments = [ready.arguments(values) for values in each]
    said: Any = arguments if many else arguments[0]
    raw = connection.connection.dbapi_connection
    cursor = _cursor(connection, raw)
    try:
        context = _Context(ready.compiled, each, many)
        for look in connection.dispatch.before_cursor_execute:
            look(connection, cursor, ready.words, said, context, many)
        if (pipeline := of(raw)) is not None:
            pipeline.open()
        if many and ready.compiled.isinsert and connection.dialect.name == "postgresql":
            _together(cursor, ready.words, arguments)
        else:
            (cursor.executemany if many else cursor.execute)(ready.words, said)
        if pipeline is not None and take is not nothing:
            pipeline.wait()
        return take(cursor)
    except connection.dialect.loaded_dbapi.Error as error:
        raise as_told(connection, raw, error, ready.words, said) from error
    finally:
        cursor.close()


def nothing(_: Any) -> None:
    """Taken of an answer that nobody needs."""


def _together(cursor: Any, words: str, arguments: Sequence[tuple[Any, ...]]) -> None:
    """Rows in few statements: the server plans each anew, and does so for each row that executemany sends."""
    for start in range(0, len(arguments), MOST_ROWS):
        some = arguments[start : start + MOST_ROWS]
        cursor.execute(_of_rows(words, len(some), len(some[0])), [value for row in some for value in row])


@lru_cache(256)
def _of_rows(words: str, rows: int, values: int) -> str:
    """An INSERT of one row, `… VALUES ($1, $2)`, for several."""
    into, _, row = words.partition(" VALUES ")
    parts = _MARK.split(row)  # words and numbers in turn
    groups = (
        "".join(part if place % 2 == 0 else f"${int(part) + at * values}" for place, part in enumerate(parts))
        for at in range(rows)
    )
    return f"{into} VALUES {', '.join(groups)}"


def _cursor(connection: Connection, raw: Any) -> Any:
    if connection.dialect.name != "postgresql":
        return raw.cursor()
    from psycopg import RawCursor  # noqa: PLC0415 - the driver is only loaded where it is used

    return RawCursor(raw)
