"""The shipped suggestions behind the interface of an evaluator: `make()` answers an object with `add(report)`,
`suggest(report, k)` and `mark_duplicate(id, of)`.

A report is a mapping with `id`, `opened` (unix seconds), `product`, `component`, `title`, `body`. The store is what
COUNTERSIGN_DATABASE_URL names, in a workspace of its own; without it a SQLite file of its own. Whatever people would do
is done by the use cases, at the report's time; whatever they would be shown is asked of the port.
"""

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import Connection

from bot.domain.errors import DomainError
from bot.domain.values import Resolution, Surface
from bot.services import defects, filing, notifications
from bot.services import requests as ask
from bot.services.context import Context
from bot.services.input import storable
from bot.services.questions import Questions
from storage.database import Store, open_store
from storage.migrations import migrate
from storage.tenant import Tenant
from storage.unit_of_work import SqlUnitsOfWork

T = TypeVar("T")
Report = Mapping[str, Any]
_DEADLINE = 600.0
_PORTION = 64


@dataclass
class Clock:
    at: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass
class Suggester:
    """Each report is filed in a transaction of its own, but those that come before the first question."""

    store: Store
    clock: Clock = field(default_factory=Clock)
    team: str = field(default_factory=lambda: f"T{uuid4().hex[:10].upper()}")
    keys: dict[Any, str] = field(default_factory=dict)
    ids: dict[Any, str] = field(default_factory=dict)
    reports: dict[str, Any] = field(default_factory=dict)
    _waiting: list[Report] = field(default_factory=list)
    _links: list[tuple[Any, Any]] = field(default_factory=list)
    _asked: bool = False

    def __post_init__(self) -> None:
        self.units = SqlUnitsOfWork(self.store, self.clock, notifications.notify)
        self.context = Context(self.team, "UBENCH", Surface.COMMAND, "CBENCH")

    def add(self, report: Report) -> None:
        self._waiting.append(report)
        if self._asked or len(self._waiting) >= _PORTION:
            self.flush()

    def suggest(self, report: Report, k: int) -> list[Any]:
        self._asked = True
        self.flush()
        if not self.keys:
            return []
        self.clock.at = _time(report)

        def question(questions: Questions) -> list[str]:
            project = questions.project_for(None).id
            said = filed(report)
            found = questions.similar(project, said.title, said.actual, k, component=said.component)
            return [one.key for one in found]

        return [self.reports[key] for key in self.units.ask_sync(self.team, question)]

    def look(self, report: Report, question: Callable[[Tenant, Report], T]) -> T:
        """Past the port, for what the port does not tell."""
        self.flush()
        self.clock.at = _time(report)

        def looking(connection: Connection) -> T:
            tenant = Tenant(connection, self.team, self.clock.now())
            return question(tenant, report)

        return self.store.read_sync(looking)

    def mark_duplicate(self, duplicate: Any, original: Any) -> None:
        self._links.append((duplicate, original))

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        links, self._links = self._links, []
        if waiting:
            self.store.run_sync(lambda connection: self._file(connection, waiting), deadline=_DEADLINE)
        for duplicate, original in links:
            self._mark(duplicate, original)

    def _file(self, connection: Connection, waiting: list[Report]) -> None:
        for report in waiting:
            self.clock.at = _time(report)
            uow = self.units.begin(connection, self.context)
            defect = filing.file_defect(uow, filed(report)).defect
            uow.commit()
            self.keys[report["id"]], self.ids[report["id"]] = defect.key, defect.id
            self.reports[defect.key] = report["id"]

    def _mark(self, duplicate: Any, original: Any) -> None:
        """An original that was never filed, or that follows its duplicate already, cannot be named."""
        if duplicate not in self.keys or original not in self.keys:
            return
        request = ask.Resolve(self.keys[duplicate], Resolution.DUPLICATE, self.keys[original])
        try:
            self.units.perform_sync(self.context, lambda uow: defects.resolve(uow, request))
        except DomainError:
            return


def filed(report: Report) -> ask.FileDefect:
    """As somebody would: without a title the first line of the body is one, and no store keeps what is no text."""
    body = _said(report, "body")
    title = " ".join((_said(report, "title") or body.partition("\n")[0]).split())[: filing.MAX_TITLE] or "Untitled"
    named = (_said(report, name) for name in ("product", "component"))
    component = "/".join(part.replace("/", " ") for part in named if part)
    return ask.FileDefect(title, component=component or None, actual=body, home="CBENCH")


def _said(report: Report, name: str) -> str:
    return storable(str(report.get(name) or "")).strip()


def _time(report: Report) -> datetime:
    return datetime.fromtimestamp(report["opened"], UTC)


def make() -> Suggester:
    url = os.environ.get("COUNTERSIGN_DATABASE_URL")
    if url is None:
        folder = Path(tempfile.mkdtemp(prefix="countersign-bench-"))
        url = f"sqlite:///{folder}/bench.db"
    migrate(url)
    return Suggester(open_store(url))
