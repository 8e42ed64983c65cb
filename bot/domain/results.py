"""What a test run found out: one outcome per test case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    BLOCKED = "blocked"
    ERROR = "error"
    SKIPPED = "skipped"


BAD = frozenset({Outcome.FAILED, Outcome.ERROR})


@dataclass(frozen=True, slots=True)
class Execution:
    """`case` is the test's whole name, `key` the test case that it names itself (`TC-3`); `message` says why it is not
    passed. `flaky`: it failed and then passed on the same build. `fingerprint`: of a bad one, which failures say the
    same (bot.domain.failures)."""

    case: str
    outcome: Outcome
    seconds: float = 0.0
    message: str = ""
    key: str | None = None
    flaky: bool = False
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cases ended how, each by its newest execution; flaky ones are among those that passed."""

    counts: Mapping[Outcome, int] = field(default_factory=dict)
    flaky: int = 0

    def of(self, outcome: Outcome) -> int:
        return self.counts.get(outcome, 0)

    @property
    def all(self) -> int:
        return sum(self.counts.values())

    @property
    def bad(self) -> int:
        return sum(self.of(outcome) for outcome in BAD)


NOTHING = Tally()


def settled(executions: Iterable[Execution]) -> list[Execution]:
    """One per case, in the order of their first: the last one counts, and is flaky when it passed after a failure."""
    found: dict[str, Execution] = {}
    for execution in executions:
        before = found.get(execution.case)
        if before is not None:
            execution = _after(before, execution)
        found[execution.case] = execution
    return list(found.values())


def _after(before: Execution, now: Execution) -> Execution:
    if now.outcome is not Outcome.PASSED:
        return now
    return replace(now, flaky=now.flaky or before.flaky or before.outcome in BAD)


def tally(executions: Iterable[Execution]) -> Tally:
    counts: dict[Outcome, int] = {}
    flaky = 0
    for execution in executions:
        counts[execution.outcome] = counts.get(execution.outcome, 0) + 1
        flaky += execution.flaky
    return Tally(counts, flaky)
