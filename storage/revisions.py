"""Which form a store is in, and which this version needs: a process that has nothing to migrate does without alembic,
which is 8 MB and a quarter of a second."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

_VERSIONS = Path(__file__).parent / "migrations" / "versions"
_TABLE = "alembic_version"
_CURRENT = text(f"SELECT version_num FROM {_TABLE}")


def current_revision(connection: Connection) -> str | None:
    """None of a store that nothing was ever created in."""
    return connection.execute(_CURRENT).scalar() if inspect(connection).has_table(_TABLE) else None


def head_revision() -> str:
    """Each file of a migration begins with its number, which is its revision."""
    return max(file.name.partition("_")[0] for file in _VERSIONS.glob("[0-9]*_*.py"))
