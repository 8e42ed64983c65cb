"""Plain records that stand around the aggregates."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.services.requests import FileRef


@dataclass(frozen=True, slots=True)
class CommentRecord:
    id: str
    defect_id: str
    author: str
    text: str
    created_at: datetime
    channel: str | None = None
    message_ts: str | None = None
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """`text` None: not copied."""

    id: str
    defect_id: str
    added_by: str
    created_at: datetime
    channel: str
    message_ts: str
    author: str | None
    text: str | None
    permalink: str | None
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Of a message."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the one live card stands. `ts` None until it is posted; `thread_ts` None: the card is a root message.

    `source_ts` is the message that the defect was filed from; it gets the three reactions. `lane`: of a card that has
    moved, the one in which its messages left before, so that those still under way keep their order.
    """

    defect_id: str
    channel: str
    thread_ts: str | None = None
    ts: str | None = None
    source_ts: str | None = None
    lane: str | None = None

    @property
    def root_ts(self) -> str | None:
        """The defect's thread."""
        return self.thread_ts or self.ts


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """`at` local "HH:MM" in `timezone`; `days` ISO weekdays."""

    id: str
    release_id: str
    channel: str
    at: str
    timezone: str
    days: frozenset[int]
    next_at: datetime


@dataclass(frozen=True, slots=True)
class DigestRecord:
    """A digest that was decided on. It can be composed again at any time: as of `at`, from the events that follow
    `since_seq` up to `seq`. `slot`: the local day it was scheduled for, None when somebody asked for it.
    `since_at` None: the first one of this release in this channel. `ts` None until it is posted;
    `picture`: the file that was reserved for its picture."""

    id: str
    release_id: str
    channel: str
    at: datetime
    seq: int
    hash: str
    since_seq: int = 0
    since_at: datetime | None = None
    slot: date | None = None
    ts: str | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A label that suggestions learn from: `suggested_id` is the same as a report, or is not.

    The report is the defect `defect_id`, or where None the words themselves, of which nothing was filed.
    """

    id: str
    project_id: str
    suggested_id: str
    same: bool
    by: str
    at: datetime
    defect_id: str | None = None
    title: str = ""
    body: str = ""
    component: str | None = None


@dataclass(frozen=True, slots=True)
class SavedList:
    """`query` as it was written; whoever `@me` is in it, they run it. `channel` "" where there was none."""

    person: str
    channel: str
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class TestRun:
    """One campaign on one build; `checksum`: the SHA-256 of the report that it came in. `by`: who recorded it by hand;
    then it has one result and no report."""

    id: str
    project_id: str
    build_id: str
    name: str
    checksum: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class DuePlan:
    team_id: str
    plan_id: str
