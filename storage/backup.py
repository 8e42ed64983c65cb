"""A copy of a SQLite store while others write to it."""

import os
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from storage.errors import StoreUnavailable


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def dump_command(url: str, target: str) -> str:
    """What makes a backup of a PostgreSQL database. The password is not in it."""
    address = make_url(url).set(drivername="postgresql")
    if address.password is not None:
        address = address._replace(password=None)
    words = ("pg_dump", "--format=custom", f"--file={target}", address.render_as_string(hide_password=False))
    return shlex.join(words)


def back_up(url: str, target: Path) -> int:
    """One instant of the store, in one file that only its owner may read; answers its bytes.

    Raises FileExistsError, and StoreUnavailable when the copy could not be made; then there is none.
    """
    source = make_url(url).database
    if source is None or not Path(source).is_file():
        raise StoreUnavailable(f"there is no database at {source}")
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        _copied(source, target)
    except BaseException:
        target.unlink()
        raise
    return target.stat().st_size


def _copied(source: str, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(target)) as copy:
            # In one step: between two a writer of another process would make it begin anew.
            live.backup(copy, pages=-1)
            # One file, without a log beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
            if (said := copy.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
                raise StoreUnavailable(f"the copy is damaged: {said}")
    except sqlite3.Error as error:
        raise StoreUnavailable(str(error)) from error
    with target.open("rb") as written:
        os.fsync(written.fileno())
