"""What the history expects, beside what the store holds."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from storage.tables import defects, events
from tests.replay.drive import Driver
from tests.replay.instants import Instants
from tests.replay.mapping import Known, Model

KINDS = {
    "new": "defect_filed",
    "edit": "defect_edited",
    "triage": "defect_triaged",
    "start": "defect_started",
    "needs info": "info_requested",
    "comment": "info_given",
    "fixed": "defect_fixed",
    "resolve": "defect_resolved",
    "verify pass": "verification_passed",
    "reopen": "defect_reopened",
    "defer": "defect_deferred",
    "resume": "defect_resumed",
    "close": "defect_closed",
}
ENOUGH = 0.995
# The stand-in original is filed by the tool, not by the history.
OWN = Counter({"new": 1})


@dataclass
class Report:
    expected: Counter[str]
    found: Counter[str]
    equal: int
    total: int
    instants: Instants
    differing: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.equal / self.total if self.total else 1.0

    @property
    def good(self) -> bool:
        return self.share >= ENOUGH and self.expected == self.found and not self.instants.differing

    def lines(self, model: Model, driver: Driver, rows: int) -> list[str]:
        said = [f"{rows} rows, {self.total} defects, {sum(self.expected.values())} commands", ""]
        said += [f"{'verb':<12}{'expected':>10}{'in the log':>12}"]
        said += [f"{verb:<12}{self.expected[verb]:>10}{self.found[verb]:>12}" for verb in KINDS]
        said += ["", f"final states equal: {self.equal} of {self.total} ({self.share:.2%}, at least {ENOUGH:.1%})"]
        said += [f"  {line}" for line in self.differing[:20]]
        verdicts = ", ".join(f"{number} {verdict}" for verdict, number in self.instants.verdicts.most_common())
        unlike = len(self.instants.differing)
        said += [f"verdicts that differ from what was stored: {unlike} of {self.instants.stored} ({verdicts})"]
        said += [f"  {line}" for line in self.instants.differing[:5]]
        said += [f"second persons synthesised: {model.synthesised}"]
        said += [f"refused: {n} x {verb}: {reason}" for (verb, reason), n in driver.refused.most_common()]
        said += ["rows without a command:"]
        said += [f"  {n:>7} {name}: {reason}" for (name, reason), n in sorted(model.unmapped.items())]
        return said


def compare(connection: Connection, model: Model, driver: Driver, expected: Counter[str], instants: Instants) -> Report:
    states = {row.key: row for row in connection.execute(select(defects.c.key, defects.c.status, defects.c.asked))}
    counted = connection.execute(select(events.c.kind, func.count()).group_by(events.c.kind))
    kinds: Counter[str] = Counter({kind: number for kind, number in counted})  # noqa: C416 - rows, not pairs
    found = Counter({verb: kinds[kind] for verb, kind in KINDS.items()}) - OWN
    report = Report(expected, found, 0, len(model.defects), instants)
    for defect, known in model.defects.items():
        row = states.get(driver.keys.get(defect, ""))
        if row is not None and _equal(known, row.status, row.asked):
            report.equal += 1
        else:
            report.differing.append(f"{defect} {driver.keys.get(defect)}: {known.status}, but {row}")
    return report


def _equal(known: Known, status: str, asked: str | None) -> bool:
    return status == known.status and (asked is not None) == known.asked
