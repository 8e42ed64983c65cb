"""Column shapes that every table shares."""

from typing import Any

from sqlalchemy import Column, ColumnElement, ForeignKeyConstraint, Index, String

from storage.types import UtcDateTime

# UUIDv7 as text: the same on both stores, and in the order of their making where compared byte by byte.
Identifier = String(36).with_variant(String(36, collation="C"), "postgresql")
# Ordered by its bytes on both stores.
Plain = String(32).with_variant(String(32, collation="C"), "postgresql")
# A channel, a person, a team.
SlackId = String(64)
# Slack's message id: "1763870400.000100".
Timestamp = String(32)
# A word of the vocabulary: a status, a kind, a surface.
Word = String(32)
Digest = String(64)


def team() -> Column[str]:
    """The tenant; first in every key and index."""
    return Column("team_id", SlackId, primary_key=True)


def identifier(name: str, *, required: bool = True, key: bool = False) -> Column[str]:
    return Column(name, Identifier, primary_key=key, nullable=not required)


def moment(name: str, *, required: bool = True) -> Column[object]:
    return Column(name, UtcDateTime, nullable=not required)


def within_team(column: str, table: str) -> ForeignKeyConstraint:
    """A reference that cannot leave its workspace."""
    return ForeignKeyConstraint(["team_id", column], [f"{table}.team_id", f"{table}.id"])


def where(clause: ColumnElement[bool]) -> dict[str, Any]:
    """Of an index that holds these rows alone. PostgreSQL is told so by the migration only: to name it here would load
    SQLAlchemy's part for it, 2 MB, where the store is SQLite."""
    return {"sqlite_where": clause}


def index(table: str, *columns: str) -> Index:
    """By team first."""
    return Index(f"ix_{table}_{'_'.join(columns)}", "team_id", *columns)
