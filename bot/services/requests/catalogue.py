"""What a file says of requirements and test cases, line by line. None: the file has no such column."""

from dataclasses import dataclass

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """`cases`: all that show it is met; "" clears an optional text."""

    line: int
    key: str
    title: str | None = None
    component: str | None = None
    parent: str | None = None
    cases: Keys | None = None
    retired: str = ""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """`name`: what an automated test's results are found by. `requirements`: all that it shows to be met;
    `releases`: all undecided ones whose plan it is in."""

    line: int
    key: str
    title: str | None = None
    name: str | None = None
    steps: str | None = None
    expected: str | None = None
    requirements: Keys | None = None
    releases: Keys | None = None
    retired: str = ""


@dataclass(frozen=True, slots=True)
class ImportRequirements:
    """`project`: its prefix, None the one that serves unbound channels. `checksum`: the SHA-256 of the file.
    `dry`: nothing is kept, everything is told."""

    lines: tuple[RequirementLine, ...]
    checksum: str
    project: str | None = None
    dry: bool = False


@dataclass(frozen=True, slots=True)
class ImportCases:
    lines: tuple[CaseLine, ...]
    checksum: str
    project: str | None = None
    dry: bool = False
