"""How a release stood, told again from the rows of the event log and the files that they name: defect by defect, line
by line, as slowly as anybody could."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import yaml

from tests.scenarios.release.raw import Row

BERLIN = ZoneInfo("Europe/Berlin")
OPEN = ("new", "triaged", "in_progress")
UNSET = (
    "owner priority resolution resolver fix_owner fixed_in fix_commit release_id asked blocked duplicate_of verified_on"
)
Fields = dict[str, Any]


@dataclass
class World:
    """After the events up to `seq`, at the instant `at`. `files`: what was imported, by its SHA-256."""

    log: Sequence[Row]
    seq: int
    at: datetime
    files: Mapping[str, bytes]
    defects: dict[str, Fields] = field(default_factory=dict)
    releases: dict[str, Fields] = field(default_factory=dict)
    builds: list[Fields] = field(default_factory=list)
    waivers: dict[tuple[str, int], Fields] = field(default_factory=dict)
    signed: list[Row] = field(default_factory=list)
    results: dict[str, dict[str, str]] = field(default_factory=dict)  # build -> case -> outcome
    tested_at: dict[str, datetime] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)  # requirement -> the one that it is a part of
    shows: dict[str, set[str]] = field(default_factory=dict)  # case -> requirements
    named: dict[str, str] = field(default_factory=dict)  # what a runner calls it -> case
    plans: dict[str, set[str]] = field(default_factory=dict)  # release's name -> cases
    tied: set[str] = field(default_factory=set)  # defects that a test case or a requirement is linked to
    gates: Fields = field(default_factory=dict)
    signoffs: Fields = field(default_factory=dict)
    version: int = 0

    def __post_init__(self) -> None:
        for row in self.log:
            if row.seq <= self.seq:
                getattr(self, f"_{row.kind}", self._changed)(row)
                if row.facts.get("links") or row.kind in ("failure_seen", "defect_linked"):
                    self.tied.add(row.subject)

    @property
    def today(self) -> date:
        return self.at.astimezone(BERLIN).date()

    def builds_of(self, release: str) -> list[Fields]:
        return [build for build in self.builds if build["release"] == release]

    def counting(self, release: str) -> list[Fields]:
        """What counts in it and is not closed, in the order of filing."""
        undecided = not self.releases[release].get("shipped_at")
        mine = (release, None) if undecided else (release,)
        return [d for d in self.defects.values() if d["release_id"] in mine and d["status"] != "closed"]

    def told_of(self, release: str) -> dict[str, str]:
        """Case -> its newest result on the candidate."""
        builds = self.builds_of(release)
        return self.results.get(builds[-1]["name"], {}) if builds else {}

    def waived(self, release: str) -> list[Fields]:
        """The waivers in force."""
        own = [waiver for (of, _), waiver in self.waivers.items() if of == release]
        return [each for each in own if each["approved"] and self.today <= date.fromisoformat(each["until"])]

    def working_hours_ago(self, hours: int) -> datetime:
        """Minute by minute back: nine to five from Monday to Friday."""
        left, then = hours * 60, self.at
        while left:
            then -= timedelta(minutes=1)
            local = then.astimezone(BERLIN)
            left -= local.isoweekday() < 6 and 9 <= local.hour < 17
        return then.replace(second=0, microsecond=0)

    # --- what each kind of event did

    def _changed(self, row: Row) -> None:
        if row.subject in self.defects:
            self.defects[row.subject] |= row.changes
            self.defects[row.subject] |= {name: row.texts[name] for name in ("blocked", "title") if name in row.texts}
        if row.subject in self.releases:
            self.releases[row.subject] |= row.changes

    def _defect_filed(self, row: Row) -> None:
        own = {"id": row.subject, "key": row.facts["key"], "title": row.texts["title"]}
        self.defects[row.subject] = {**dict.fromkeys(UNSET.split()), **row.changes, **own}

    def _release_planned(self, row: Row) -> None:
        self.releases[row.subject] = dict(row.changes)

    def _build_registered(self, row: Row) -> None:
        commits = (row.facts["commits"] or "").split()
        self.builds.append(
            {"id": row.facts["build_id"], "name": row.facts["name"], "release": row.subject, "commits": commits}
        )

    def _waiver_asked(self, row: Row) -> None:
        told = {"what": row.facts["what"], "until": row.facts["until"], "by": row.actor, "approved": False}
        self.waivers[row.subject, row.facts["number"]] = told | {"number": row.facts["number"]}

    def _waiver_approved(self, row: Row) -> None:
        self.waivers[row.subject, row.facts["number"]]["approved"] = True

    def _signoff_given(self, row: Row) -> None:
        self.signed.append(row)

    def _gates_changed(self, row: Row) -> None:
        told = yaml.safe_load(self.files[row.facts["sha256"]])
        self.gates = {name: given or {} for name, given in told["gates"].items()}
        self.signoffs, self.version = told["signoffs"], row.facts["version"]

    def _requirements_imported(self, row: Row) -> None:
        for line in self._lines(row):
            self.parents[line["key"]] = line["parent"]

    def _cases_imported(self, row: Row) -> None:
        for line in self._lines(row):
            self.shows[line["key"]] = set(line["requirements"].split())
            if line.get("name"):
                self.named[line["name"]] = line["key"]
            for release in line.get("releases", "").split():
                self.plans.setdefault(release, set()).add(line["key"])

    def _lines(self, row: Row) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.files[row.facts["file"]].decode())))

    def _results_imported(self, row: Row) -> None:
        self.tested_at[row.facts["build"]] = row.at
        for case, outcome in _told(self.files[row.facts["report"]]):
            self.results.setdefault(row.facts["build"], {})[self.named.get(case, case)] = outcome

    def _result_recorded(self, row: Row) -> None:
        self.tested_at[row.facts["build"]] = row.at
        self.results.setdefault(row.facts["build"], {})[row.facts["case"]] = row.facts["outcome"]


def _told(report: bytes) -> Iterator[tuple[str, str]]:
    """Key or name of each test case in a report, and what came of it."""
    for case in ElementTree.fromstring(report).iter("testcase"):
        keys = [each.get("value") for each in case.iter("property") if each.get("name") == "test_key"]
        keys += re.findall(r"TC-\d+", case.get("name", ""))
        inside = {child.tag for child in case}
        bad = "skipped" if "skipped" in inside else "failed" if inside & {"failure", "error"} else "passed"
        yield str(keys[0]) if keys else f"{case.get('classname')}::{case.get('name')}", bad


def by_sum(*contents: bytes) -> dict[str, bytes]:
    return {sha256(content).hexdigest(): content for content in contents}
