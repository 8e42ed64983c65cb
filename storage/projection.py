"""Rows from events alone: the log is the truth, a row only what it says by now."""

from collections.abc import Iterable
from dataclasses import MISSING
from typing import Any

from bot.domain.defect import Defect
from bot.domain.events import Event, Kind, Logged, Subject
from bot.domain.state import TEXT_FIELDS

# A defect's fields by name.
State = dict[str, Any]
# Stands where a title was.
ERASED = "[erased]"

FIELDS = tuple(name for name in Defect.__dataclass_fields__ if name != "recorded")
_BLANK: State = {
    name: None if field.default is MISSING else field.default
    for name, field in Defect.__dataclass_fields__.items()
    if name != "recorded"
}


def after(state: State | None, event: Event) -> State:
    """The state that an event leaves behind; `state` None: it is the filing."""
    new = dict(state) if state is not None else _filed(event)
    for name, change in event.changes.items():
        new[name] = change.new if name not in TEXT_FIELDS else _said(name, event) if change.new else None
    return new


def _said(name: str, event: Event) -> str | None:
    """An erased text is gone from the log for good; a title must be something."""
    return event.texts.get(name, ERASED if name == "title" else None)


def _filed(event: Event) -> State:
    if event.kind is not Kind.DEFECT_FILED:
        raise ValueError(f"a life that begins with {event.kind.value}")
    known = {"id": event.subject_id, "key": event.facts["key"], "project_id": event.facts["project_id"]}
    return _BLANK | known | {"title": event.texts.get("title", ERASED)}


def rebuild(log: Iterable[Logged]) -> dict[str, State]:
    """Every defect that the log, oldest first, speaks of. `version` guards writes and says nothing about the defect."""
    states: dict[str, State] = {}
    for entry in log:
        if entry.event.subject is Subject.DEFECT:
            subject = entry.event.subject_id
            states[subject] = after(states.get(subject), entry.event)
    return states
