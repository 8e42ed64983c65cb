"""A month of work passes: what was only needed for a week does not pile up, and forgetting it keeps nobody waiting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from sqlalchemy import make_url, update

from bot.jobs.retention import KEPT, Retention
from bot.services import defects as use
from bot.services import requests as ask
from bot.services.context import Context, Receipt
from bot.services.delivery import State
from bot.services.ports import UnitOfWork
from storage.database import open_store
from storage.errors import StoreBusy
from storage.retention import SqlRetention
from storage.tables import outbox, receipts
from storage.tenant import TEAM, Tenant
from tests.faults import books
from tests.faults.outcome import Measured, Outcome, Row
from tests.faults.stage import PATIENCE, Stage
from tests.storage.acting import DEVON, RUTH, Workspace, file, rows

TICK = timedelta(hours=6)
TICKS = 120  # a month
CROWD = 40  # defects
TOGETHER = 20  # acts in one transaction, as those of a group that share a COMMIT
MEGABYTE = 1 << 20
WAL, GROWTH, SLOWEST = 64.0, 64.0, 1.0  # MB, MB, seconds
_SENT = (
    update(outbox)
    .where(outbox.c.team_id == TEAM, outbox.c.settled_at.is_(None))
    .values(state=State.SENT.value, settled_at=outbox.c.created_at)
)


async def a_month(stage: Stage, size: int) -> Outcome:
    """`size` events on SQLite; every six hours everything is said and the old is forgotten while people act."""
    url = stage.sqlite()
    month = Month(url)
    each = size // TICKS
    for tick in range(TICKS):
        await asyncio.gather(month.retention.run(), month.act(each))
        month.after(tick)
    # Before the store is read whole to be checked.
    outcome = Outcome(month.done, measured=month.measured())
    week = int(KEPT / TICK) + 1
    for table in (receipts, outbox):
        kept = rows(month.workspace, table)
        outcome.check(kept <= week * each * month.rows_per_act, f"{kept} rows of {table.name} are left")
        outcome.notes.append(f"{kept} {table.name}")
    outcome.wrong += books.unsound(url, month.workspace.team)
    outcome.notes += [f"{month.refused} told to try again"] if month.refused else []
    await month.store.close()
    return outcome


class Month:
    rows_per_act = 4  # a line, a card, a reaction at most

    def __init__(self, url: str) -> None:
        self.store = open_store(url)
        self.workspace = Workspace(self.store)
        self.retention = Retention(SqlRetention(self.store), self.workspace.clock)
        self.keys = [self.workspace.act(file(f"defect {n}")) for n in range(CROWD)]
        self.done, self.refused, self.slowest, self.wal, self.first = 0, 0, 0.0, 0, 0
        self._wal = Path(f"{make_url(url).database}-wal")
        self._process = psutil.Process()

    async def act(self, count: int) -> None:
        """Devon and Ruth hand the defects to each other."""
        end = self.done + count
        while self.done < end:
            numbers = range(self.done, min(self.done + CROWD, end))
            await asyncio.gather(*(self._assign(numbers[at : at + TOGETHER]) for at in range(0, CROWD, TOGETHER)))
            self.done = numbers.stop

    async def _assign(self, numbers: Sequence[int]) -> None:
        def assign(uow: UnitOfWork) -> None:
            for number in numbers:
                use.assign(uow, ask.Assign(self.keys[number % CROWD], (DEVON, RUTH)[number // CROWD % 2]))

        began = time.monotonic()
        context = self.workspace.context(receipts=[Receipt("event", f"Ev{number}") for number in numbers])
        while not await self._saved(context, assign):
            self.refused += 1
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError(f"not saved within {PATIENCE:g} s")
        self.slowest = max(self.slowest, time.monotonic() - began)

    async def _saved(self, context: Context, act: Callable[[UnitOfWork], None]) -> bool:
        """Who is told "not saved" acts again; the time counts until it is saved."""
        try:
            await self.workspace.units.perform(context, act)
        except StoreBusy:
            return False
        return True

    def after(self, tick: int) -> None:
        """Everything is said, six hours pass."""
        workspace = self.workspace
        now = workspace.clock.now()
        self.store.run_sync(lambda connection: Tenant(connection, workspace.team, now).change(_SENT), deadline=60)
        self.wal = max(self.wal, self._wal.stat().st_size if self._wal.exists() else 0)
        if tick == TICKS // 4:  # the first week is full
            self.first = self._process.memory_info().rss
        workspace.clock.forward(seconds=TICK.total_seconds())

    def measured(self) -> list[Measured]:
        growth = (self._process.memory_info().rss - self.first) / MEGABYTE
        return [
            Measured("write-ahead log at most", self.wal / MEGABYTE, "MB", WAL),
            Measured("memory grew by", growth, "MB", GROWTH),
            Measured("slowest act", self.slowest, "s", SLOWEST),
        ]


ROWS = (Row("month", "a month of events; a week of receipts, messages and slots kept", a_month, 2_400, 1_000_000),)
