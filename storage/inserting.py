"""INSERT ... ON CONFLICT, which each store says in a way of its own.

SQLAlchemy's part for PostgreSQL takes 2 MB with its drivers' dialects: it is only loaded where a store is one.
"""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite


def insert_of(table: Table, dialect: str) -> Any:
    """With `excluded` and `on_conflict_do_…`, as https://docs.sqlalchemy.org/en/20/dialects/sqlite.html tells of it."""
    if dialect != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    return postgresql.insert(table)
