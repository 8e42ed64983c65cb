"""What was only needed for a while goes in small portions: found beside the writer, removed in short turns of it, so
that nobody's commit waits behind a week of receipts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, select

from storage.across_teams import PATIENCE, forgetting, long_settled
from storage.database import Store
from storage.tables import outbox, receipts, slots
from storage.tenant import TEAM, Tenant, param

PORTION = 500
_BEFORE = param("before")


class _Passing:
    """Rows of one table that are `old` after a while, by their key within the workspace."""

    def __init__(self, table: Table, old: ColumnElement[bool]) -> None:
        self._key = [column for column in table.primary_key if column.name != "team_id"]
        mine = and_(table.c.team_id == TEAM, old)
        these = [column == param(f"its_{column.name}") for column in self._key]
        self._find = select(*self._key).where(mine).limit(PORTION)
        self._remove = delete(table).where(mine, *these)

    def found(self, tenant: Tenant, before: datetime) -> list[Mapping[str, Any]]:
        rows = tenant.all(self._find, before=before)
        return [{f"its_{column.name}": value for column, value in zip(self._key, row, strict=True)} for row in rows]

    def remove(self, tenant: Tenant, before: datetime, rows: Sequence[Mapping[str, Any]]) -> None:
        tenant.change_each(self._remove, [{"before": before, **row} for row in rows])


PASSING = (
    _Passing(receipts, receipts.c.created_at < _BEFORE),
    _Passing(outbox, long_settled(outbox)),
    _Passing(slots, slots.c.created_at < _BEFORE),
)


class SqlRetention:
    """bot.jobs.retention.Forgetful."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def prune(self, before: datetime) -> int:
        """Receipts, settled messages and the days of digests from before that instant; answers how many."""
        teams = await self._store.read(lambda connection: forgetting(connection, before))
        return sum([await self._pass(team, each, before) for team in teams for each in PASSING])

    async def _pass(self, team: str, passing: _Passing, before: datetime) -> int:
        def find(connection: Connection) -> list[Mapping[str, Any]]:
            return passing.found(Tenant(connection, team, before), before)

        gone = 0
        while rows := await self._store.read(find):
            await self._store.run(_removing(team, passing, before, rows), deadline=PATIENCE, behind=True)
            gone += len(rows)
        return gone


def _removing(team: str, passing: _Passing, before: datetime, rows: Sequence[Mapping[str, Any]]) -> Any:
    return lambda connection: passing.remove(Tenant(connection, team, before), before, rows)
