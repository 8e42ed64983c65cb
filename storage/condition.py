"""How the store stands, for `countersign doctor`: read without creating, migrating or locking anything."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from storage.protection import bypassed
from storage.revisions import current_revision, head_revision


@dataclass(frozen=True, slots=True)
class Condition:
    """`trouble`: why it cannot be read, in the driver's words without the password; None when it can.

    `revision` and `newest`: of the store and of this version's migrations; they differ until it is migrated.
    `unbound`: row-level security does not bind the role that logged in.
    """

    trouble: str | None
    revision: str | None = None
    newest: str | None = None
    unbound: bool = False


def condition(url: str) -> Condition:
    """Blocks until the database has answered or the driver has given up."""
    parsed = make_url(url)
    is_file = parsed.get_backend_name() == "sqlite"
    # SQLite would create the file.
    if is_file and not (parsed.database and Path(parsed.database).is_file()):
        return Condition(None, None, head_revision())
    try:
        with create_engine(url, poolclass=NullPool).connect() as connection:
            return Condition(None, current_revision(connection), head_revision(), bypassed(connection))
    except SQLAlchemyError as error:
        words = str(getattr(error, "orig", None) or type(error).__name__).strip()
        return Condition(words.splitlines()[0])
