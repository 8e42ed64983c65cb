"""The closed list of what looks into more than one workspace, through views (storage.tables.across) that tell ids,
teams and instants, and nothing that people wrote."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    FromClause,
    Row,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
    union,
    update,
)

from bot.services.delivery import Places, State
from bot.services.records import DuePlan
from bot.services.roads import ALL, REMOVED
from storage import prepared
from storage.database import Store
from storage.places import in_turn, within
from storage.tables import outbox as own_outbox
from storage.tables.across import across_closed_roads as roads
from storage.tables.across import across_events, across_heads, across_workspaces
from storage.tables.across import across_outbox as outbox
from storage.tables.across import across_receipts as receipts
from storage.tables.across import across_schedules as schedules
from storage.tenant import TEAM, Tenant, param

_UNSETTLED = outbox.c.settled_at.is_(None)
_LEASED = and_(outbox.c.lease_until.isnot(None), outbox.c.lease_until > param("now"))
_EXPIRED = and_(outbox.c.expires_at.isnot(None), outbox.c.expires_at <= param("now"), ~_LEASED)
_before = outbox.alias("before")
_EARLIER = (
    exists()
    .where(
        _before.c.team_id == outbox.c.team_id,
        _before.c.lane == outbox.c.lane,
        _before.c.settled_at.is_(None),
        tuple_(_before.c.after_seq, _before.c.id) < tuple_(outbox.c.after_seq, outbox.c.id),
    )
    .correlate(outbox)
)
_STILL_WANTED = or_(
    _before.c.expires_at.is_(None), _before.c.expires_at > param("now"), _before.c.lease_until > param("now")
)
# Walked by the hour they are due, each asked for one before it in its lane: what is claimed costs what is claimed, and
# those that are due behind one that is not.
_CLAIMABLE = (
    select(outbox.c.team_id, outbox.c.id)
    .where(
        _UNSETTLED,
        outbox.c.bulk == param("bulk"),
        outbox.c.due_at <= param("now"),
        ~_EXPIRED,
        or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= param("now")),
        ~_EARLIER.where(_STILL_WANTED),
    )
    .order_by(outbox.c.due_at, outbox.c.after_seq, outbox.c.id)
    .limit(param("most"))
)
_CLAIMABLE_BESIDE = _CLAIMABLE.where(outbox.c.team_id.not_in(param("crowd", expanding=True)))
_FIRST_TEAM, _LAST_TEAM = (
    select(outbox.c.team_id).where(_UNSETTLED).order_by(way).limit(1)
    for way in (outbox.c.team_id.asc(), outbox.c.team_id.desc())
)
_HELD = select(outbox.c.team_id).where(_UNSETTLED, outbox.c.lease_until > param("now"))
_EXPIRING = select(outbox.c.team_id).where(_UNSETTLED, _EXPIRED).distinct()
_NEXT_FREE = (
    select(outbox.c.due_at)
    .where(_UNSETTLED, outbox.c.bulk == param("bulk"), outbox.c.lease_until.is_(None), ~_EARLIER)
    .order_by(outbox.c.due_at, outbox.c.after_seq, outbox.c.id)
    .limit(1)
)
_NEXT_LEASED = select(
    func.min(case((outbox.c.lease_until > outbox.c.due_at, outbox.c.lease_until), else_=outbox.c.due_at))
).where(_UNSETTLED, outbox.c.lease_until.isnot(None), ~_EARLIER)
_BACKLOG = select(func.count(), func.min(outbox.c.created_at)).where(_UNSETTLED)
_TEAMS = select(across_workspaces.c.team_id).order_by(across_workspaces.c.team_id)
_LOGS = union(*(select(view.c.team_id).distinct() for view in (across_workspaces, across_heads, across_events)))
# Nothing is made for a workspace that has removed us, until it has us back.
_WANTED = ~(
    exists()
    .where(roads.c.team_id == schedules.c.team_id, roads.c.road == ALL, roads.c.code == REMOVED)
    .correlate(schedules)
)
_DUE_PLANS = (
    select(schedules.c.team_id, schedules.c.id)
    .where(schedules.c.next_at <= param("now"), _WANTED)
    .order_by(schedules.c.next_at, schedules.c.team_id, schedules.c.id)
    .limit(param("most"))
)
_NEXT_PLAN = select(schedules.c.next_at).where(_WANTED).order_by(schedules.c.next_at).limit(1)
# The rows that somebody holds, as the lease's end would leave them: doubtful for whoever takes them next.
_HOLDING = select(outbox.c.team_id).where(_UNSETTLED, outbox.c.lease_until > param("now")).distinct()
_INHERIT = (
    update(own_outbox)
    .where(own_outbox.c.team_id == TEAM, own_outbox.c.settled_at.is_(None), own_outbox.c.lease_until > param("now"))
    .values(lease_until=param("now"))
)


def long_settled(rows: FromClause) -> ColumnElement[bool]:
    """Of the outbox. What Slack refused for good is kept, so that it can be revived, as long as anybody wants it."""
    kept, before = rows.c.state == State.DEAD.value, param("before")
    return and_(rows.c.settled_at < before, or_(~kept, rows.c.expires_at < before))


_FORGETTING = union(
    select(outbox.c.team_id).where(long_settled(outbox)),
    select(receipts.c.team_id).where(receipts.c.created_at < param("before")),
)


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


def claimable(connection: Connection, now: datetime, places: Places) -> Claimable:
    """The oldest unsettled row of each lane, where it is due and nobody's: interactive ones first, and of these and of
    those as many of each workspace as of any other, while others want to be heard."""
    held = Counter(places.held)
    direct = _free(connection, now, places.free, places.each, held, bulk=False)
    left = min(places.free - len(direct), places.bulk)
    later = _free(connection, now, left, places.each_bulk, held, bulk=True)
    expiring = [row.team_id for row in prepared.rows(connection, _EXPIRING, {"now": now})]
    return Claimable([*direct, *later], expiring)


def _free(
    connection: Connection, now: datetime, most: int, each: int, held: Counter[str], *, bulk: bool
) -> list[tuple[str, str]]:
    """`each`: how many of one workspace may be in hand; `held`: how many are, and what is answered is counted there."""
    if most <= 0:
        return []
    values = {"now": now, "most": most, "bulk": bulk}
    full = sorted(team for team, number in held.items() if number >= each)
    found = _but(connection, full, values) if full else prepared.rows(connection, _CLAIMABLE, values)
    crowd = {row.team_id for row in found} if len(found) == most else set()
    if crowd and (more := _but(connection, sorted(crowd.union(full)), values)):
        taken = Counter(row.team_id for row in prepared.rows(connection, _HELD, {"now": now}))
        found = in_turn([*found, *more], taken)
    return within(found, each, held)[:most]


def _but(connection: Connection, crowd: Sequence[str], values: Mapping[str, Any]) -> Sequence[Row[Any]]:
    """What others than the crowd have due. To look for that costs a walk past all that the crowd has, so first whether
    there are others."""
    first, last = (prepared.first(connection, each, {}) for each in (_FIRST_TEAM, _LAST_TEAM))
    return [] if first == last else prepared.rows(connection, _CLAIMABLE_BESIDE, {**values, "crowd": crowd})


def next_due(connection: Connection) -> datetime | None:
    free = [prepared.first(connection, _NEXT_FREE, {"bulk": bulk}) for bulk in (False, True)]
    found = (*free, prepared.first(connection, _NEXT_LEASED, {}))
    return min((row[0] for row in found if row and row[0]), default=None)


def unsettled(connection: Connection) -> tuple[int, datetime | None]:
    """How many rows wait or are under way, and since when the oldest."""
    count, oldest = connection.execute(_BACKLOG).one()
    return count, oldest


def forgetting(connection: Connection, before: datetime) -> list[str]:
    """The workspaces that have something to forget from before that instant."""
    return sorted(connection.scalars(_FORGETTING, {"before": before}))


async def _in_each(store: Store, teams: Executable, at: Mapping[str, datetime], *changes: Executable) -> int:
    """The changes in every workspace that `teams` finds, a transaction for each; answers the rows that they touched."""

    def find(connection: Connection) -> list[str]:
        return sorted(connection.scalars(teams, at))

    def change(connection: Connection, team: str) -> int:
        tenant = Tenant(connection, team, *at.values())
        return sum(tenant.change(each, **at) for each in changes)

    found = await store.read(find)
    return sum([await store.run(partial(change, team=team), deadline=PATIENCE, behind=True) for team in found])


async def inherit(store: Store, now: datetime) -> int:
    """For a process that is the only one to serve: whoever holds a row is dead, so its lease need not be waited out.
    Answers how many."""
    return await _in_each(store, _HOLDING, {"now": now}, _INHERIT)


class SqlSchedules:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def due(self, now: datetime, limit: int = 100) -> list[DuePlan]:
        def read(connection: Connection) -> list[DuePlan]:
            found = prepared.rows(connection, _DUE_PLANS, {"now": now, "most": limit})
            return [DuePlan(row.team_id, row.id) for row in found]

        return await self._store.read(read)

    async def next_due(self) -> datetime | None:
        def read(connection: Connection) -> datetime | None:
            found = prepared.first(connection, _NEXT_PLAN, {})
            return found[0] if found else None

        return await self._store.read(read)
