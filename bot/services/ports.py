"""What the use cases need of the store: `storage/` implements these; tests use the real one."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from bot.domain.events import Logged
from bot.services.catalogue import Catalogue, Hands
from bot.services.clusters import Clusters
from bot.services.context import Context
from bot.services.questions import Questions
from bot.services.records import DuePlan
from bot.services.release_control import Decisions, Gates, Signoffs, Waivers
from bot.services.repositories import (
    Conversations,
    Defects,
    Digests,
    EventLog,
    Judgements,
    KeyNotes,
    Lists,
    Outbox,
    Projects,
    Releases,
)
from bot.services.roads import Roads
from bot.services.test_runs import Results

T = TypeVar("T")


class UnitOfWork(Protocol):
    """One transaction of one workspace. `now` is one instant for all that happens in it."""

    @property
    def context(self) -> Context: ...
    @property
    def now(self) -> datetime: ...
    @property
    def projects(self) -> Projects: ...
    @property
    def defects(self) -> Defects: ...
    @property
    def releases(self) -> Releases: ...
    @property
    def conversations(self) -> Conversations: ...
    @property
    def digests(self) -> Digests: ...
    @property
    def gates(self) -> Gates: ...
    @property
    def waivers(self) -> Waivers: ...
    @property
    def signoffs(self) -> Signoffs: ...
    @property
    def decisions(self) -> Decisions: ...
    @property
    def lists(self) -> Lists: ...
    @property
    def key_notes(self) -> KeyNotes: ...
    @property
    def roads(self) -> Roads: ...
    @property
    def judgements(self) -> Judgements: ...
    @property
    def results(self) -> Results: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def clusters(self) -> Clusters: ...
    @property
    def hands(self) -> Hands: ...
    @property
    def log(self) -> EventLog: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def questions(self) -> Questions:
        """Of what was committed before, within this transaction."""
        ...

    def new_id(self) -> str: ...

    def commit(self) -> Sequence[Logged]:
        """Writes receipts, rows, versions, events, outbox; answers the events written.

        Raises AlreadyDone when a receipt of the context is known.
        """
        ...


class AlreadyDone(Exception):
    """This delivery has been handled before; nothing is to be done or said."""


class Overtaken(Exception):
    """Somebody else has just made the same, and nothing of this unit of work was kept."""


class MaybeSaved(Exception):
    """The store cannot say whether this unit of work was kept: nobody may be told that nothing changed."""


class UnitsOfWork(Protocol):
    """`perform` runs a use case in one unit of work and commits it; `ask` runs a question on a snapshot."""

    async def perform(self, context: Context, use_case: Callable[[UnitOfWork], T]) -> T: ...

    async def ask(self, team_id: str, question: Callable[[Questions], T]) -> T: ...


class Schedules(Protocol):
    """Cross-team, therefore ids only: what the scheduler's tick asks for."""

    async def due(self, now: datetime, limit: int = 100) -> list[DuePlan]:
        """The plans whose `next_at` is not after `now`, the longest due first."""
        ...

    async def next_due(self) -> datetime | None:
        """When the first of all plans is due; None without one."""
        ...
