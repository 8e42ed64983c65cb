"""Defects as they were at an instant: of the few that are shown, each is told again from its own events."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.domain.defect import Defect
from bot.domain.events import Kind, Logged
from bot.services.views import DefectView
from storage import event_log
from storage.defect_rows import in_words
from storage.projection import State, after
from storage.questions.titles import titles
from storage.questions.views import views_of
from storage.tables import events
from storage.tenant import Tenant, param

_OF_SUBJECTS = event_log.OWN.where(events.c.subject_id.in_(param("subjects", expanding=True))).order_by(events.c.seq)


def past(tenant: Tenant, stood: Sequence[Row[Any]], at: datetime) -> list[DefectView]:
    """`stood`: defect, and the places in the log between which its version of then held; the views keep their order.
    What is said around a defect (evidence, comments, card) is of now, its links are of then."""
    told = _told(tenant, stood, at)
    found = {view.defect.id: view for view in views_of(tenant, [_defect(told[row.defect_id]) for row in stood])}
    tied = {row.defect_id: _links(told[row.defect_id]) for row in stood}
    projects = {each: view.defect.project_id for each, view in found.items()}
    called = titles(tenant, ((projects[each], key) for each, keys in tied.items() for key in keys), at)
    return [_linked(found[row.defect_id], tied[row.defect_id], called) for row in stood]


def _linked(view: DefectView, links: tuple[str, ...], called: Mapping[tuple[str, str], str]) -> DefectView:
    project = view.defect.project_id
    known = {key: called[project, key] for key in links if (project, key) in called}
    return replace(view, links=links, titles=known)


def _told(tenant: Tenant, stood: Sequence[Row[Any]], at: datetime) -> dict[str, list[Logged]]:
    """Replicas' clocks differ by milliseconds: what made the version of then was before it, whatever its clock."""
    rows = {row.defect_id: row for row in stood}
    told: dict[str, list[Logged]] = {each: [] for each in rows}
    for entry in event_log.with_texts(tenant, _events(tenant, list(rows))):
        version = rows[entry.event.subject_id]
        if entry.seq <= version.valid_from_seq or (entry.seq < version.valid_to_seq and entry.at <= at):
            told[entry.event.subject_id].append(entry)
    return told


def _events(tenant: Tenant, subjects: Collection[str]) -> list[Row[Any]]:
    return sorted(tenant.all_in(_OF_SUBJECTS, "subjects", subjects), key=lambda row: row.seq)


def _defect(told: Sequence[Logged]) -> Defect:
    state: State | None = None
    for entry in told:
        state = after(state, entry.event)
    assert state is not None
    return Defect(**in_words(state))


def _links(told: Sequence[Logged]) -> tuple[str, ...]:
    links: set[str] = set()
    for event in (entry.event for entry in told):
        links |= set(str(event.facts.get(_TIED.get(event.kind, "")) or "").split())
        links -= set(str(event.facts.get(_UNTIED.get(event.kind, "")) or "").split())
    return tuple(sorted(links))


# The fact of an event that names the links it made, or took away.
_TIED = {
    Kind.DEFECT_FILED: "links",
    Kind.DEFECT_LINKED: "targets",
    Kind.LINKS_CARRIED: "targets",
    Kind.CHANGE_UNDONE: "targets",
}
_UNTIED = {Kind.DEFECT_UNLINKED: "targets", Kind.LINKS_CARRIED: "gone", Kind.DEFECT_PARTED: "gone"}
