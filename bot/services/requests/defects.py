"""What is done to one defect, in the order of its life."""

from dataclasses import dataclass

from bot.domain.values import Priority, Resolution, Severity
from bot.services.requests.talk import Evidence, FileRef


@dataclass(frozen=True, slots=True)
class FileDefect:
    """`evidence` is the message it is filed from; `in_thread` puts the card into that message's thread.

    `home` overrides where a root card goes: the channel of the command when no home channel is chosen, a DM else.
    `cluster`: the id of the failures that it is filed for.
    """

    title: str
    severity: Severity | None = None
    priority: Priority | None = None
    component: str | None = None
    release: str | None = None
    build: str | None = None
    environment: str | None = None
    labels: str = ""
    requirements: tuple[str, ...] = ()
    actual: str = ""
    expected: str = ""
    steps: str = ""
    evidence: tuple[Evidence, ...] = ()
    in_thread: bool = False
    home: str | None = None
    project: str | None = None
    files: tuple[FileRef, ...] = ()
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class SameAs:
    """A report of what is on record as `key`: it is evidence of that, and nothing is filed. `title`, `body` and
    `component`: the words for which that one was suggested; `cluster`: the id of the failures that it was about."""

    key: str
    evidence: tuple[Evidence, ...] = ()
    title: str = ""
    body: str = ""
    component: str | None = None
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class PartFailures:
    """They are not that defect's. `cluster`: the id of the failures."""

    key: str
    cluster: str


@dataclass(frozen=True, slots=True)
class Triage:
    key: str
    severity: Severity | None = None
    priority: Priority | None = None
    release: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """None leaves a field as it is; an empty string clears component, environment, labels, release or build. `labels`:
    all that it shall have, with commas or spaces between."""

    key: str
    title: str | None = None
    severity: Severity | None = None
    priority: Priority | None = None
    component: str | None = None
    release: str | None = None
    environment: str | None = None
    labels: str | None = None
    build: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    key: str


@dataclass(frozen=True, slots=True)
class Assign:
    key: str
    person: str


@dataclass(frozen=True, slots=True)
class Unassign:
    key: str


@dataclass(frozen=True, slots=True)
class Start:
    key: str


@dataclass(frozen=True, slots=True)
class AskInfo:
    key: str
    person: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class MarkFixed:
    """`build` None or "next": the next build of the defect's release."""

    key: str
    build: str | None = None
    commit: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class NameBuild:
    """Says afterwards which build a fix is in, that was said to come with the next one."""

    key: str
    build: str


@dataclass(frozen=True, slots=True)
class Resolve:
    key: str
    resolution: Resolution
    original: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class VerifyPass:
    """`sure`: the verifier ticked "I checked that the fix is in"."""

    key: str
    build: str | None = None
    environment: str | None = None
    note: str = ""
    sure: bool = False


@dataclass(frozen=True, slots=True)
class VerifyFail:
    key: str
    note: str
    build: str | None = None
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class VerifyBlocked:
    key: str
    note: str
    build: str | None = None
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class Reopen:
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Defer:
    key: str
    release: str
    reason: str


@dataclass(frozen=True, slots=True)
class Resume:
    key: str


@dataclass(frozen=True, slots=True)
class Close:
    key: str


@dataclass(frozen=True, slots=True)
class Undo:
    """`key` None: the actor's last change of any defect."""

    key: str | None = None
