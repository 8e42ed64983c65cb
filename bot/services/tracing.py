"""What a reader may ask of requirements, test cases and what ties them. `at` is any instant, now among them: everything
is then what it was at it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.results import Outcome
from bot.domain.traceability import Case, Gap, Requirement


@dataclass(frozen=True, slots=True)
class Named:
    """A requirement, a test case or a defect, as a list shows it."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Result:
    """Of one case in one run. `by`: who recorded it by hand."""

    outcome: Outcome
    build: str
    at: datetime
    flaky: bool = False
    by: str | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class TracedDefect:
    key: str
    status: str
    severity: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What gaps are looked for in. `scopes`: the release, and its project while that is undecided: whatever counts in
    either counts. `build_id` "": there is no candidate."""

    project_id: str
    release_id: str
    scopes: Sequence[str]
    build_id: str
    at: datetime


class Traces(Protocol):
    def offered(self, project_id: str, typed: str, limit: int) -> list[Named]:
        """Whose key begins so or whose title holds these words: requirements, then test cases, by number."""
        ...

    def requirements(self, project_id: str, at: datetime, offset: int, limit: int) -> list[Requirement]:
        """By number."""
        ...

    def requirement_count(self, project_id: str, at: datetime) -> int: ...

    def judged_count(self, project_id: str, at: datetime) -> int:
        """All requirements but those that are only made of others: these are as tested as the others are."""
        ...

    def requirement(self, project_id: str, key: str, at: datetime) -> Requirement | None: ...

    def parts(self, project_id: str, key: str, at: datetime) -> list[Requirement]: ...

    def case(self, project_id: str, key: str, at: datetime) -> Case | None: ...

    def cases_of(self, project_id: str, keys: Collection[str], at: datetime) -> dict[str, list[Case]]:
        """Requirement's key -> the cases that show it, by number."""
        ...

    def shown_by(self, project_id: str, case_ids: Collection[str], at: datetime) -> dict[str, list[Requirement]]:
        """Case's id -> the requirements that it shows."""
        ...

    def results(self, build_id: str, case_ids: Collection[str], at: datetime) -> dict[str, Result]:
        """Case's id -> its newest result on that build."""
        ...

    def last_results(self, case_id: str, at: datetime, limit: int) -> list[Result]:
        """On whatever builds, the newest first."""
        ...

    def touching(self, project_id: str, targets: Collection[str], at: datetime) -> dict[str, list[TracedDefect]]:
        """Key of a requirement or a case -> the defects of the project that are linked to it, the oldest first."""
        ...

    def planned_in(self, case_id: str, at: datetime) -> list[str]:
        """The names of releases."""
        ...

    def planned_count(self, release_id: str, at: datetime) -> int:
        """How many cases its test plan has."""
        ...

    def gap_counts(self, gaps: Sequence[Gap], scope: Scope) -> dict[Gap, int]:
        """All in one statement: what several kinds ask of the candidate's results is found out once."""
        ...

    def gap(self, gap: Gap, scope: Scope, offset: int, limit: int) -> list[Named]: ...
