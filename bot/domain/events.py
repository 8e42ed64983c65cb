"""What happened, in the past tense. An event is complete: rows and versions can be rebuilt from events alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

Scalar = str | int | bool | datetime | None


class Kind(StrEnum):
    DEFECT_FILED = "defect_filed"
    DEFECT_EDITED = "defect_edited"
    DEFECT_TRIAGED = "defect_triaged"
    DEFECT_ASSIGNED = "defect_assigned"
    DEFECT_UNASSIGNED = "defect_unassigned"
    DEFECT_STARTED = "defect_started"
    INFO_REQUESTED = "info_requested"
    INFO_GIVEN = "info_given"
    DEFECT_FIXED = "defect_fixed"
    FIX_BOUND = "fix_bound"
    DEFECT_RESOLVED = "defect_resolved"
    VERIFICATION_PASSED = "verification_passed"
    VERIFICATION_FAILED = "verification_failed"
    VERIFICATION_BLOCKED = "verification_blocked"
    DEFECT_REOPENED = "defect_reopened"
    DEFECT_DEFERRED = "defect_deferred"
    DEFECT_RESUMED = "defect_resumed"
    DEFECT_CLOSED = "defect_closed"
    CHANGE_UNDONE = "change_undone"
    COMMENT_ADDED = "comment_added"
    COMMENT_EDITED = "comment_edited"
    COMMENT_ERASED = "comment_erased"
    EVIDENCE_ADDED = "evidence_added"
    DEFECT_LINKED = "defect_linked"
    DEFECT_UNLINKED = "defect_unlinked"
    FOLLOWERS_CHANGED = "followers_changed"
    DEFECT_SEEN = "defect_seen"
    FAILURE_SEEN = "failure_seen"
    DEFECT_PARTED = "defect_parted"
    TEXTS_ERASED = "texts_erased"
    EVIDENCE_REMOVED = "evidence_removed"
    LINKS_CARRIED = "links_carried"
    SEVERITY_CARRIED = "severity_carried"
    PROJECT_SET_UP = "project_set_up"
    RELEASE_PLANNED = "release_planned"
    BUILD_REGISTERED = "build_registered"
    RESULTS_IMPORTED = "results_imported"
    REQUIREMENTS_IMPORTED = "requirements_imported"
    CASES_IMPORTED = "cases_imported"
    TESTS_PLANNED = "tests_planned"
    RESULT_RECORDED = "result_recorded"
    RELEASE_SHIPPED = "release_shipped"
    RELEASE_UNSHIPPED = "release_unshipped"
    RELEASE_DECIDED = "release_decided"
    SIGNOFF_GIVEN = "signoff_given"
    WAIVER_ASKED = "waiver_asked"
    WAIVER_APPROVED = "waiver_approved"
    WAIVER_ENDED = "waiver_ended"
    GATES_PROPOSED = "gates_proposed"
    GATES_SIGNED = "gates_signed"
    GATES_CHANGED = "gates_changed"
    DIGEST_SCHEDULED = "digest_scheduled"
    DIGEST_STOPPED = "digest_stopped"


class Subject(StrEnum):
    DEFECT = "defect"
    PROJECT = "project"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Change:
    old: Scalar
    new: Scalar


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Event(NamedTuple):
    """`changes` project onto the row; `facts` are what else is known; `texts` are free words, kept beside the event.

    A text's change is not in `changes`: `texts` holds `title` and `title_was`, the hashed log neither.
    """

    kind: Kind
    subject: Subject
    subject_id: str
    changes: Mapping[str, Change] = _NOTHING
    facts: Mapping[str, Scalar] = _NOTHING
    texts: Mapping[str, str] = _NOTHING


class Logged(NamedTuple):
    """An event with its place in the log: who, when, through what, on which message."""

    seq: int
    at: datetime
    actor: str
    surface: str
    channel: str | None
    message_ts: str | None
    event: Event
