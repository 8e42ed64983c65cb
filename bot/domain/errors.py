"""What can be refused, as facts; the words are in templates/errors/.

DomainError
├── NotFound              a key, a build, a release that this workspace does not have
│   ├── UnknownBuild      with the nearest one and the release it could be registered in
│   └── UnknownGate       with the names that there are (bot/domain/gates.py)
├── Missing               an argument that this act needs
├── Invalid               an argument that cannot be meant
├── RefusedLines          lines of a file that cannot be taken over
├── QueryError            a query that cannot be read, with the place of the mistake (bot/domain/query/errors.py)
├── Refused               the present state or a guard says no
│   ├── WrongState        the lifecycle has no such step from here
│   ├── SamePerson        the fixer may not verify
│   ├── BuildLacksFix     the build does not contain the fix
│   ├── FixUnbound        the fix waits for the next build
│   ├── NotSure           nobody can know: the verifier must have looked
│   ├── NotAllowed        the policy gives this act to other roles
│   ├── OwnOriginal       a defect that is a duplicate of itself, through others
│   ├── FollowsOriginal   a duplicate moves with its original
│   ├── NothingToUndo     too late, somebody else's, or not undoable
│   ├── OwnWaiver         nobody approves a waiver that they asked for (bot/domain/waivers.py)
│   ├── WaiverDone        it was approved, refused or taken back before, or has expired (bot/domain/waivers.py)
│   ├── NotReady          a release whose gates do not let it ship
│   ├── NotSigned         a release that waits for signatures
│   ├── StaleSnapshot     what was to be signed has changed
│   ├── OneRole           one person signs for one role per release
│   ├── NothingToSign     no edit of the gates waits for signatures
│   ├── NotShipped        a release that did not ship
│   ├── AlreadyFiled      failures that belong to a defect by now (bot/domain/failures.py)
│   └── AlreadyShipped    a release that was decided before
└── Conflict              somebody else was first
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.lifecycle import Action
from bot.domain.values import Role, Status

if TYPE_CHECKING:  # they are made of what raises these
    from bot.domain.readiness import Gate
    from bot.domain.signoffs import Signatures
    from bot.domain.turning import Drift

UNCONFIRMED = "unconfirmed"  # a cause of WrongState


class DomainError(Exception):
    """Carries facts; each class has a template of its own name."""


@dataclass
class NotFound(DomainError):
    kind: str
    key: str
    nearest: str | None = None


@dataclass
class UnknownBuild(NotFound):
    release: str | None = None


@dataclass
class Missing(DomainError):
    argument: str
    verb: str


@dataclass
class Invalid(DomainError):
    argument: str
    value: str
    expected: str


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """`problem` names its words in templates/errors/refused_lines.j2; `other` is what the word clashes with."""

    line: int
    problem: str
    word: str = ""
    other: str = ""


@dataclass
class RefusedLines(DomainError):
    """Nothing of the file is kept."""

    lines: tuple[RefusedLine, ...]
    of: int


class Refused(DomainError):
    pass


@dataclass
class WrongState(Refused):
    """`by` did what led to this status, `along_with` a release or an original; `did` is an event's kind.

    `cause` "triage": the project wants it triaged first; "unconfirmed": it is too late to triage it, and an edit of its
    `severity` and `release`, the name of one, does what was meant.
    """

    key: str
    action: Action
    status: Status
    since: datetime
    allowed: tuple[Action, ...]
    cause: str | None = None
    by: str | None = None
    did: str | None = None
    along_with: str | None = None
    severity: str | None = None
    release: str | None = None


@dataclass
class SamePerson(Refused):
    key: str
    person: str
    others: tuple[str, ...] = ()


@dataclass
class BuildLacksFix(Refused):
    key: str
    build: str
    first: str | None


@dataclass
class FixUnbound(Refused):
    key: str
    release: str | None


@dataclass
class NotSure(Refused):
    key: str
    build: str | None


@dataclass
class NotAllowed(Refused):
    verb: str
    roles: frozenset[Role]
    holders: tuple[str, ...] = ()


@dataclass
class OwnOriginal(Refused):
    key: str
    original: str


@dataclass
class FollowsOriginal(Refused):
    key: str
    original: str


@dataclass
class NothingToUndo(Refused):
    key: str | None
    reason: str
    by: str | None = None


@dataclass
class NotReady(Refused):
    """`gates`: those that neither pass nor are waived. `hours`: the project's limit for untriaged defects. `signing`:
    those who sign decide, and nobody ships it past them."""

    release: str
    verdict: str
    gates: tuple[Gate, ...]
    candidate: str | None = None
    hours: int = 24
    signing: bool = False


@dataclass
class NotSigned(Refused):
    """`holders`: of each role that is asked; `drift`: what changed since the last signature that no longer holds."""

    release: str
    signatures: Signatures
    holders: Mapping[Role, tuple[str, ...]]
    drift: Drift | None = None


@dataclass
class StaleSnapshot(Refused):
    """`drift`: what changed since the button was drawn."""

    release: str
    drift: Drift


@dataclass
class OneRole(Refused):
    release: str
    role: Role


@dataclass
class NothingToSign(Refused):
    """`version`: the one that the button named, or none."""

    version: int | None = None


@dataclass
class NotShipped(Refused):
    release: str


@dataclass
class AlreadyShipped(Refused):
    release: str
    at: datetime


@dataclass
class Conflict(DomainError):
    """`by` was first; `did` is the kind of their event."""

    key: str
    by: str | None = None
    did: str | None = None
