"""What one unit of work reads and writes, by aggregate: `storage/` implements these; tests use the real ones."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Protocol

from bot.domain.builds import Build
from bot.domain.defect import Defect
from bot.domain.events import Event, Logged
from bot.domain.project import Project, Suggesting
from bot.domain.release import Release
from bot.services.outgoing import Outgoing
from bot.services.records import Anchor, CommentRecord, DigestPlan, DigestRecord, EvidenceRecord, Judgement, SavedList


class Projects(Protocol):
    def default(self) -> Project:
        """`DEF`, made with the workspace; it serves every unbound channel."""
        ...

    def for_channel(self, channel: str | None) -> Project: ...

    def of_prefix(self, prefix: str) -> Project | None: ...

    def by_id(self, project_id: str) -> Project: ...

    def all(self) -> list[Project]: ...

    def add(self, project: Project) -> None: ...

    def save(self, project: Project) -> None: ...

    def bind(self, channel: str, project: Project) -> None: ...

    def channels(self, project_id: str) -> list[str]: ...

    def suggestions(self) -> Suggesting:
        """Of the workspace, whatever the project."""
        ...

    def suggest(self, when: Suggesting) -> None: ...

    def next_key(self, project: Project) -> str:
        """`SHOP-42`, from the project's counter row."""
        ...


class Defects(Protocol):
    """What was got or added is written at commit, guarded by its version; a lost race raises Conflict."""

    def add(self, defect: Defect) -> None: ...

    def get(self, key: str) -> Defect:
        """By key in any case. Raises NotFound with the nearest key."""
        ...

    def by_id(self, defect_id: str) -> Defect: ...

    def duplicates_of(self, defect_id: str) -> list[Defect]: ...

    def in_thread(self, channel: str, thread_ts: str) -> list[Defect]:
        """Oldest first."""
        ...

    def awaiting_build(self, project_id: str, release_id: str) -> list[Defect]:
        """Resolved as fixed in the next build, of this release or of none."""
        ...

    def fixed_by(self, project_id: str, commits: Collection[str]) -> list[Defect]:
        """Whose fix is one of these commits, whether it waits, was verified or closed."""
        ...

    def once_fixed_by(self, project_id: str, commits: Collection[str]) -> list[Defect]:
        """Open ones, among them all whose fix was one of these commits before it was taken back."""
        ...

    def unclosed(self, release: Release) -> list[Defect]:
        """That count in this release: of it, or of its project and no release while it is undecided."""
        ...


class Releases(Protocol):
    def add(self, release: Release) -> None: ...

    def find(self, name: str, project: Project | None) -> Release:
        """`2.4` in the project, else the only one of that name anywhere; `SHOP/2.4` names it anywhere.
        Raises NotFound with the nearest name."""
        ...

    def by_id(self, release_id: str) -> Release: ...

    def of_project(self, project_id: str) -> list[Release]: ...

    def current(self, project_id: str) -> Release | None:
        """The undecided one that ships first; those without a day come last."""
        ...

    def undecided(self) -> list[Release]: ...

    def builds(self, release_id: str) -> list[Build]:
        """In order of registration."""
        ...

    def project_builds(self, project_id: str) -> list[Build]: ...

    def build(self, build_id: str) -> Build: ...

    def add_build(self, build: Build) -> None: ...


class Conversations(Protocol):
    """What is said around a defect, and where its card stands."""

    def add_comment(self, comment: CommentRecord) -> None: ...

    def comment_on(self, channel: str, message_ts: str) -> CommentRecord | None: ...

    def edit_comment(self, comment_id: str, text: str) -> None: ...

    def erase_comment(self, comment_id: str) -> None: ...

    def add_evidence(self, evidence: EvidenceRecord) -> None: ...

    def evidence(self, defect_id: str) -> list[EvidenceRecord]:
        """Oldest first."""
        ...

    def remove_evidence(self, evidence_id: str) -> None: ...

    def link(self, defect_id: str, target: str) -> bool:
        """False when it was linked already."""
        ...

    def links(self, defect_id: str) -> list[str]: ...

    def unlink(self, defect_id: str, target: str) -> None: ...

    def anchor(self, defect_id: str) -> Anchor | None: ...

    def filed_beside(self, anchor: Anchor) -> list[str]:
        """The ids of all defects that were filed from the same message and have their cards in the same thread."""
        ...

    def set_anchor(self, anchor: Anchor) -> None: ...


class Digests(Protocol):
    def plan(self, plan: DigestPlan) -> None:
        """Replaces the plan of the same release and channel."""
        ...

    def planned(self, release_id: str | None, channel: str | None) -> list[DigestPlan]: ...

    def drop(self, plan: DigestPlan) -> None: ...

    def due(self, plan_id: str, now: datetime) -> DigestPlan | None:
        """None when the plan is gone or another replica has moved it on."""
        ...

    def claim(self, plan: DigestPlan, slot: date, next_at: datetime) -> bool:
        """One transaction decides: `UPDATE ... SET next_at WHERE next_at = plan.next_at`, and a row (release, channel,
        slot) that is unique for good. False when either was done before; then `next_at` has moved on all the same."""
        ...

    def record(self, digest: DigestRecord) -> None: ...

    def by_id(self, digest_id: str) -> DigestRecord: ...

    def posted(self, digest_id: str, ts: str) -> None: ...

    def pictured(self, digest_id: str, file_id: str) -> None:
        """Kept before the file is published, so that a lost answer does not publish a second one."""
        ...

    def last(self, release_id: str, channel: str) -> DigestRecord | None:
        """The one recorded last."""
        ...


class KeyNotes(Protocol):
    def on(self, channel: str) -> bool: ...

    def switch(self, channel: str, on: bool) -> None: ...

    def first(self, channel: str, root_ts: str, defect_id: str) -> bool:
        """True once per thread and defect, whoever asks at the same time."""
        ...


class Lists(Protocol):
    def named(self, person: str, channel: str, name: str) -> SavedList | None:
        """Under that name in any case."""
        ...

    def of(self, person: str, channel: str) -> list[SavedList]:
        """The oldest first."""
        ...

    def forget(self, kept: SavedList) -> None: ...

    def save(self, kept: SavedList) -> None:
        """Replaces the one of the same person, channel and name."""
        ...


class Judgements(Protocol):
    """What people said of suggestions; `countersign learn` reads it."""

    def add(self, judgement: Judgement) -> None:
        """Replaces what was said before of the same two defects."""
        ...

    def withdraw(self, defect_id: str, suggested_id: str) -> None:
        """That the two are the same is not said any more; nor is the opposite."""
        ...

    def take_back(self, judgement_id: str) -> None:
        """It was never said."""
        ...


class EventLog(Protocol):
    def append(self, event: Event) -> None:
        """For events that no aggregate records; written at commit, after the aggregates' own."""
        ...

    def of_subject(self, subject_id: str) -> list[Logged]:
        """Oldest first, texts included."""
        ...

    def last_change(self, defect_id: str) -> Logged | None:
        """The newest event that changed or linked anything; comments do not count."""
        ...

    def last_defect_of(self, actor: str) -> str | None:
        """The id of the defect that this person changed last."""
        ...

    def head(self) -> tuple[int, str]:
        """`seq` and hash of the newest event before this unit of work; (0, "") of an empty log. Locks nothing."""
        ...


class Outbox(Protocol):
    def put(self, message: Outgoing) -> None: ...
