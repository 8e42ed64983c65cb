"""The table that a bench prints: what was measured beside what it should be."""

import os
import platform
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """`value` and `target` in `unit`; at most `target` is good, or `at_least` that. `target` None: for information."""

    what: str
    value: float
    unit: str
    target: float | None = None
    note: str = ""
    at_least: bool = False

    @property
    def good(self) -> bool:
        if self.target is None:
            return True
        return self.value >= self.target if self.at_least else self.value <= self.target

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        target = f"{sign} {self.target:g} {self.unit}" if self.target is not None else ""
        mark = "" if self.target is None else "ok" if self.good else "MISSED"
        return f"{self.what:<66}{self.value:>10.2f} {self.unit:<3}{target:>14}  {mark:<7}{self.note}".rstrip()


@dataclass
class Table:
    lines: list[Line] = field(default_factory=list)

    def add(
        self, what: str, value: float, unit: str, target: float | None = None, note: str = "", *, at_least: bool = False
    ) -> None:
        line = Line(what, value, unit, target, note, at_least)
        self.lines.append(line)
        print(line, flush=True)

    @property
    def missed(self) -> int:
        return sum(not line.good for line in self.lines)


def machine() -> str:
    cores = os.cpu_count()
    system = f"{platform.system()} {platform.release()}"
    return f"{platform.machine()}, {cores} cores, Python {platform.python_version()}, {system}"
