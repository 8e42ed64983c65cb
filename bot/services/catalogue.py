"""What the store keeps of requirements, test cases, their links and the plans of releases: as they are now, to be
changed. What was true at an instant is asked of `bot.services.tracing`."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from bot.domain.traceability import Case, Requirement

# A requirement's key, a case's id.
Pair = tuple[str, str]


class Catalogue(Protocol):
    """Whatever ends here stays known of the time that it held."""

    def requirements(self, project_id: str) -> dict[str, Requirement]:
        """By key."""
        ...

    def cases(self, project_id: str) -> dict[str, Case]:
        """By key; those too that only a test run brought."""
        ...

    def case(self, project_id: str, key: str) -> Case | None: ...

    def pairs(self, project_id: str) -> frozenset[Pair]:
        """Which case shows which requirement."""
        ...

    def planned(self, release_id: str) -> frozenset[str]:
        """The ids of the cases that must run."""
        ...

    def put_requirements(self, project_id: str, changed: Iterable[Requirement]) -> None: ...

    def retire_requirements(self, project_id: str, keys: Collection[str]) -> None: ...

    def put_cases(self, project_id: str, changed: Iterable[Case], known: Mapping[str, Case]) -> None:
        """`known` as `cases` told them. What test runs bring later is numbered after them."""
        ...

    def retire_cases(self, ids: Collection[str]) -> None:
        """What a test run reports of them is kept all the same."""
        ...

    def pair(self, project_id: str, pairs: Collection[Pair]) -> None: ...

    def part(self, project_id: str, pairs: Collection[Pair]) -> None: ...

    def plan(self, release_id: str, ids: Collection[str]) -> None: ...

    def unplan(self, release_id: str, ids: Collection[str]) -> None: ...


class Hands(Protocol):
    """Whoever runs cases by hand has one at a time, for a while."""

    def take(self, release_id: str, build_id: str, person: str, after: Case | None) -> Case | None:
        """The next case of the plan that has no result on this build and that nobody else has in hand: the first
        behind `after`, else the first of all. None: none is left."""
        ...

    def put_back(self, build_id: str, case_id: str) -> None: ...

    def left(self, release_id: str, build_id: str) -> tuple[int, int]:
        """How many are planned, and how many of them have no result on this build."""
        ...
