"""Bringing a store to the newest form, from Python: there is no alembic.ini."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from storage.errors import MayNotMigrate
from storage.protection import grant, protect, withdraw
from storage.revisions import current_revision, head_revision
from storage.search.catching_up import catch_up
from storage.sqlite import migrating_engine

# https://www.postgresql.org/docs/current/errcodes-appendix.html
INSUFFICIENT_PRIVILEGE = "42501"
_HERE = Path(__file__).parent


def migrate(url: str, revision: str = "head", *, serving: str | None = None) -> None:
    """Creates what is missing; does nothing on a store that is up to date. One transaction on both stores: what was
    interrupted left nothing, and whoever comes at the same time waits.

    `url` of the owner of the tables; `serving`: the address that the bot uses, whose role may be another on PostgreSQL.
    Raises MayNotMigrate.
    """
    owner, role = make_url(url).username, make_url(serving).username if serving else None
    try:
        with _engine(url).begin() as connection:
            _upgrade(connection, revision)
            if role is not None and role != owner:
                grant(connection, role)
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != INSUFFICIENT_PRIVILEGE:
            raise
        raise MayNotMigrate(owner) from error


def _upgrade(connection: Connection, revision: str) -> None:
    if current_revision(connection) == head_revision():
        return
    withdraw(connection)
    command.upgrade(_config(connection), revision)
    if revision == "head":
        protect(connection)
        catch_up(connection)


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, poolclass=NullPool)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    return migrating_engine(url)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
