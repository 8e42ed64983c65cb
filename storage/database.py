"""The one way to the store: `run` a unit of work, `read` a snapshot."""

import asyncio
import time

from sqlalchemy import make_url

from storage.errors import StoreBusy, StoreUnavailable
from storage.probe import probe
from storage.work import DEADLINE, Engine, Health, T, Work


class Store:
    """One per process. `work` runs in a thread of the store and must touch nothing but its connection.

    Raises StoreUnavailable, StoreBusy, KeyTaken, CommitUnknown, and whatever `work` raises; then nothing of it is kept
    (after CommitUnknown nobody knows).
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._refused: float | None = None
        self.dialect = engine.dialect

    async def run(self, work: Work[T], *, deadline: float = DEADLINE, behind: bool = False) -> T:
        """`deadline` in seconds from now; `behind`: nobody waits for it, people's work goes first."""
        try:
            kept = await self._write(work, deadline, behind)
        except StoreUnavailable:
            self._refused = self._refused if behind else time.monotonic()
            raise
        # What nobody waits for is small, and may fit where nothing else does.
        self._refused = self._refused if behind else None
        return kept

    async def probe(self, *, deadline: float = DEADLINE) -> None:
        """The smallest commit there is. It may fit where no work does, so it tells nothing of what was refused."""
        await self._write(probe, deadline, behind=False)

    async def _write(self, work: Work[T], deadline: float, behind: bool) -> T:
        future = self._engine.write(work, time.monotonic() + deadline, behind=behind)
        given_up = False

        def give_up() -> None:
            # Of a future whose work has begun this does nothing: then its true outcome is waited for.
            nonlocal given_up
            given_up = future.cancel()

        timer = asyncio.get_running_loop().call_later(deadline, give_up)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            asked = asyncio.current_task()
            if given_up and not (asked and asked.cancelling()):
                raise StoreBusy(f"not begun within {deadline:g} s") from None
            raise
        finally:
            timer.cancel()

    def run_sync(self, work: Work[T], *, deadline: float = DEADLINE) -> T:
        return self._engine.write(work, time.monotonic() + deadline).result()

    async def read(self, work: Work[T], *, deadline: float = DEADLINE) -> T:
        return await asyncio.wrap_future(self._engine.snapshot(work, time.monotonic() + deadline))

    def read_sync(self, work: Work[T], *, deadline: float = DEADLINE) -> T:
        return self._engine.snapshot(work, time.monotonic() + deadline).result()

    def health(self) -> Health:
        return Health(self._engine.waiting(), None if self._refused is None else time.monotonic() - self._refused)

    def close_sync(self) -> None:
        """Ends what was accepted, refuses the rest."""
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

    return Store(PostgresEngine(url, writers, readers))
