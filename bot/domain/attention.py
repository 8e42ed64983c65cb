"""Whom a defect waits for, and what they do next: cards, queues and digests all ask here."""

from enum import StrEnum
from typing import NamedTuple, Protocol

from bot.domain.values import OPEN, Resolution, Status


class NextAct(StrEnum):
    ANSWER = "answer"
    TRIAGE = "triage"
    EDIT = "edit"
    TAKE = "take"
    START = "start"
    FIX = "fix"
    BUILD = "build"
    VERIFY = "verify"
    CONFIRM = "confirm"
    UNBLOCK = "unblock"
    SHIP = "ship"
    NOTHING = "nothing"


class Waiting(Protocol):
    """A Defect or a Standing."""

    @property
    def status(self) -> Status: ...
    @property
    def resolution(self) -> Resolution | None: ...
    @property
    def owner(self) -> str | None: ...
    @property
    def reporter(self) -> str: ...
    @property
    def resolver(self) -> str | None: ...
    @property
    def fix_owner(self) -> str | None: ...
    @property
    def triaged(self) -> bool: ...
    @property
    def asked(self) -> str | None: ...
    @property
    def blocked(self) -> str | None: ...
    @property
    def duplicate_of(self) -> str | None: ...


class Next(NamedTuple):
    """`person` None: nobody in particular; for a verification, anybody but the fixers."""

    act: NextAct
    person: str | None = None


# Most moves are nobody's in particular, and are asked for by the hundred.
_TAKE, _TRIAGE, _EDIT = Next(NextAct.TAKE), Next(NextAct.TRIAGE), Next(NextAct.EDIT)
_SHIP, _NOTHING, _BUILD = Next(NextAct.SHIP), Next(NextAct.NOTHING), Next(NextAct.BUILD)


def next_act(defect: Waiting, *, awaits_build: bool) -> Next:
    """`awaits_build`: builds are registered, and none that it could be verified on holds its fix (builds.may_hold)."""
    if defect.status in OPEN:
        return _open(defect)
    if defect.status is Status.RESOLVED:
        return _resolved(defect, awaits_build=awaits_build)
    return _SHIP if defect.status is Status.VERIFIED else _NOTHING


def _open(defect: Waiting) -> Next:
    if defect.asked:
        return Next(NextAct.ANSWER, defect.asked)
    if defect.owner:
        return Next(NextAct.FIX if defect.status is Status.IN_PROGRESS else NextAct.START, defect.owner)
    if defect.triaged:
        return _TAKE
    # What came back before anybody triaged it is past the one status that `triage` is for; an edit confirms it.
    return _TRIAGE if defect.status is Status.NEW else _EDIT


def _resolved(defect: Waiting, *, awaits_build: bool) -> Next:
    if defect.duplicate_of:
        return _NOTHING
    if defect.blocked:
        return Next(NextAct.UNBLOCK, defect.owner)
    fixers = {defect.resolver, defect.fix_owner}
    person = None if defect.reporter in fixers else defect.reporter
    if defect.resolution is not Resolution.FIXED:
        return Next(NextAct.CONFIRM, person)
    if awaits_build:
        return _BUILD
    return Next(NextAct.VERIFY, person)
