"""People of a workspace act through the use cases; each act is one unit of work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.domain.values import Surface
from bot.services import notifications
from bot.services.context import Context, Receipt
from bot.services.ports import UnitOfWork
from storage.database import Store
from storage.unit_of_work import SqlUnitsOfWork

T = TypeVar("T")
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TESS, DEVON, RUTH = "UTESS", "UDEVON", "URUTH"


@dataclass
class SetClock:
    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


@dataclass
class Workspace:
    """`T1` unless said otherwise; the clock moves only when told."""

    store: Store
    team: str = "T1"
    clock: SetClock = field(default_factory=SetClock)
    units: SqlUnitsOfWork = field(init=False)

    def __post_init__(self) -> None:
        self.units = SqlUnitsOfWork(self.store, self.clock, notifications.notify)

    def context(
        self, actor: str = TESS, receipts: Sequence[Receipt] = (), channel: str | None = "C1", ts: str | None = None
    ) -> Context:
        return Context(self.team, actor, Surface.COMMAND, channel, ts, receipts=tuple(receipts))

    def act(self, use_case: Callable[[UnitOfWork], T], actor: str = TESS) -> T:
        return self.units.perform_sync(self.context(actor), use_case)
