"""A project whose people act through the use cases, and what the store then holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, select

from bot.domain.defect import Defect
from bot.domain.events import Kind, Logged
from bot.domain.values import Surface
from bot.services import requests as ask
from bot.services.ports import UnitOfWork
from handlers.acting import USE_CASES
from storage.tables import outbox
from tests.looking import look
from tests.storage.acting import DEVON, RUTH, TESS, Workspace
from tests.storage.acting import rows as count

OMAR, ANA = "UOMAR", "UANA"
CHANNEL, SOURCE, TYPED = "C1", "50.1", "77.1"
FROM_MESSAGE = ask.Evidence(CHANNEL, SOURCE, author=TESS, text="The total is wrong")


@dataclass(frozen=True)
class Row:
    """Of the outbox."""

    sort: str
    lane: str
    body: Mapping[str, Any]
    fold: str | None
    bulk: bool
    life: timedelta | None

    @property
    def line(self) -> tuple[str, str | None]:
        """Its template, and who is mentioned."""
        return self.body["line"], self.body["mention"]


def of(rows: list[Row], sort: str) -> list[Row]:
    return [row for row in rows if row.sort == sort]


@dataclass
class Shop:
    """The channel is served by `DEF`; cards go there."""

    workspace: Workspace
    seen: set[str] = field(default_factory=set)

    def do(
        self, request: Any, actor: str = TESS, surface: Surface = Surface.COMMAND, guest_team: str | None = None
    ) -> Any:
        """What its use case answers. Typed in the thread the act is a message of its own."""
        typed = TYPED if surface is Surface.THREAD else None
        context = replace(
            self.workspace.context(actor, ts=typed),
            surface=surface,
            thread_ts=SOURCE if typed else None,
            guest_team=guest_team,
        )
        return self.workspace.units.perform_sync(context, lambda uow: USE_CASES[type(request)](uow, request))

    def file(self, title: str = "Cart total is wrong", actor: str = TESS, **values: Any) -> str:
        """From a message, in its thread; answers the key."""
        request = ask.FileDefect(title, evidence=(FROM_MESSAGE,), in_thread=True, **values)
        key: str = self.do(request, actor, Surface.SHORTCUT).defect.key
        return key

    def plan(self, *releases: str) -> None:
        for name in releases:
            self.do(ask.PlanRelease(name), RUTH)

    def build(self, *names: str, release: str = "2.4", commits: tuple[str, ...] = ()) -> None:
        for name in names:
            self.do(ask.RegisterBuild(release, name, commits), RUTH)

    def fixed(self, owner: str | None = DEVON, by: str = DEVON, build: str | None = None, **values: Any) -> str:
        """A defect of Tess that Devon fixed."""
        key = self.file(**values)
        if owner:
            self.do(ask.Assign(key, owner), RUTH)
        self.do(ask.MarkFixed(key, build), by)
        return key

    def closed(self, **values: Any) -> str:
        key = self.fixed(**values)
        self.do(ask.VerifyPass(key), TESS)
        self.do(ask.Close(key), TESS)
        return key

    def defect(self, key: str) -> Defect:
        return self.workspace.act(lambda uow: uow.defects.get(key))

    def status(self, key: str) -> str:
        return self.defect(key).status.value

    def build_of(self, key: str, name: str) -> str | None:
        """The name of the build that the field `name` of the defect holds."""

        def named(uow: UnitOfWork) -> str | None:
            build_id = getattr(uow.defects.get(key), name)
            return uow.releases.build(build_id).name if build_id else None

        return self.workspace.act(named)

    def events(self, key: str) -> list[Logged]:
        return self.workspace.act(lambda uow: uow.log.of_subject(uow.defects.get(key).id))

    def kinds(self, key: str) -> list[Kind]:
        return [entry.event.kind for entry in self.events(key)]

    def rows(self, table: Table) -> int:
        """How many this workspace has."""
        return count(self.workspace, table)

    def said(self) -> list[Row]:
        """What the outbox got since this was asked last, in the order of writing."""
        written = look(
            self.workspace.store, self.workspace.team, select(outbox).order_by(outbox.c.after_seq, outbox.c.id)
        )
        new = [row for row in written if row.id not in self.seen]
        self.seen |= {row.id for row in new}
        return [
            Row(row.sort, row.lane, row.body, row.fold, row.bulk, row.expires_at and row.expires_at - row.created_at)
            for row in new
        ]

    def lines(self) -> list[tuple[str, str | None]]:
        return [row.line for row in self.said() if row.sort == "line"]


__all__ = ["ANA", "DEVON", "OMAR", "RUTH", "TESS", "Row", "Shop", "of"]
