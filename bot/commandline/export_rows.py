"""Defects as rows, and as CSV that no spreadsheet runs."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from bot.services.views import DefectView
from bot.slack.spreadsheet import csv_line, harmless

# What people typed; the other columns are ours and stay as they are.
TEXT = frozenset(
    [
        *("title", "component", "environment", "labels", "release", "links"),
        *("found_build", "fixed_in", "verified_on", "fix_commit"),
    ]
)
_Value = str | int | bool | list[str] | None
COLUMNS: Mapping[str, Callable[[DefectView], _Value]] = MappingProxyType(
    {
        "key": lambda v: v.defect.key,
        "project": lambda v: v.project.prefix,
        "title": lambda v: v.defect.title,
        "status": lambda v: v.defect.status.value,
        "resolution": lambda v: v.defect.resolution,
        "severity": lambda v: v.defect.severity.value,
        "priority": lambda v: v.defect.priority,
        "triaged": lambda v: v.defect.triaged,
        "component": lambda v: v.defect.component,
        "environment": lambda v: v.defect.environment,
        "labels": lambda v: (v.defect.labels or "").split(),
        "release": lambda v: v.release.name if v.release else None,
        "found_build": lambda v: v.found_build.name if v.found_build else None,
        "reporter": lambda v: v.defect.reporter,
        "owner": lambda v: v.defect.owner,
        "resolver": lambda v: v.defect.resolver,
        "fixed_in": lambda v: v.fixed_in.name if v.fixed_in else None,
        "fix_commit": lambda v: v.defect.fix_commit,
        "verifier": lambda v: v.defect.verifier,
        "verified_on": lambda v: v.verified_on.name if v.verified_on else None,
        "bounces": lambda v: v.defect.bounces,
        "duplicate_of": lambda v: v.original,
        "links": lambda v: list(v.links),
        "created_at": lambda v: v.defect.created_at.isoformat(),
        "since": lambda v: v.defect.since.isoformat(),
    }
)


def row(view: DefectView) -> dict[str, _Value]:
    """Instants in ISO 8601, people as Slack ids, builds and releases by name."""
    return {name: value(view) for name, value in COLUMNS.items()}


def json_lines(views: Iterable[DefectView]) -> Iterator[str]:
    for view in views:
        yield json.dumps(row(view), ensure_ascii=False) + "\n"


def json_array(views: Iterable[DefectView]) -> Iterator[str]:
    yield "["
    for place, view in enumerate(views):
        yield f"{',' if place else ''}\n{json.dumps(row(view), ensure_ascii=False)}"
    yield "\n]\n"


def csv_lines(views: Iterable[DefectView]) -> Iterator[str]:
    """The head first. A list is its members with a space between them."""
    yield csv_line(COLUMNS)
    for view in views:
        yield csv_line(_cell(name, value) for name, value in row(view).items())


def _cell(name: str, value: _Value) -> str:
    text = "" if value is None else " ".join(value) if isinstance(value, list) else str(value)
    return harmless(text) if name in TEXT else text
