"""The store fails at the n-th call of a use case, for every n: it is done whole or not at all, and says which."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.pool import NullPool

from storage.database import Store
from tests.faults import books
from tests.faults.cases import Attempt, asked, chosen, without_a_case
from tests.faults.outcome import Outcome, Row
from tests.faults.stage import Stage
from tests.services.acting import Shop
from tests.storage.acting import Workspace

ALL = 1_000  # no fewer than there are use cases
STRIDE = 5  # between the calls that fail on PostgreSQL in the small size: each takes an act of its own
Break = Callable[[Connection], None]


def _interrupt(connection: Connection) -> None:
    """SQLite itself ends the statement that follows, and with it the transaction when that was a write."""
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    answers = itertools.chain([1], itertools.repeat(0))
    raw.set_progress_handler(lambda: next(answers), 1)


def _killer(url: str) -> Break:
    """The server ends this very session, as an operator or a failover does."""
    admin = create_engine(make_url(url).set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")

    def kill(connection: Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        with admin.connect() as beside:
            beside.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": raw.info.backend_pid})

    return kill


class Fuse:
    """Breaks the connection before the n-th statement of the writer, once. `blown`: whether it came to that."""

    def __init__(self, url: str, breaks: Break) -> None:
        self._database = make_url(url).database
        self._break = breaks
        self._left = 0
        self.blown = False

    @contextmanager
    def at(self, number: int) -> Iterator[None]:
        self._left, self.blown = number, False
        event.listen(Engine, "before_cursor_execute", self._before)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", self._before)
            self._left = 0

    def _before(self, connection: Connection, *_: object) -> None:
        if connection.engine.url.database != self._database or self.blown:
            return
        self._left -= 1
        if self._left == 0:
            self.blown = True
            self._break(connection)


async def every_call(stage: Stage, size: int) -> Outcome:
    """`size` use cases, on SQLite and on PostgreSQL."""
    outcome = Outcome(0)
    await asyncio.to_thread(_on_sqlite, stage.sqlite(), size, outcome)
    with stage.postgres() as url:
        await asyncio.to_thread(_on_postgres, url, size, outcome)
    outcome.check(size < ALL or not without_a_case(), f"no case for {without_a_case()}")
    outcome.notes.append(f"{len(chosen(size))} use cases on two stores")
    return outcome


def _on_sqlite(url: str, size: int, outcome: Outcome) -> None:
    """What fails leaves everything as it was, so that the same act is tried again until no call of it fails."""
    fuse = Fuse(url, _interrupt)
    with books.opened(url) as store:
        for kind in chosen(size):
            attempt = Attempt(asked(workspace_in(store), kind), outcome)
            for number in itertools.count(1):
                done = attempt.under(fuse.at(number))
                outcome.injected += fuse.blown
                if done:
                    break
            attempt.is_sound()


def _on_postgres(url: str, size: int, outcome: Outcome) -> None:
    """A unit of work whose session ends is done anew, on another connection: each act is saved in spite of it."""
    fuse = Fuse(url, _killer(url))
    stride = 1 if size >= ALL else STRIDE
    with books.opened(url) as store:
        for kind in chosen(size):
            for number in itertools.count(1, stride):
                attempt = Attempt(asked(workspace_in(store), kind), outcome)
                attempt.under(fuse.at(number))
                attempt.is_sound()
                if not fuse.blown:
                    break
                outcome.injected += 1


def workspace_in(store: Store) -> Shop:
    """A new one, beside those that are there."""
    return Shop(Workspace(store, f"T{uuid4().hex[:12].upper()}"))


ROWS = (Row("halves", "the n-th call of the store fails, for every n", every_call, 2, ALL),)
