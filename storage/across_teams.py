"""The closed list of what looks into more than one workspace; it tells ids and teams, and nothing that people wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, delete, func, or_, select, union, update

from bot.services.delivery import State
from bot.services.records import DuePlan
from storage.database import Store
from storage.tables import events, heads, outbox, receipts, schedules, workspaces
from storage.tenant import param

_UNSETTLED = outbox.c.settled_at.is_(None)
_LEASED = and_(outbox.c.lease_until.isnot(None), outbox.c.lease_until > param("now"))
_EXPIRED = and_(outbox.c.expires_at.isnot(None), outbox.c.expires_at <= param("now"), ~_LEASED)
_PLACE = (
    func.row_number()
    .over(partition_by=(outbox.c.team_id, outbox.c.lane), order_by=(outbox.c.after_seq, outbox.c.id))
    .label("place")
)

_wanted = select(outbox, _PLACE).where(_UNSETTLED, ~_EXPIRED).subquery()
_CLAIMABLE = (
    select(_wanted.c.team_id, _wanted.c.id, _wanted.c.bulk)
    .where(
        _wanted.c.place == 1,
        _wanted.c.due_at <= param("now"),
        or_(_wanted.c.lease_until.is_(None), _wanted.c.lease_until <= param("now")),
    )
    .order_by(_wanted.c.bulk, _wanted.c.due_at, _wanted.c.after_seq, _wanted.c.id)
    .limit(param("most"))
)
_EXPIRING = select(outbox.c.team_id).where(_UNSETTLED, _EXPIRED).distinct()
_waiting = select(outbox.c.due_at, outbox.c.lease_until, _PLACE).where(_UNSETTLED).subquery()
_NEXT_DUE = select(
    func.min(case((_waiting.c.lease_until > _waiting.c.due_at, _waiting.c.lease_until), else_=_waiting.c.due_at))
).where(_waiting.c.place == 1)
_TEAMS = select(workspaces.c.team_id).order_by(workspaces.c.team_id)
_LOGS = union(select(workspaces.c.team_id), select(heads.c.team_id), select(events.c.team_id).distinct())
_DUE_PLANS = (
    select(schedules.c.team_id, schedules.c.id)
    .where(schedules.c.next_at <= param("now"))
    .order_by(schedules.c.next_at, schedules.c.team_id, schedules.c.id)
    .limit(param("most"))
)
# The rows that somebody holds, as the lease's end would leave them: doubtful for whoever takes them next.
_INHERIT = update(outbox).where(_UNSETTLED, outbox.c.lease_until > param("now")).values(lease_until=param("now"))
# What Slack refused for good is kept, so that it can be revived.
_SETTLED_LONG_AGO = delete(outbox).where(outbox.c.settled_at < param("before"), outbox.c.state != State.DEAD.value)
_ACTED_LONG_AGO = delete(receipts).where(receipts.c.created_at < param("before"))


PATIENCE = 30.0  # seconds that housekeeping may wait behind people's work


@dataclass(frozen=True, slots=True)
class Claimable:
    """`rows` by team, the most urgent first; `expiring`: teams with rows that nobody wants any more."""

    rows: Sequence[tuple[str, str]]
    expiring: Sequence[str]


def teams(connection: Connection) -> list[str]:
    """For a command line that was not told which workspace is meant."""
    return list(connection.scalars(_TEAMS))


def logs(connection: Connection) -> list[str]:
    """Every workspace that has an event, a head or a row of its own: whoever tampers may have removed any of them."""
    return sorted(connection.scalars(_LOGS))


def claimable(connection: Connection, now: datetime, limit: int, bulk: int) -> Claimable:
    """The oldest unsettled row of each lane, where it is due and nobody's: interactive ones first."""
    found = connection.execute(_CLAIMABLE, {"now": now, "most": limit}).all()
    direct = [(row.team_id, row.id) for row in found if not row.bulk]
    later = [(row.team_id, row.id) for row in found if row.bulk][:bulk]
    expiring = connection.execute(_EXPIRING, {"now": now}).scalars().all()
    return Claimable([*direct, *later], expiring)


def next_due(connection: Connection) -> datetime | None:
    return connection.execute(_NEXT_DUE).scalar()


def inherit(connection: Connection, now: datetime) -> int:
    """For a process that is the only one to serve: whoever holds a row is dead, so its lease need not be waited out.
    Answers how many."""
    return connection.execute(_INHERIT, {"now": now}).rowcount


def prune(connection: Connection, before: datetime) -> int:
    """Receipts and settled rows from before that instant; answers how many."""
    forgotten = connection.execute(_ACTED_LONG_AGO, {"before": before}).rowcount
    return forgotten + connection.execute(_SETTLED_LONG_AGO, {"before": before}).rowcount


class SqlRetention:
    """bot.jobs.retention.Forgetful."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def prune(self, before: datetime) -> int:
        return await self._store.run(lambda connection: prune(connection, before), deadline=PATIENCE, behind=True)


class SqlSchedules:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def due(self, now: datetime, limit: int = 100) -> list[DuePlan]:
        def read(connection: Connection) -> list[DuePlan]:
            found = connection.execute(_DUE_PLANS, {"now": now, "most": limit})
            return [DuePlan(row.team_id, row.id) for row in found]

        return await self._store.read(read)
