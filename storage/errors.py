"""What can go wrong with the store itself.

StoreError
├── StoreUnavailable   full, read-only, unreachable, broken: nothing of this unit of work was kept
├── StoreBusy          not begun within its deadline, and never will be
├── CommitUnknown      the connection died during COMMIT: it may or may not have been kept
└── AlreadyServing     another process serves this SQLite store
"""

from bot.services.ports import MaybeSaved


class StoreError(Exception):
    pass


class StoreUnavailable(StoreError):
    pass


class StoreBusy(StoreError):
    pass


class CommitUnknown(StoreError, MaybeSaved):
    pass


class AlreadyServing(StoreError):
    """`pid` of the process that holds the lock, None when it could not be read."""

    def __init__(self, path: str, pid: int | None) -> None:
        super().__init__(path, pid)
        self.path = path
        self.pid = pid
