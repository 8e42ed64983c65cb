"""The outbox as a queue across workspaces: claimed by compare-and-set, one row of a lane at a time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, case, exists, func, not_, or_, select, tuple_, update

from bot.domain.values import Surface
from bot.services.context import Clock, Context
from bot.services.delivery import Again, Claimed, Settled, State, Verdict
from bot.services.outgoing import Sort
from storage.database import Store
from storage.outbox import WAITING
from storage.tables import outbox
from storage.tenant import param
from storage.unit_of_work import Notify, SqlUnitOfWork

# Nobody waits for these; they may queue behind people's own work for a while.
PATIENCE = 30.0  # seconds
ACTOR = "countersign"

_before = outbox.alias("before")
_UNSETTLED = outbox.c.settled_at.is_(None)
_FIRST = not_(
    exists().where(
        _before.c.team_id == outbox.c.team_id,
        _before.c.lane == outbox.c.lane,
        _before.c.settled_at.is_(None),
        tuple_(_before.c.after_seq, _before.c.id) < tuple_(outbox.c.after_seq, outbox.c.id),
    )
)
_UNLEASED = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= param("now"))
_EXPIRED = and_(_UNSETTLED, _UNLEASED, outbox.c.expires_at <= param("now"))
_CLAIMABLE = (
    select(outbox)
    .where(_UNSETTLED, _FIRST, _UNLEASED, outbox.c.due_at <= param("now"), outbox.c.bulk == param("bulk_"))
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(param("most"))
)
_ANY_EXPIRED = select(outbox.c.id).where(_EXPIRED).limit(1)
_EXPIRE = update(outbox).where(_EXPIRED).values(settled_at=param("now"), state=State.EXPIRED.value)
_MINE = and_(outbox.c.team_id == param("team"), outbox.c.id == param("row"), outbox.c.attempts == param("seen"))
_CLAIM = (
    update(outbox)
    .where(_MINE, _UNSETTLED, _UNLEASED)
    .values(lease_until=param("until"), attempts=outbox.c.attempts + 1, doubtful=param("doubt"))
)
_FOLD = (
    update(outbox)
    .where(outbox.c.team_id == param("team"), outbox.c.fold == param("key"), outbox.c.id != param("row"), _UNSETTLED)
    .values(settled_at=param("now"), state=State.FOLDED.value)
)
_PUT_BACK = (
    update(outbox)
    .where(_MINE, _UNSETTLED)
    .values(
        due_at=param("due"), lease_until=None, attempts=param("tried"), doubtful=param("doubt"), reason=param("why")
    )
)
_SETTLE = (
    update(outbox)
    .where(_MINE, _UNSETTLED)
    .values(settled_at=param("now"), lease_until=None, state=param("how"), reason=param("why"))
)
_NEXT = select(func.min(case((outbox.c.lease_until.is_(None), outbox.c.due_at), else_=outbox.c.lease_until))).where(
    _UNSETTLED, _FIRST
)
_REVIVE = (
    update(outbox)
    .where(outbox.c.team_id == param("team"), outbox.c.state == State.DEAD.value, outbox.c.reason == param("why"))
    .values(settled_at=None, state=WAITING, due_at=param("now"), attempts=0)
)


class SqlOutboxStore:
    """bot.services.delivery.OutboxStore."""

    def __init__(self, store: Store, clock: Clock, notify: Notify) -> None:
        self._store = store
        self._clock = clock
        self._notify = notify

    async def claim(self, now: datetime, lease: timedelta, *, limit: int, bulk: int) -> list[Claimed]:
        if not await self._store.read(lambda connection: _work(connection, now)):
            return []
        return await self._store.run(lambda connection: _claim(connection, now, lease, limit, bulk), deadline=PATIENCE)

    async def settle(self, row: Claimed, verdict: Verdict) -> None:
        await self._store.run(lambda connection: self._settle(connection, row, verdict), deadline=PATIENCE)

    def _settle(self, connection: Connection, row: Claimed, verdict: Verdict) -> None:
        mine = {"team": row.team_id, "row": row.id, "seen": row.attempts + 1}
        if isinstance(verdict, Again):
            tried = row.attempts + 1 if verdict.counts else row.attempts
            values = {"due": verdict.due_at, "tried": tried, "doubt": verdict.doubtful, "why": verdict.reason}
            connection.execute(_PUT_BACK, mine | values)
            return
        values = {"now": self._clock.now(), "how": verdict.state.value, "why": verdict.reason or None}
        # Whoever claimed it meanwhile, because our lease ran out, will find in Slack what we did there.
        if connection.execute(_SETTLE, mine | values).rowcount == 1 and verdict.then is not None:
            self._then(connection, row, verdict)

    def _then(self, connection: Connection, row: Claimed, verdict: Settled) -> None:
        assert verdict.then is not None
        context = Context(row.team_id, ACTOR, Surface.SYSTEM)
        uow = SqlUnitOfWork(connection, context, self._clock.now(), self._notify)
        verdict.then(uow)
        uow.commit()

    async def next_due(self) -> datetime | None:
        found: datetime | None = await self._store.read(lambda connection: connection.scalar(_NEXT))
        return found

    async def revive(self, team_id: str, reason: str) -> int:
        values = {"team": team_id, "why": reason, "now": self._clock.now()}
        return await self._store.run(lambda connection: connection.execute(_REVIVE, values).rowcount, deadline=PATIENCE)


def _work(connection: Connection, now: datetime) -> bool:
    """A look that costs no write: most of the time there is nothing to do."""
    claimable = any(connection.execute(_CLAIMABLE, _of(now, bulk, 1)).first() for bulk in (False, True))
    return claimable or connection.execute(_ANY_EXPIRED, {"now": now}).first() is not None


def _of(now: datetime, bulk: bool, most: int) -> dict[str, Any]:
    return {"now": now, "bulk_": bulk, "most": most}


def _claim(connection: Connection, now: datetime, lease: timedelta, limit: int, bulk: int) -> list[Claimed]:
    connection.execute(_EXPIRE, {"now": now})
    people = list(connection.execute(_CLAIMABLE, _of(now, False, limit)))
    others = list(connection.execute(_CLAIMABLE, _of(now, True, min(bulk, limit - len(people)))))
    return list(_taken(connection, [*people, *others], now, now + lease))


def _taken(connection: Connection, rows: list[Row[Any]], now: datetime, until: datetime) -> Iterator[Claimed]:
    for row in rows:
        # Its last worker never said how it ended.
        doubtful = row.doubtful or row.lease_until is not None
        claim = {
            "team": row.team_id,
            "row": row.id,
            "seen": row.attempts,
            "now": now,
            "until": until,
            "doubt": doubtful,
        }
        if connection.execute(_CLAIM, claim).rowcount != 1:
            continue
        if row.fold is not None:
            connection.execute(_FOLD, {"team": row.team_id, "key": row.fold, "row": row.id, "now": now})
        yield Claimed(
            row.team_id,
            row.id,
            Sort(row.sort),
            row.lane,
            row.body,
            row.created_at,
            row.attempts,
            doubtful,
            row.bulk,
            row.expires_at,
        )
