"""Reading a history: one CSV of changes, perhaps one of titles; plain or gzipped.

Columns: `id,when,field,old,new,who`; `when` in seconds since 1970. The first row of a defect is `create`; its initial
values are JSON in `new`, or stand in rows of the same instant with an empty `old`.
"""

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Step:
    """All rows of one defect at one instant, by one person: they were one act. `changes`: field -> (old, new)."""

    defect: str
    at: datetime
    who: str
    changes: dict[str, tuple[str, str]]
    created: bool = False
    rows: int = 1


@dataclass
class History:
    """`steps` in order of time, and of the file within one instant."""

    steps: list[Step] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    rows: int = 0


def read(events: Path, titles: Path | None = None, first: int | None = None) -> History:
    """`first`: only so many defects, in order of their filing."""
    history = History(titles=_titles(titles) if titles else {})
    latest: dict[str, datetime] = {}
    for step in _steps(events):
        # A defect's rows are in order, even where the clock of the tracker was not.
        latest[step.defect] = max(step.at, latest.get(step.defect, step.at))
        history.rows += step.rows
        history.steps.append(replace(step, at=latest[step.defect]))
    history.steps.sort(key=lambda step: (step.at, not step.created))
    if first is not None:
        kept = set([step.defect for step in history.steps if step.created][:first])
        history.steps = [step for step in history.steps if step.defect in kept]
        history.rows = sum(step.rows for step in history.steps)
    return history


def _open(path: Path) -> TextIO:
    return gzip.open(path, "rt", encoding="utf-8", newline="") if path.suffix == ".gz" else path.open(newline="")


def _titles(path: Path) -> dict[str, str]:
    with _open(path) as lines:
        return {row["id"]: row["title"] for row in csv.DictReader(lines)}


def _steps(path: Path) -> Iterator[Step]:
    with _open(path) as lines:
        act: list[dict[str, str]] = []
        for row in csv.DictReader(lines):
            if act and not _together(act[-1], row):
                yield _step(act)
                act = []
            act.append(row)
        if act:
            yield _step(act)


def _together(last: dict[str, str], row: dict[str, str]) -> bool:
    """The rows of a creation have its instant but not always its author."""
    same = (last["id"], last["when"]) == (row["id"], row["when"])
    return same and row["field"] != "create" and (last["who"] == row["who"] or not row["who"])


def _step(rows: list[dict[str, str]]) -> Step:
    first = rows[0]
    created = first["field"] == "create"
    changes: dict[str, tuple[str, str]] = {}
    if created and first["new"]:
        changes = {name: ("", str(value or "")) for name, value in json.loads(first["new"]).items()}
    for row in rows:
        if row["field"] != "create":
            old = changes.get(row["field"], (row["old"], ""))[0]
            changes[row["field"]] = (old, row["new"])
    at = datetime.fromtimestamp(int(float(first["when"])), UTC)
    return Step(first["id"], at, first["who"], changes, created, len(rows))
