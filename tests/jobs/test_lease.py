"""A row is let go before its lease ends, and kept as long as its lease can be renewed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from bot.jobs.lease import BEAT, LEASE, MARGIN, Lease, LeaseLost
from bot.services.delivery import Claimed, OutboxStore
from bot.services.outgoing import Sort
from storage.errors import StoreUnavailable
from tests.storage.acting import SetClock

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ROW = Claimed("T1", "row-1", Sort.LINE, "lane", {}, NOW)
SENDING = LEASE.total_seconds() - MARGIN


@dataclass
class Leases:
    """The one part of the outbox that a lease asks."""

    answer: Callable[[], bool]
    asked: list[datetime] = field(default_factory=list)

    async def renew(self, row: Claimed, until: datetime) -> bool:
        assert row is ROW
        self.asked.append(until)
        return self.answer()


def lease(store: Leases, *, age: float = 0.0) -> Lease:
    return Lease(cast(OutboxStore, store), SetClock(NOW), ROW, asyncio.get_running_loop().time() - age)


async def test_a_row_that_takes_long_is_kept_by_renewing_its_lease() -> None:
    store = Leases(lambda: True)
    held = lease(store, age=SENDING - BEAT - 1)
    async with held.kept():
        assert await held.sending(asyncio.sleep(BEAT + 2, "sent")) == "sent"
    assert store.asked == [NOW + LEASE]
    assert timedelta(seconds=BEAT + MARGIN) < LEASE


async def test_a_row_that_somebody_else_took_is_let_go_in_the_middle_of_a_call() -> None:
    held = lease(Leases(lambda: False))
    async with held.kept():
        with pytest.raises(LeaseLost):
            await held.sending(asyncio.sleep(60))


async def test_a_row_is_let_go_before_its_lease_ends_while_the_store_does_not_answer() -> None:
    def down() -> bool:
        raise StoreUnavailable("connection refused")

    store = Leases(down)
    held = lease(store, age=SENDING - BEAT - 0.5)
    async with held.kept():
        with pytest.raises(LeaseLost):
            await held.sending(asyncio.sleep(60))
    assert len(store.asked) == 1


async def test_a_timeout_of_the_work_itself_is_no_lost_lease() -> None:
    async def too_long() -> None:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(60)

    held = lease(Leases(lambda: True))
    async with held.kept():
        with pytest.raises(TimeoutError):
            await held.sending(too_long())
