"""What a row found, and when it is good."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.faults.history import Findings
from tests.faults.stage import Stage

# Of a long list of faults the first ones tell enough.
SHOWN, LONG = 3, 300


@dataclass(frozen=True, slots=True)
class Measured:
    """A time or a rate beside its limit: printed always, but only the figure's size fails on it."""

    what: str
    value: float
    unit: str = "s"
    limit: float | None = None

    @property
    def good(self) -> bool:
        return self.limit is None or self.value <= self.limit

    def __str__(self) -> str:
        limit = "" if self.limit is None else f" (<= {self.limit:g})"
        return f"{self.what} {self.value:.3g} {self.unit}{limit}"


@dataclass
class Outcome:
    """`injected`: how often the fault really happened. `wrong`: what else must not be, in a sentence each.
    `notes`: counts worth reading."""

    injected: int
    findings: Findings = field(default_factory=Findings)
    wrong: list[str] = field(default_factory=list)
    measured: list[Measured] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def check(self, good: object, sentence: str) -> None:
        """`sentence` says what is wrong when `good` is not."""
        if not good:
            self.wrong.append(sentence)

    def faults(self) -> list[str]:
        """Every one of them; none is what a row is for."""
        counted = {name: getattr(self.findings, name) for name in Findings.__slots__}
        said = [f"{len(ids)} {name}: {', '.join(ids[:5])}" for name, ids in counted.items() if ids]
        wrong = [sentence if len(sentence) < LONG else f"{sentence[:LONG]}…" for sentence in self.wrong[:SHOWN]]
        more = [f"and {len(self.wrong) - SHOWN} more"] if len(self.wrong) > SHOWN else []
        return [*([] if self.injected else ["the fault never happened"]), *said, *wrong, *more]

    def slow(self) -> list[str]:
        return [str(each) for each in self.measured if not each.good]


@dataclass(frozen=True, slots=True)
class Row:
    """`run(stage, size)`: `size` is the number that the figure counts, at its CI size `small` or in `full`."""

    name: str
    fault: str
    run: Callable[[Stage, int], Awaitable[Outcome]]
    small: int
    full: int

    def __str__(self) -> str:
        return self.name
