"""PostgreSQL: an answer that nobody needs is not waited for.

psycopg's pipeline mode (https://www.psycopg.org/psycopg3/docs/advanced/pipeline.html): statements run in their order in
one transaction as ever. What was wrong with one is raised by the next that is waited for, at the end at the latest.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, event

from storage.failures import as_told


class Pipeline:
    """Open while statements go to the driver; SQLAlchemy's own need their answers at once, and close it."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._open: AbstractContextManager[Any] | None = None
        self._under_way: Any = None

    def open(self) -> None:
        if self._open is None:
            opened = self._raw.pipeline()
            self._under_way = opened.__enter__()
            self._open = opened

    def wait(self) -> None:
        """For every answer until now."""
        self._under_way.sync()

    def close(self) -> None:
        """Waits for every answer. Raises what the driver raises."""
        opened, self._open = self._open, None
        if opened is not None:
            opened.__exit__(None, None, None)


# By the id of a connection, which lives as long as what is kept here.
_kept: dict[int, Pipeline] = {}


def let(engine: Engine) -> None:
    """Its connections may be `pipelined`."""
    for name in ("do_execute", "do_executemany", "do_execute_no_params"):
        event.listen(engine, name, _wait)


def _wait(cursor: Any, *_: Any) -> None:
    if (pipeline := of(cursor.connection)) is not None:
        pipeline.close()


def of(raw: Any) -> Pipeline | None:
    """Of a connection of the driver's; None where every statement is waited for."""
    return _kept.get(id(raw))


@contextmanager
def pipelined(connection: Connection) -> Iterator[None]:
    """Raises DBAPIError of what was not waited for."""
    raw = connection.connection.dbapi_connection
    _kept[id(raw)] = pipeline = Pipeline(raw)
    try:
        yield
    except BaseException:
        # What else is wrong follows from that.
        with suppress(connection.dialect.loaded_dbapi.Error):
            pipeline.close()
        raise
    else:
        _settle(connection, raw, pipeline)
    finally:
        del _kept[id(raw)]


def _settle(connection: Connection, raw: Any, pipeline: Pipeline) -> None:
    try:
        pipeline.close()
    except connection.dialect.loaded_dbapi.Error as error:
        raise as_told(connection, raw, error) from error
