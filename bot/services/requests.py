"""What a person can ask for. Names are as typed (`rc3`, `SHOP/2.4`, `SHOP-42`); the use case looks them up."""

from dataclasses import dataclass, field
from datetime import date

from bot.domain.values import Priority, Resolution, Severity


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file is kept as a reference; its bytes stay in Slack."""

    id: str
    name: str
    mimetype: str = ""
    size: int = 0
    permalink: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A message that speaks of a defect. `text` None: the person did not want it copied."""

    channel: str
    message_ts: str
    author: str | None = None
    text: str | None = None
    permalink: str | None = None
    thread_ts: str | None = None
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class FileDefect:
    """`evidence` is the message it is filed from; `in_thread` puts the card into that message's thread.

    `home` overrides where a root card goes: the channel of the command when no home channel is chosen, a DM else.
    """

    title: str
    severity: Severity | None = None
    priority: Priority | None = None
    component: str | None = None
    release: str | None = None
    build: str | None = None
    environment: str | None = None
    requirements: tuple[str, ...] = ()
    actual: str = ""
    expected: str = ""
    steps: str = ""
    evidence: tuple[Evidence, ...] = ()
    in_thread: bool = False
    home: str | None = None
    project: str | None = None
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Triage:
    key: str
    severity: Severity | None = None
    priority: Priority | None = None
    release: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """None leaves a field as it is; an empty string clears component, environment, release or build."""

    key: str
    title: str | None = None
    severity: Severity | None = None
    priority: Priority | None = None
    component: str | None = None
    release: str | None = None
    environment: str | None = None
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
class Comment:
    """From a thread `message_ts` of the context is the comment's message."""

    key: str
    text: str
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class EditComment:
    channel: str
    message_ts: str
    text: str


@dataclass(frozen=True, slots=True)
class EraseComment:
    channel: str
    message_ts: str


@dataclass(frozen=True, slots=True)
class AddEvidence:
    key: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Link:
    """`targets`: REQ-7, TC-3, SHOP-17; they need not exist yet."""

    key: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undo:
    """`key` None: the actor's last change of any defect."""

    key: str | None = None


@dataclass(frozen=True, slots=True)
class SetUp:
    """Binds `channel` to the project of `prefix` (made when new). None leaves a setting as it is."""

    channel: str
    prefix: str
    name: str | None = None
    home_channel: str | None = None
    timezone: str | None = None
    testers: tuple[str, ...] | None = None
    developers: tuple[str, ...] | None = None
    release_managers: tuple[str, ...] | None = None
    admins: tuple[str, ...] | None = None
    four_eyes: bool | None = None
    require_triage: bool | None = None


@dataclass(frozen=True, slots=True)
class PlanRelease:
    name: str
    ships_on: date | None = None


@dataclass(frozen=True, slots=True)
class RegisterBuild:
    release: str
    name: str
    commits: tuple[str, ...] = ()
    reverts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ship:
    """`anyway`: the reason of a release manager who ships past the gates."""

    release: str
    anyway: str | None = None


@dataclass(frozen=True, slots=True)
class ScheduleDigest:
    """`at` is a local time "HH:MM"; `days` ISO weekdays, 1 is Monday; `channel` None: where the command was typed."""

    release: str
    at: str
    timezone: str | None = None
    days: frozenset[int] = field(default=frozenset({1, 2, 3, 4, 5}))
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class StopDigest:
    release: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class SendDigest:
    release: str | None = None
    channel: str | None = None
