"""The migrations make exactly what the code believes in, and every key begins with its workspace."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, ForeignKeyConstraint, UniqueConstraint, text

from storage.tables import metadata
from storage.tables.decisions import SEALED
from storage.tables.log import APPEND_ONLY
from tests.owner import as_owner


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """All but SQLite's full-text index, of which SQLAlchemy knows nothing, and the tables that it keeps itself in."""
    return kind != "table" or not str(name).startswith("search_index")


def test_the_migrated_store_is_what_the_tables_say(store_url: str) -> None:
    with as_owner(store_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": ours})
        assert compare_metadata(context, metadata) == []


def test_the_migrated_triggers_are_those_of_the_tables(store_url: str) -> None:
    with as_owner(store_url) as connection:
        assert triggers(connection) == made_by_the_tables(connection)


_TRIGGERS = {
    "sqlite": "SELECT name, tbl_name, lower(trim(sql, char(10))) FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgname, tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    ),
}


def triggers(connection: Connection) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in connection.execute(text(_TRIGGERS[connection.dialect.name]))}


def made_by_the_tables(connection: Connection) -> set[tuple[Any, ...]]:
    on_table = " ON {}" if connection.dialect.name == "postgresql" else ""
    for name, table, _ in triggers(connection):
        connection.execute(text(f"DROP TRIGGER {name}{on_table.format(table)}"))
    for statement in (*APPEND_ONLY[connection.dialect.name], *SEALED[connection.dialect.name]):
        connection.execute(text(statement))
    return triggers(connection)


# What the scheduler and the delivery ask of all at once.
OF_ALL_WORKSPACES = {"ix_schedules_due", "ix_outbox_due", "ix_outbox_lease_until", "ix_outbox_expires_at"}


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_every_key_reference_and_index_of_a_table_begins_with_its_workspace(name: str) -> None:
    table = metadata.tables[name]
    keys = [list(table.primary_key.columns)]
    keys += [list(key.columns) for key in table.constraints if isinstance(key, UniqueConstraint | ForeignKeyConstraint)]
    keys += [list(index.columns) for index in table.indexes if index.name not in OF_ALL_WORKSPACES]
    assert {key[0].name for key in keys} == {"team_id"}
