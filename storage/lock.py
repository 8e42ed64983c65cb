"""Only one process may serve a SQLite store: its writer is in that process. Commands beside it write in short turns."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from storage.errors import AlreadyServing


class ServingLock:
    """Held until `release` or the end of the process, however it ends."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".serving")
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._file, 20).decode(errors="replace").strip()
            os.close(self._file)
            raise AlreadyServing(str(database), int(holder) if holder.isdigit() else None) from error
        os.ftruncate(self._file, 0)
        os.write(self._file, str(os.getpid()).encode())

    def release(self) -> None:
        os.ftruncate(self._file, 0)
        os.close(self._file)


@contextmanager
def serving_lock(url: str) -> Iterator[None]:
    """Nothing to hold for PostgreSQL, where several may serve. Raises AlreadyServing."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        yield
        return
    lock = ServingLock(Path(parsed.database))
    try:
        yield
    finally:
        lock.release()
