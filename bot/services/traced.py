"""What a trace shows: one key with what it touches, or a page of a release's matrix or gaps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.builds import Build, Contains
from bot.domain.project import Project
from bot.domain.release import Release
from bot.domain.traceability import Case, Coverage, Gap, Requirement, coverage
from bot.services.tracing import Named, Result, TracedDefect
from bot.services.views import DefectView


@dataclass(frozen=True, slots=True)
class CaseRow:
    """`result`: its newest on the candidate, None where it was not run on it."""

    case: Case
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """`defects`: linked to the requirement or to one of its cases."""

    requirement: Requirement
    cases: tuple[CaseRow, ...] = ()
    defects: tuple[TracedDefect, ...] = ()

    @property
    def coverage(self) -> Coverage:
        return coverage([row.result.outcome if row.result else None for row in self.cases])


@dataclass(frozen=True, slots=True)
class Matrix:
    """One page of it. `candidate`: the newest build of then."""

    release: Release
    project: Project
    candidate: Build | None
    at: datetime
    rows: tuple[MatrixRow, ...]
    total: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Gaps:
    """One page of all kinds, in their order; `counts` of all that there are."""

    release: Release
    project: Project
    candidate: Build | None
    at: datetime
    counts: Mapping[Gap, int]
    rows: tuple[tuple[Gap, Named], ...]
    offset: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class DefectTrace:
    """`holds`: does each build of its release, or its fix's, hold the fix, the newest first; empty while nothing is
    fixed. `others`: links to what is neither a known requirement nor a known test case."""

    view: DefectView
    holds: tuple[tuple[Build, Contains], ...] = ()
    rows: tuple[MatrixRow, ...] = ()
    cases: tuple[CaseRow, ...] = ()
    others: tuple[str, ...] = ()
    candidate: Build | None = None


@dataclass(frozen=True, slots=True)
class RequirementTrace:
    row: MatrixRow
    parent: Requirement | None = None
    parts: tuple[Requirement, ...] = ()
    candidate: Build | None = None
    defects: tuple[DefectView, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseTrace:
    case: Case
    requirements: tuple[Requirement, ...] = ()
    planned_in: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    defects: tuple[DefectView, ...] = field(default=())


Traced = DefectTrace | RequirementTrace | CaseTrace
