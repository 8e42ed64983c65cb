"""Files of reports (JSON lines, perhaps gzipped) and who of them is whose duplicate."""

import gzip
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Report = dict[str, Any]


def load(path: Path) -> list[Report]:
    """In the order of filing."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        reports = [json.loads(line) for line in lines if line.strip()]
    return sorted(reports, key=lambda report: (report["opened"], report["id"]))


def until(reports: Sequence[Report], instant: float) -> list[Report]:
    """What was known then: those filed before, and of their links those made before."""
    filed = (report for report in reports if report["opened"] < instant)
    return [
        report if (report.get("dup_marked") or instant) < instant else report | {"dup_of": None} for report in filed
    ]


def seconds(day: str) -> float:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()


def buckets(reports: Sequence[Report]) -> dict[Any, Any]:
    """Report id -> one id for all that are, by their links, the same."""
    parent: dict[Any, Any] = {}

    def end(of: Any) -> Any:
        while parent.setdefault(of, of) != of:
            of = parent[of]
        return of

    for report in reports:
        end(report["id"])
        if report.get("dup_of"):
            parent[end(report["id"])] = end(report["dup_of"])
    return {report["id"]: end(report["id"]) for report in reports}


def links(reports: Sequence[Report]) -> Iterator[tuple[float, Any, Any]]:
    """When which was said to be a duplicate of which, the earliest first."""
    known = [report for report in reports if report.get("dup_of") and report.get("dup_marked")]
    for report in sorted(known, key=lambda report: (report["dup_marked"], report["id"])):
        yield report["dup_marked"], report["id"], report["dup_of"]
