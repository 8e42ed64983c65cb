"""Whoever owns the database, beside the role that serves: row-level security does not bind them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.pool import NullPool


def owner_url(url: str) -> str:
    """Of the same database; SQLite has only one way in."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return url
    server = make_url(os.environ.get("COUNTERSIGN_TEST_POSTGRES_URL", "postgresql://postgres@/"))
    return parsed._replace(username=server.username, password=server.password).render_as_string(hide_password=False)


@contextmanager
def as_owner(url: str) -> Iterator[Connection]:
    """Commits at its end."""
    engine = create_engine(owner_url(url), poolclass=NullPool)
    with engine.begin() as connection:
        yield connection
