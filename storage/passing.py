"""Rows go in small portions: found beside the writer, removed in short turns of it, so that nobody's commit waits
behind a week of receipts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, select

from storage.across_teams import PATIENCE
from storage.database import Store
from storage.tenant import TEAM, Tenant, param

PORTION = 500


class Passing:
    """Rows of one table that are `old` after a while (it may ask for `before`), by their key within the workspace."""

    def __init__(self, table: Table, old: ColumnElement[bool]) -> None:
        self._key = [column for column in table.primary_key if column.name != "team_id"]
        mine = and_(table.c.team_id == TEAM, old)
        these = [column == param(f"its_{column.name}") for column in self._key]
        self._find = select(table.c.team_id, *self._key).where(mine).limit(PORTION)
        self._remove = delete(table).where(mine, *these)

    async def empty(self, store: Store, team: str, before: datetime) -> int:
        """How many rows of that workspace went."""

        def find(connection: Connection) -> list[Mapping[str, Any]]:
            return self._found(Tenant(connection, team, before), before)

        def remove(connection: Connection) -> None:
            Tenant(connection, team, before).change_each(self._remove, [{"before": before, **row} for row in rows])

        gone = 0
        while rows := await store.read(find):
            await store.run(remove, deadline=PATIENCE, behind=True)
            gone += len(rows)
        return gone

    def _found(self, tenant: Tenant, before: datetime) -> list[Mapping[str, Any]]:
        found: Sequence[Any] = tenant.all(self._find, before=before)
        return [{f"its_{column.name}": getattr(row, column.name) for column in self._key} for row in found]
