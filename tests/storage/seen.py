"""Defects as a query sees them at an instant, from the event log alone: nothing here is shared with the statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from bot.domain.attention import next_act
from bot.domain.defect import Defect
from bot.domain.events import Kind, Logged
from bot.domain.values import OPEN
from storage import event_log
from storage.defect_rows import in_words
from storage.projection import rebuild
from storage.tables import builds, case_links, events, projects, releases, shippings, test_cases
from storage.tenant import Tenant
from tests.looking import look
from tests.storage.acting import START, Workspace


@dataclass(frozen=True)
class Names:
    """By id; releases with their project's prefix."""

    projects: Mapping[str, str]
    releases: Mapping[str, tuple[str, str]]
    builds: Mapping[str, str]
    shipped: Mapping[str, datetime | None]
    shippings: Sequence[tuple[str, datetime, datetime | None]]
    shown: Sequence["Shown"]


@dataclass(frozen=True)
class Shown:
    """From when until when a project's test case showed a requirement: the log only counts such ties."""

    project: str
    case: str
    requirement: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Seen:
    id: str
    key: str
    project: str
    status: str
    resolution: str | None
    severity: str
    priority: str | None
    flags: frozenset[str]
    release: str | None
    release_project: str | None
    counts: frozenset[str]
    found: frozenset[str]
    component: str | None
    environment: str | None
    build: str | None
    fixed_in: str | None
    verified_on: str | None
    owner: str | None
    reporter: str | None
    fixers: frozenset[str]
    verifier: str | None
    waits: str | None
    links: frozenset[str]
    requirements: frozenset[str]
    original: str | None
    duplicates: int
    occurrences: int
    created_at: datetime
    since: datetime
    updated_at: datetime
    bounces: int
    searchable: str
    title: str
    labels: frozenset[str]


def whole_log(workspace: Workspace) -> tuple[list[Logged], Names]:
    def read(connection: Connection) -> list[Logged]:
        tenant = Tenant(connection, workspace.team, START)
        return event_log.with_texts(tenant, tenant.all(event_log.OWN.order_by(events.c.seq)))

    def all_of(table: Table) -> list[Row[Any]]:
        return look(workspace.store, workspace.team, select(table))

    prefixes = {row.id: row.prefix for row in all_of(projects)}
    cases = {row.id: row.key for row in all_of(test_cases)}
    return workspace.store.read_sync(read), Names(
        prefixes,
        {row.id: (row.name, prefixes[row.project_id]) for row in all_of(releases)},
        {row.id: row.name for row in all_of(builds)},
        {row.id: row.shipped_at for row in all_of(releases)},
        [(row.release_id, row.shipped_at, row.unshipped_at) for row in all_of(shippings)],
        [
            Shown(prefixes[row.project_id], cases[row.case_id], row.requirement, row.valid_from, row.valid_to)
            for row in all_of(case_links)
        ],
    )


def seen_at(log: Sequence[Logged], names: Names, at: datetime) -> list[Seen]:
    """In the order in which they are listed when nothing else is asked for."""
    until = [entry for entry in log if entry.at <= at]
    states = rebuild(until)
    defects = [Defect(**in_words(state)) for state in states.values()]
    found = [
        _seen(defect, defects, [e for e in until if e.event.subject_id == defect.id], names, at) for defect in defects
    ]
    return sorted(found, key=lambda each: (each.severity, each.created_at, each.id))


def _seen(defect: Defect, others: Sequence[Defect], told: Sequence[Logged], names: Names, at: datetime) -> Seen:
    values: dict[str, Any] = {
        name: getattr(defect, name) for name in Seen.__dataclass_fields__ if hasattr(defect, name)
    }
    flags = {
        "untriaged": defect.status in OPEN and not defect.triaged,
        "blocked": defect.blocked is not None,
        "asked": defect.asked is not None,
        "escaped": _escaped(defect, told[0].at, names),
    }
    links = _links(told)
    release, release_project = names.releases.get(defect.release_id or "", (None, None))
    return Seen(
        **values
        | {
            "project": names.projects[defect.project_id],
            "flags": frozenset(flag for flag, holds in flags.items() if holds),
            "release": release,
            "release_project": release_project,
            "counts": _counts(defect, names, at),
            "found": frozenset(_called(*names.releases[defect.found_release_id]) if defect.found_release_id else ()),
            "build": names.builds.get(defect.found_build_id or ""),
            "fixed_in": names.builds.get(defect.fixed_in or ""),
            "verified_on": names.builds.get(defect.verified_on or ""),
            "waits": next_act(defect, awaits_build=False).person,
            "labels": frozenset((defect.labels or "").split()),
            "links": links,
            "requirements": _requirements(links, names.projects[defect.project_id], names, at),
            "original": next((other.key for other in others if other.id == defect.duplicate_of), None),
            "duplicates": sum(other.duplicate_of == defect.id for other in others),
            "updated_at": told[-1].at,
            "searchable": "\n".join([defect.key, defect.title, *_comments(told)]),
        }
    )


def _counts(defect: Defect, names: Names, at: datetime) -> frozenset[str]:
    """Its release, else each of its project that had not shipped."""
    own = names.projects[defect.project_id]
    undecided = {id_ for id_, shipped in names.shipped.items() if shipped is None or shipped > at}
    of_project = {id_ for id_ in undecided if names.releases[id_][1] == own}
    counted = {defect.release_id} if defect.release_id else of_project
    return frozenset(word for id_ in counted for word in _called(*names.releases[id_]))


def _escaped(defect: Defect, filed: datetime, names: Names) -> bool:
    own = [span for span in names.shippings if span[0] == defect.found_release_id]
    shipped = any(begun <= filed and (ended is None or filed < ended) for _, begun, ended in own)
    return shipped and defect.resolution not in ("duplicate", "not_a_defect")


def _called(name: str, prefix: str) -> tuple[str, str]:
    return name, f"{prefix}/{name}"


def _links(told: Sequence[Logged]) -> frozenset[str]:
    links: set[str] = set()
    for event in (entry.event for entry in told):
        links |= set(str(event.facts.get("links", "")).split())
        if event.kind in (Kind.DEFECT_LINKED, Kind.LINKS_CARRIED, Kind.CHANGE_UNDONE) and "targets" in event.facts:
            links |= set(str(event.facts["targets"]).split())
        if event.kind is Kind.DEFECT_UNLINKED:
            links -= set(str(event.facts["targets"]).split())
        links -= set(str(event.facts.get("gone", "")).split())
    return frozenset(links)


def _requirements(links: frozenset[str], project: str, names: Names, at: datetime) -> frozenset[str]:
    held = (each for each in names.shown if each.since <= at < each.until)
    by_case = {each.requirement for each in held if (each.project == project and each.case in links)}
    return frozenset({key for key in links if key.startswith("REQ-")} | by_case)


def _comments(told: Sequence[Logged]) -> list[str]:
    said: dict[str, str] = {}
    for event in (entry.event for entry in told):
        if event.kind in (Kind.COMMENT_ADDED, Kind.COMMENT_EDITED):
            said[str(event.facts["comment_id"])] = event.texts["text"]
        if event.kind is Kind.COMMENT_ERASED:
            said.pop(str(event.facts["comment_id"]), None)
    return list(said.values())
