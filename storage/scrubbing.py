"""What a database still holds of rows that are gone."""

import sqlite3
from contextlib import closing

from sqlalchemy import make_url


def scrub(url: str) -> bool:
    """Overwrites what SQLite's pages and its WAL still hold of deleted rows. False while another process is in the way,
    and on PostgreSQL, where only the owner can: VACUUM FULL."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return False
    with closing(sqlite3.connect(parsed.database, isolation_level=None, timeout=10)) as connection:
        try:
            connection.execute("VACUUM")
            busy: int = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            return not busy
        except sqlite3.OperationalError:
            return False
