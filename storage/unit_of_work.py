"""One transaction of one workspace, and the two ways into the store that the use cases know."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from bot.domain.events import Event, Kind, Logged
from bot.services.context import Clock, Context
from bot.services.outgoing import Outgoing
from bot.services.ports import AlreadyDone, UnitOfWork
from bot.services.questions import Questions
from storage import versions
from storage.catalogue import SqlCatalogue
from storage.clusters import SqlClusters
from storage.conversations import SqlConversations
from storage.database import Store
from storage.defects import SqlDefects
from storage.digests import SqlDigests
from storage.event_log import SqlEventLog, draft
from storage.gates import SqlGates
from storage.hands import SqlHands
from storage.ids import new_id
from storage.judgements import SqlJudgements
from storage.key_notes import SqlKeyNotes
from storage.lists import SqlLists
from storage.outbox import SqlOutbox
from storage.projects import SqlProjects, UnknownWorkspace, open_workspace
from storage.questions import SqlQuestions
from storage.releases import SqlReleases
from storage.results import SqlResults
from storage.roads import SqlRoads
from storage.search import documents
from storage.signoffs import SqlDecisions, SqlSignoffs
from storage.tables import receipts
from storage.tenant import Tenant
from storage.waivers import SqlWaivers

T = TypeVar("T")
Notify = Callable[[UnitOfWork, Sequence[Logged]], Iterable[Outgoing]]


class SqlUnitOfWork:
    """Nothing is read before the receipts are written: a delivery that is known raises AlreadyDone here."""

    def __init__(self, connection: Connection, context: Context, now: datetime, notify: Notify) -> None:
        self.context = context
        self.now = now
        self._tenant = tenant = Tenant(connection, context.team_id, now)
        self._notify = notify
        for receipt in context.receipts:
            if not tenant.add_unless_known(receipts, {"source": receipt.source, "key": receipt.key, "created_at": now}):
                raise AlreadyDone(receipt)
        self.projects = SqlProjects(tenant)
        self.defects = SqlDefects(tenant)
        self.releases = SqlReleases(tenant)
        self.conversations = SqlConversations(tenant)
        self.digests = SqlDigests(tenant)
        self.gates = SqlGates(tenant)
        self.waivers = SqlWaivers(tenant)
        self.signoffs = SqlSignoffs(tenant)
        self.decisions = SqlDecisions(tenant)
        self.lists = SqlLists(tenant)
        self.key_notes = SqlKeyNotes(tenant)
        self.judgements = SqlJudgements(tenant)
        self.roads = SqlRoads(tenant)
        self.results = SqlResults(tenant)
        self.catalogue = SqlCatalogue(tenant)
        self.clusters = SqlClusters(tenant)
        self.hands = SqlHands(tenant)
        self.log = SqlEventLog(tenant)
        self.outbox = SqlOutbox(tenant, context.correlation)

    @property
    def questions(self) -> Questions:
        return SqlQuestions(self._tenant)

    def new_id(self) -> str:
        return new_id()

    def commit(self) -> Sequence[Logged]:
        """Rows first, then what is to be said; the head is locked last, and only for what needs the numbers.

        To `notify` an event's `seq` is its place in this unit of work, from 1. Raises Conflict.
        """
        pending = [self._pending(place, event) for place, event in enumerate(self._drain(), 1)]
        self.releases.flush()
        begun = self.defects.flush(pending)
        documents.follow(self._tenant, pending)
        for message in self._notify(self, pending):
            self.outbox.put(message)
        drafts = [draft(entry) for entry in pending]
        if not drafts:
            if self.outbox.waiting:
                self.outbox.write(self.log.head()[0])
            return []
        logged = self.log.write(drafts)
        before = logged[0].seq - 1
        filed = frozenset(e.event.subject_id for e in logged if e.event.kind is Kind.DEFECT_FILED)
        versions.write(self._tenant, [version.shifted(before) for version in begun], filed)
        self.outbox.write(logged[-1].seq)
        return logged

    def _drain(self) -> list[Event]:
        return [*self.releases.drain(), *self.defects.drain(), *self.log.drain()]

    def _pending(self, place: int, event: Event) -> Logged:
        context = self.context
        return Logged(place, self.now, context.actor, context.surface.value, context.channel, context.message_ts, event)


class SqlUnitsOfWork:
    """`notify` is asked at each commit what is to be said about the events of the unit of work."""

    def __init__(self, store: Store, clock: Clock, notify: Notify) -> None:
        self._store = store
        self._clock = clock
        self._notify = notify

    async def perform(self, context: Context, use_case: Callable[[UnitOfWork], T]) -> T:
        """Raises AlreadyDone, StoreError, and whatever the use case raises; then nothing of it is kept."""
        return await self._store.run(self._work(context, use_case))

    def perform_sync(self, context: Context, use_case: Callable[[UnitOfWork], T]) -> T:
        return self._store.run_sync(self._work(context, use_case))

    def begin(self, connection: Connection, context: Context) -> SqlUnitOfWork:
        """Inside a transaction of the caller, who commits it."""
        return SqlUnitOfWork(connection, context, self._clock.now(), self._notify)

    async def ask(self, team_id: str, question: Callable[[Questions], T]) -> T:
        reading = self._reading(team_id, question)
        try:
            return await self._store.read(reading)
        except UnknownWorkspace:
            await self._store.run(self._opening(team_id))
            return await self._store.read(reading)

    def ask_sync(self, team_id: str, question: Callable[[Questions], T]) -> T:
        reading = self._reading(team_id, question)
        try:
            return self._store.read_sync(reading)
        except UnknownWorkspace:
            self._store.run_sync(self._opening(team_id))
            return self._store.read_sync(reading)

    def _work(self, context: Context, use_case: Callable[[UnitOfWork], T]) -> Callable[[Connection], T]:
        def work(connection: Connection) -> T:
            uow = self.begin(connection, context)
            result = use_case(uow)
            uow.commit()
            return result

        return work

    def _reading(self, team_id: str, question: Callable[[Questions], T]) -> Callable[[Connection], T]:
        def reading(connection: Connection) -> T:
            return question(SqlQuestions(Tenant(connection, team_id, self._clock.now())))

        return reading

    def _opening(self, team_id: str) -> Callable[[Connection], None]:
        def opening(connection: Connection) -> None:
            open_workspace(Tenant(connection, team_id, self._clock.now()))

        return opening
