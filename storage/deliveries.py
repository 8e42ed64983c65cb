"""The outbox as delivery sees it: claimed by compare-and-set, settled with what Slack answered."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, or_, update

from bot.domain.values import Surface
from bot.services.context import Clock, Context
from bot.services.delivery import Again, Claimed, Places, Settled, State, Verdict
from bot.services.outgoing import Sort
from storage import across_teams
from storage.database import Store
from storage.outbox import WAITING
from storage.roads import open_roads
from storage.tables import outbox
from storage.tenant import TEAM, Tenant, param
from storage.unit_of_work import SqlUnitsOfWork

T = TypeVar("T")
# Whose act it is when the bot stores what Slack answered.
BOT = "countersign"
# Nobody waits at the other end, and what Slack answered must not be lost to a busy second.
PATIENCE = 30.0
# What may have to be said after all.
_KEPT = frozenset({State.DEAD, State.LOST})

_OWN = (outbox.c.team_id == TEAM, outbox.c.settled_at.is_(None))
_FREE = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= param("now"))
_IDS = param("ids", expanding=True)
_LEASE = (
    update(outbox)
    .where(*_OWN, outbox.c.id.in_(_IDS), _FREE)
    .values(
        lease_until=param("until"),
        attempts=outbox.c.attempts + 1,
        # A lease that ran out: its worker died, perhaps in mid-call.
        doubtful=or_(outbox.c.doubtful, outbox.c.lease_until.isnot(None)),
    )
    .returning(outbox)
)
# Whoever took the row meanwhile has counted one attempt more.
_RENEW = (
    update(outbox)
    .where(
        *_OWN,
        outbox.c.id == param("row"),
        outbox.c.attempts == param("seen"),
        outbox.c.lease_until.isnot(None),
    )
    .values(lease_until=param("until"))
)
_FOLD = (
    update(outbox)
    .where(*_OWN, outbox.c.fold.in_(param("folds", expanding=True)), outbox.c.id.not_in(_IDS), _FREE)
    .values(state=State.FOLDED.value, settled_at=param("now"), body={})
)
_EXPIRE = (
    update(outbox)
    .where(*_OWN, outbox.c.expires_at <= param("now"), _FREE)
    .values(state=State.EXPIRED.value, settled_at=param("now"), lease_until=None, body={})
)
_END = (
    update(outbox)
    .where(*_OWN, outbox.c.id == param("row"))
    .values(state=param("how"), settled_at=param("now"), lease_until=None, reason=param("why"))
)
# Response addresses and notes have no business in the store once they were used.
_END_AND_FORGET = _END.values(body={})
_AGAIN = (
    update(outbox)
    .where(*_OWN, outbox.c.id == param("row"), outbox.c.attempts == param("seen"))
    .values(
        lease_until=None,
        due_at=param("due"),
        reason=param("why"),
        doubtful=param("doubt"),
        attempts=param("tries"),
    )
)
_REVIVE = (
    update(outbox)
    .where(
        outbox.c.team_id == TEAM,
        outbox.c.state == State.DEAD.value,
        outbox.c.reason.in_(param("reasons", expanding=True)),
    )
    .values(state=WAITING, settled_at=None, due_at=param("now"), doubtful=False)
)


def _leasing(ids: Sequence[str], length: timedelta) -> Callable[[Tenant], list[Claimed]]:
    def lease(tenant: Tenant) -> list[Claimed]:
        rows = tenant.all(_LEASE, ids=ids, now=tenant.now, until=tenant.now + length)
        folds = sorted({row.fold for row in rows if row.fold})
        if folds:
            tenant.change(_FOLD, folds=folds, ids=[row.id for row in rows], now=tenant.now)
        return [_claimed(row) for row in rows]

    return lease


def _claimed(row: Row[Any]) -> Claimed:
    return Claimed(
        row.team_id,
        row.id,
        Sort(row.sort),
        row.lane,
        row.body,
        row.created_at,
        row.attempts - 1,
        row.doubtful,
        row.bulk,
        row.expires_at,
        row.correlation or "",
    )


def _expire(tenant: Tenant) -> int:
    return tenant.change(_EXPIRE, now=tenant.now)


def _values_again(row: Claimed, verdict: Again) -> dict[str, Any]:
    return {
        "row": row.id,
        "seen": row.attempts + 1,
        "due": verdict.due_at,
        "why": verdict.reason,
        "doubt": verdict.doubtful,
        "tries": row.attempts + verdict.counts,
    }


class SqlOutboxStore:
    def __init__(self, store: Store, units: SqlUnitsOfWork, clock: Clock) -> None:
        self._store = store
        self._units = units
        self._clock = clock

    async def claim(self, now: datetime, lease: timedelta, places: Places) -> list[Claimed]:
        """Nothing is written while nothing is due. A lease begins when it is written, however long that waited."""
        found = await self._store.read(lambda connection: across_teams.claimable(connection, now, places))
        await asyncio.gather(*(self._in_team(team, _expire) for team in found.expiring))
        by_team = [
            (team, [row_id for _, row_id in rows]) for team, rows in groupby(sorted(found.rows), key=lambda row: row[0])
        ]
        leased = await asyncio.gather(*(self._in_team(team, _leasing(ids, lease)) for team, ids in by_team))
        claimed = {(row.team_id, row.id): row for rows in leased for row in rows}
        return [claimed[each] for each in found.rows if each in claimed]

    async def renew(self, row: Claimed, until: datetime) -> bool:
        values = {"row": row.id, "seen": row.attempts + 1, "until": until}
        return await self._in_team(row.team_id, lambda tenant: tenant.change(_RENEW, **values) == 1)

    async def settle(self, row: Claimed, verdict: Verdict) -> None:
        """Of two workers that hold one row, because a lease ran out, the first to end it decides."""
        if isinstance(verdict, Settled):
            await self._store.run(
                lambda connection: self._end(connection, row, verdict), deadline=PATIENCE, behind=True
            )
        else:
            put_back = _values_again(row, verdict)
            await self._in_team(row.team_id, lambda tenant: tenant.change(_AGAIN, **put_back))

    async def next_due(self) -> datetime | None:
        return await self._store.read(across_teams.next_due)

    async def reopen(self, team_id: str, roads: Collection[str], reasons: Collection[str]) -> int:
        known = sorted(reasons)

        def work(tenant: Tenant) -> int:
            open_roads(tenant, roads)
            return tenant.change(_REVIVE, reasons=known, now=tenant.now)

        return await self._in_team(team_id, work)

    def _end(self, connection: Connection, row: Claimed, verdict: Settled) -> None:
        uow = self._units.begin(connection, Context(row.team_id, BOT, Surface.SYSTEM, correlation=row.correlation))
        tenant = Tenant(connection, row.team_id, uow.now)
        statement = _END if verdict.state in _KEPT else _END_AND_FORGET
        ended = tenant.change(statement, row=row.id, how=verdict.state.value, now=uow.now, why=verdict.reason or None)
        if ended and verdict.then is not None:
            verdict.then(uow)
        uow.commit()

    async def _in_team(self, team: str, work: Callable[[Tenant], T]) -> T:
        def run(connection: Connection) -> T:
            return work(Tenant(connection, team, self._clock.now()))

        return await self._store.run(run, deadline=PATIENCE, behind=True)
