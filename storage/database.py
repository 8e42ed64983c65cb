"""The one way to the store: `run` a unit of work, `read` a snapshot."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import Connection, make_url

from storage.errors import StoreBusy

T = TypeVar("T")
Work = Callable[[Connection], T]

# Slack waits three seconds for an answer; what has not begun by now is answered "not saved".
DEADLINE = 2.0


@dataclass(frozen=True, slots=True)
class Health:
    """`waiting`: units of work that have not begun; `last_commit`: seconds since the newest one, None before it."""

    waiting: int
    last_commit: float | None


class Engine(Protocol):
    """One of the two stores behind `Store`."""

    dialect: str

    def write(self, work: Work[T], deadline: float) -> "Future[T]":
        """`deadline` on the monotonic clock; work that has not begun by then never does, and raises StoreBusy."""
        ...

    def snapshot(self, work: Work[T]) -> "Future[T]": ...

    def health(self) -> Health: ...

    def close(self) -> None: ...


class Store:
    """One per process. `work` runs in a thread of the store and must touch nothing but its connection.

    Raises StoreUnavailable, StoreBusy, CommitUnknown, and whatever `work` raises; then nothing of it is kept.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.dialect = engine.dialect

    async def run(self, work: Work[T], *, deadline: float = DEADLINE) -> T:
        future = self._engine.write(work, time.monotonic() + deadline)
        waiting = asyncio.ensure_future(asyncio.wrap_future(future))
        done, _ = await asyncio.wait({waiting}, timeout=deadline)
        # `cancel` of a future whose work has begun does nothing: then its true outcome is waited for.
        if not done and future.cancel():
            raise StoreBusy(f"not begun within {deadline:g} s")
        return await waiting

    def run_sync(self, work: Work[T], *, deadline: float = DEADLINE) -> T:
        return self._engine.write(work, time.monotonic() + deadline).result()

    async def read(self, work: Work[T]) -> T:
        return await asyncio.wrap_future(self._engine.snapshot(work))

    def read_sync(self, work: Work[T]) -> T:
        return self._engine.snapshot(work).result()

    def health(self) -> Health:
        return self._engine.health()

    def close_sync(self) -> None:
        """Ends what has begun, refuses the rest."""
        self._engine.close()

    async def close(self) -> None:
        await asyncio.to_thread(self._engine.close)


def open_store(url: str, *, readers: int = 4, writers: int = 6) -> Store:
    """`sqlite:///path` or `postgresql+psycopg://…`. Connects on first use."""
    # Each store's driver is only loaded where it is used.
    if make_url(url).get_backend_name() == "sqlite":
        from storage.sqlite import SqliteEngine  # noqa: PLC0415

        return Store(SqliteEngine(url, readers))
    from storage.postgres import PostgresEngine  # noqa: PLC0415

    return Store(PostgresEngine(url, writers))
