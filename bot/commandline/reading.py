"""The store as a command reads it: one workspace, one snapshot, or the command's end with what to do."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from bot.commandline.exits import Exit, fail
from bot.commandline.settings import settings_or_exit

if TYPE_CHECKING:
    from bot.domain.project import Project
    from bot.services.context import Context
    from bot.services.ports import UnitOfWork, UnitsOfWork
    from bot.services.questions import Questions
    from storage.database import Store
    from storage.work import Work

T = TypeVar("T")


class Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


@contextmanager
def opened() -> "Iterator[Store]":
    """Ends the command when the store is not there, not up to date or cannot be read."""
    from storage.condition import condition
    from storage.database import open_store
    from storage.errors import StoreError

    url = settings_or_exit().database_url
    found = condition(url)
    if found.trouble:
        fail(Exit.STORE, f"The store cannot be read: {found.trouble}")
    if found.revision is None or found.revision != found.newest:
        fail(Exit.STORE, "The store is not there or not up to date.", "Run `countersign migrate`.")
    store = open_store(url, readers=1, writers=1)
    try:
        yield store
    except StoreError as error:
        fail(Exit.STORE, f"The store cannot be read: {error}")
    finally:
        store.close_sync()


@contextmanager
def snapshot(team: str | None) -> "Iterator[Reader]":
    """`team` None: the only workspace in the store. Ends the command when the store or the workspace is not there."""
    with opened() as store:
        yield Reader(store, chosen(store, team))


class Reader:
    def __init__(self, store: "Store", team: str) -> None:
        from bot.services.notifications import notify
        from storage.unit_of_work import SqlUnitsOfWork

        self.team = team
        self._store = store
        self._units = SqlUnitsOfWork(store, Now(), notify)

    def ask(self, question: "Callable[[Questions], T]") -> T:
        """Ends the command, as wrong usage, where what is asked for does not exist."""
        from bot.domain.errors import NotFound

        try:
            return self._units.ask_sync(self.team, question)
        except NotFound as error:
            near = f" Did you mean {error.nearest}?" if error.nearest else ""
            fail(Exit.USAGE, f"There is no {error.kind} {error.key}.{near}")

    def perform(self, use_case: "Callable[[UnitOfWork], T]", by: str = "CI") -> "T":
        """On the command line. Raises DomainError and what the store raises; then nothing of it is kept."""
        from bot.domain.values import Surface
        from bot.services.context import Context

        return self._units.perform_sync(Context(self.team, by, Surface.COMMAND_LINE), use_case)

    def carry_out(self, work: "Callable[[UnitsOfWork, Context], Coroutine[Any, Any, T]]") -> "T":
        """The same for what takes several units of work."""
        from bot.domain.values import Surface
        from bot.services.context import Context

        return asyncio.run(work(self._units, Context(self.team, "CI", Surface.COMMAND_LINE)))

    def read(self, work: "Work[T]") -> "T":
        """Past the questions: what no reader in Slack asks."""
        return self._store.read_sync(work)

    def write(self, work: "Work[T]") -> "T":
        """Past the use cases: what changes no defect."""
        return self._store.run_sync(work)

    def names(self, people: Collection[str]) -> dict[str, str]:
        """Slack id -> display name, of those whom the bot has heard of."""
        from storage.people import every_name

        return self._store.read_sync(every_name(self.team, people))

    def everybody(self) -> dict[str, str]:
        """Slack id -> display name, of all whom the bot has heard of."""
        from storage.people import everybody

        return self._store.read_sync(everybody(self.team))


def project_of(questions: "Questions", prefix: str | None, release: str = "") -> "Project":
    """By its prefix, or that of `release`: SHOP/2.4; else the one in use. Ends the command where several are."""
    from bot.domain.project import in_use

    projects = questions.projects()
    prefix = prefix or release.rpartition("/")[0] or None
    if prefix is None:
        if len(used := in_use(projects, questions.releases)) > 1:
            known = ", ".join(each.prefix for each in used)
            fail(Exit.USAGE, "Which project? Say it with --project.", f"Known: {known}")
        return questions.project_for(None)
    found = next((project for project in projects if project.prefix == prefix.upper()), None)
    if found is None:
        fail(Exit.USAGE, f"There is no project {prefix}.", f"Known: {', '.join(p.prefix for p in projects)}")
    return found


def chosen(store: "Store", team: str | None) -> str:
    """That workspace, or the only one. Ends the command where it is not clear which."""
    from storage.across_teams import teams

    known = store.read_sync(teams)
    if team is not None and team in known:
        return team
    if team is None and len(known) == 1:
        return known[0]
    if not known:
        fail(Exit.USAGE, "The store is empty: nothing was ever filed in it.")
    fail(Exit.USAGE, "Say which workspace: --team.", f"Known: {', '.join(known)}")


def instant(written: str | None, project: "Project") -> datetime | None:
    """Ends the command where it is none. None stays None."""
    from zoneinfo import ZoneInfo

    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        fail(Exit.USAGE, f"{written} is no moment: write it as 2026-11-20 18:00.")
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(project.timezone))
