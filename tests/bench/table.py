"""The table that a bench prints: what was measured beside what it should be."""

import os
import platform
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """`value` and `target` in `unit`; at most `target` is good. `target` None: for information."""

    what: str
    value: float
    unit: str
    target: float | None = None
    note: str = ""

    @property
    def good(self) -> bool:
        return self.target is None or self.value <= self.target

    def __str__(self) -> str:
        target = f"<= {self.target:g} {self.unit}" if self.target is not None else ""
        mark = "" if self.target is None else "ok" if self.good else "MISSED"
        return f"{self.what:<66}{self.value:>10.2f} {self.unit:<3}{target:>14}  {mark:<7}{self.note}".rstrip()


@dataclass
class Table:
    lines: list[Line] = field(default_factory=list)

    def add(self, what: str, value: float, unit: str, target: float | None = None, note: str = "") -> None:
        line = Line(what, value, unit, target, note)
        self.lines.append(line)
        print(line, flush=True)

    @property
    def missed(self) -> int:
        return sum(not line.good for line in self.lines)


def machine() -> str:
    cores = os.cpu_count()
    system = f"{platform.system()} {platform.release()}"
    return f"{platform.machine()}, {cores} cores, Python {platform.python_version()}, {system}"
