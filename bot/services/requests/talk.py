"""What is said around a defect."""

from dataclasses import dataclass


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
class Judge:
    """What somebody said of a suggestion: the defect `suggested` (a key) is the same as what they report, or is not.

    `defect` is the key of the filed one it was suggested for; "" when nothing is filed, then `title`, `body` and
    `component` are what they had written by then.
    """

    suggested: str
    same: bool
    defect: str = ""
    title: str = ""
    body: str = ""
    component: str | None = None


@dataclass(frozen=True, slots=True)
class NoteKeys:
    """Somebody named these defects; `root_ts` is the thread in which, or the message itself."""

    channel: str
    root_ts: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """`targets`: REQ-7, TC-3, SHOP-17; they need not exist yet."""

    key: str
    targets: tuple[str, ...]
