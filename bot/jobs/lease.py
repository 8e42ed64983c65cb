"""A claimed row is held while its worker lives: leases are short, renewed while there is work, and let go in time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeVar

import structlog

from bot.services.context import Clock
from bot.services.delivery import Claimed, OutboxStore

_log = structlog.get_logger(__name__)
T = TypeVar("T")

# What a dead worker held comes back after this at the latest.
LEASE = timedelta(seconds=20)
# Most rows are settled before their first renewal, which is one statement.
BEAT = 4.0
# Without a renewal nothing is sent any more so many seconds before the lease ends: clocks of two machines differ, and
# the last call may still be under way at Slack.
MARGIN = 6.0


class LeaseLost(Exception):
    """The row may soon be, or is, somebody else's. What was sent is looked for by whoever takes it."""


class Lease:
    """Of one row. `since`: the event loop's time when it was claimed."""

    def __init__(self, store: OutboxStore, clock: Clock, row: Claimed, since: float) -> None:
        self._store = store
        self._clock = clock
        self._row = row
        self._limit = asyncio.timeout_at(since + LEASE.total_seconds() - MARGIN)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Renewed until the block ends."""
        renewing = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            renewing.cancel()

    async def sending(self, work: Awaitable[T]) -> T:
        """Stopped in the middle when the lease can no longer be relied on. Raises LeaseLost, once per lease."""
        try:
            async with self._limit:
                return await work
        except TimeoutError as error:
            if self._limit.expired():
                raise LeaseLost from error
            raise

    async def _renew(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(BEAT)
            began = loop.time()
            try:
                held = await self._store.renew(self._row, self._clock.now() + LEASE)
            except Exception as error:  # noqa: BLE001 - the edge: the next beat tries again, and the limit decides
                _log.warning("lease_not_renewed", team=self._row.team_id, row=self._row.id, why=type(error).__name__)
                continue
            self._move(began + LEASE.total_seconds() - MARGIN if held else began)
            if not held:
                return

    def _move(self, when: float) -> None:
        # What has been sent, or given up, has no limit left to move.
        try:
            self._limit.reschedule(when)
        except RuntimeError:
            return
