"""The vocabulary's closed sets."""

from enum import StrEnum


class Severity(StrEnum):
    S1 = "S1"
    S2 = "S2"
    S3 = "S3"
    S4 = "S4"


class Priority(StrEnum):
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Status(StrEnum):
    NEW = "new"
    TRIAGED = "triaged"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    VERIFIED = "verified"
    CLOSED = "closed"
    DEFERRED = "deferred"


class Resolution(StrEnum):
    FIXED = "fixed"
    DUPLICATE = "duplicate"
    CANNOT_REPRODUCE = "cannot_reproduce"
    NOT_A_DEFECT = "not_a_defect"
    WONT_FIX = "wont_fix"


class Role(StrEnum):
    TESTER = "tester"
    DEVELOPER = "developer"
    RELEASE_MANAGER = "release_manager"
    ADMIN = "admin"


class Surface(StrEnum):
    """Where an act came from; kept with its event."""

    COMMAND = "command"
    THREAD = "thread"
    BUTTON = "button"
    MODAL = "modal"
    SHORTCUT = "shortcut"
    COMMAND_LINE = "command_line"
    INGEST = "ingest"
    SYSTEM = "system"


OPEN = frozenset({Status.NEW, Status.TRIAGED, Status.IN_PROGRESS})
UNVERIFIED = frozenset({Status.RESOLVED})
SETTLED = frozenset({Status.VERIFIED, Status.CLOSED})
UNCLOSED = frozenset(Status) - {Status.CLOSED}
