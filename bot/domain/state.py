"""A defect's fields, and the one way in which they change: checked against the table, recorded as an event."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from bot.domain.errors import UNCONFIRMED, WrongState
from bot.domain.events import Change, Event, Kind, Scalar, Subject
from bot.domain.lifecycle import TRANSITIONS, VERIFYING, Action, allowed
from bot.domain.values import Priority, Resolution, Severity, Status

# Free words: they stand beside the event; its `changes` only say whether there are any.
TEXT_FIELDS = frozenset({"title", "question", "blocked"})


@dataclass(slots=True)
class DefectState:
    """Ids are UUIDs as text; people are Slack user ids; times are UTC-aware.

    `fixed_in` is a build's id; None while `status` is resolved/fixed means that the next build is awaited.
    `severity_confirmed and release_confirmed` make `triaged`: set by `triage` or `edit`, never by filing.
    `found_release_id`: the release that it was found in: its build's; of one without a build the one it was filed for.
    `labels`: words that people put on it, as `bot.domain.labels` writes them.
    `occurrences`: how often it was reported; `affected`: who did so besides its reporter, ids separated by spaces.
    """

    id: str
    project_id: str
    key: str
    title: str
    reporter: str
    created_at: datetime
    since: datetime
    status: Status = Status.NEW
    resolution: Resolution | None = None
    severity: Severity = Severity.S3
    priority: Priority | None = None
    component: str | None = None
    environment: str | None = None
    labels: str | None = None
    release_id: str | None = None
    found_build_id: str | None = None
    found_release_id: str | None = None
    owner: str | None = None
    resolver: str | None = None
    fix_owner: str | None = None
    fixed_in: str | None = None
    fix_commit: str | None = None
    fix_link: str | None = None
    verifier: str | None = None
    verified_on: str | None = None
    bounces: int = 0
    severity_confirmed: bool = False
    release_confirmed: bool = False
    duplicate_of: str | None = None
    asked: str | None = None
    asked_by: str | None = None
    question: str | None = None
    blocked: str | None = None
    occurrences: int = 1
    affected: str | None = None
    version: int = 0
    recorded: list[Event] = field(default_factory=list, repr=False, compare=False)

    @property
    def triaged(self) -> bool:
        return self.severity_confirmed and self.release_confirmed

    @property
    def fixers(self) -> frozenset[str]:
        """Who said `fixed` and who owned it then: neither may verify it."""
        return frozenset(person for person in (self.resolver, self.fix_owner) if person)

    @property
    def reporters(self) -> tuple[str, ...]:
        """Everybody who met it, its own reporter first."""
        return (self.reporter, *(self.affected or "").split())

    @classmethod
    def file(cls, *, facts: Mapping[str, Scalar], texts: Mapping[str, str], **values: object) -> Self:
        """A new defect with its first event; `values` are the fields, `texts` the words that only the event keeps."""
        defect = cls(**values)  # type: ignore[arg-type]
        changes = {
            name: Change(None, getattr(defect, name))
            for name in TRACKED
            if name not in TEXT_FIELDS and getattr(defect, name) is not None
        }
        event = Event(
            Kind.DEFECT_FILED,
            Subject.DEFECT,
            defect.id,
            changes,
            {"key": defect.key, "project_id": defect.project_id, **facts},
            {"title": defect.title, **texts},
        )
        defect.recorded.append(event)
        return defect

    def compensate(self, at: datetime, event: Event, cause: str = "") -> None:
        """The state before `event`, as a new event; what waited before goes on waiting since then. `cause`: the release
        that was not to ship; empty where somebody took their own act back."""
        before: dict[str, Scalar] = {name: change.old for name, change in event.changes.items()}
        for name in TEXT_FIELDS & before.keys():
            before[name] = event.texts.get(f"{name}_was")
        facts = {"cause": cause} if cause else {}
        self._record(Kind.CHANGE_UNDONE, at, before, {"undone": event.kind.value, **facts})

    def check(self, action: Action) -> None:
        """Raises WrongState with what can be done instead; a duplicate is never verified."""
        if self.status not in TRANSITIONS[action].sources:
            steps = allowed(self.status)
            possible = steps if self.duplicate_of is None else tuple(s for s in steps if s not in VERIFYING)
            cause = UNCONFIRMED if self._left_untriaged(action) and Action.EDIT in possible else None
            raise WrongState(self.key, action, self.status, self.since, possible, cause)

    def _left_untriaged(self, action: Action) -> bool:
        """It came back before anybody triaged it."""
        return action is Action.TRIAGE and not self.triaged

    def _step(
        self,
        action: Action,
        kind: Kind,
        at: datetime,
        values: Mapping[str, Scalar],
        target: Status | None = None,
        *,
        facts: Mapping[str, Scalar] | None = None,
        note: str = "",
    ) -> None:
        self.check(action)
        status = target or TRANSITIONS[action].target or self.status
        self._record(kind, at, {**values, "status": status}, facts, {"note": note} if note else None)

    def _record(
        self,
        kind: Kind,
        at: datetime,
        values: Mapping[str, Scalar],
        facts: Mapping[str, Scalar] | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> None:
        changed = {name: new for name, new in values.items() if getattr(self, name) != new}
        if "status" in changed:
            changed.setdefault("since", at)
        words = dict(texts or {})
        changes = {name: self._change(name, new, words) for name, new in changed.items()}
        self.recorded.append(Event(kind, Subject.DEFECT, self.id, changes, dict(facts or {}), words))

    def _change(self, name: str, new: Scalar, words: dict[str, str]) -> Change:
        old = getattr(self, name)
        setattr(self, name, new)
        if name not in TEXT_FIELDS:
            return Change(old, new)
        words |= {key: str(text) for key, text in ((name, new), (f"{name}_was", old)) if text is not None}
        return Change(old is not None, new is not None)


TRACKED = tuple(
    name for name in DefectState.__dataclass_fields__ if name not in {"id", "project_id", "key", "version", "recorded"}
)
