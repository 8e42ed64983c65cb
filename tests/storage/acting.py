"""People of a workspace act through the use cases; each act is one unit of work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Table, func, select

from bot.domain.values import Surface
from bot.services import filing, notifications
from bot.services import requests as asked
from bot.services.context import Context, Receipt
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.views import DefectView
from storage.database import Store
from storage.unit_of_work import SqlUnitsOfWork
from tests.looking import look

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

    def ask(self, question: Callable[[Questions], T]) -> T:
        return self.units.ask_sync(self.team, question)


def file(title: str = "Cart total is wrong", **values: object) -> Callable[[UnitOfWork], str]:
    """Answers the key."""
    request = asked.FileDefect(title, home="C1", **values)  # type: ignore[arg-type]
    return lambda uow: filing.file_defect(uow, request).defect.key


def keys(views: Sequence[DefectView]) -> list[str]:
    return [view.defect.key for view in views]


def rows(workspace: Workspace, table: Table) -> int:
    return int(look(workspace.store, workspace.team, select(func.count()).select_from(table))[0][0])
