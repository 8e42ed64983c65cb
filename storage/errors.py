"""What can go wrong with the store itself.

StoreError
├── StoreUnavailable   full, read-only, unreachable, broken: nothing of this unit of work was kept
├── StoreBusy          not begun within its deadline, and never will be
├── KeyTaken           somebody else wrote a row of the same key first: nothing of this unit of work was kept
├── CommitUnknown      the connection died during COMMIT: it may or may not have been kept
├── AlreadyServing     another process serves this SQLite store
└── MayNotMigrate      the role that logged in does not own the tables
"""

from bot.services.ports import MaybeSaved, Overtaken


class StoreError(Exception):
    pass


class StoreUnavailable(StoreError):
    pass


class StoreBusy(StoreError):
    pass


class KeyTaken(StoreError, Overtaken):
    pass


class CommitUnknown(StoreError, MaybeSaved):
    pass


class AlreadyServing(StoreError):
    """`pid` of the process that holds the lock, None when it could not be read."""

    def __init__(self, path: str, pid: int | None) -> None:
        super().__init__(path, pid)
        self.path = path
        self.pid = pid


class MayNotMigrate(StoreError):
    """`role` that tried."""

    def __init__(self, role: str | None) -> None:
        super().__init__(role)
        self.role = role
