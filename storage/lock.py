"""Only one process may serve a SQLite store: its writer is in that process. Commands beside it write in short turns."""

import fcntl
import os
from pathlib import Path

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
