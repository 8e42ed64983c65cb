"""What one workspace has in a table, read past the questions."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select

from storage.database import Store
from storage.tenant import TEAM, Tenant


def look(store: Store, team: str, wanted: Select[Any]) -> list[Row[Any]]:
    """`wanted` need not name the workspace."""
    mine = wanted.where(*(table.c.team_id == TEAM for table in wanted.get_final_froms()))

    def read(connection: Connection) -> list[Row[Any]]:
        return list(Tenant(connection, team, datetime.now(UTC)).all(mine))

    return store.read_sync(read)
