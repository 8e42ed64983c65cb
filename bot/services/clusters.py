"""What the store keeps of failures that say the same: the clusters of a test run, and where it is told of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.services.records import Place

# What a cluster keeps of its cases; what is beyond is counted.
KEYS = 50
# Clusters of one message: each is a section of at most some 600 characters.
PER_MESSAGE = 10


class Fate(StrEnum):
    """What became of a cluster; of a candidate nothing yet."""

    KNOWN = "known"  # the defect was on record
    REOPENED = "reopened"  # it was verified, and is not fixed after all
    FILED = "filed"  # from this cluster, or from one that says the same


@dataclass(frozen=True, slots=True)
class Cluster:
    """`said`: its error, normalised; `error`: as the first case reported it. `cases` counts them, `keys` are those of
    the first KEYS."""

    id: str
    project_id: str
    run_id: str
    place: int
    fingerprint: str
    said: str
    error: str
    cases: int
    keys: tuple[str, ...]
    defect_id: str | None = None
    fate: Fate | None = None


@dataclass(frozen=True, slots=True)
class Tested:
    """Where a run was: names of its build and release, and its own."""

    project_id: str
    build: str
    release: str
    run: str


class ReadClusters(Protocol):
    def failing(self, run_id: str) -> Mapping[int, str]:
        """The key of the test case by the place in the run, of those that are bad; of a run that is staged, too."""
        ...

    def linked(self, project_id: str, keys: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """The project's defects that these test cases are linked to, by the case's key."""
        ...

    def remembered(self, project_id: str, fingerprints: Collection[str]) -> Mapping[str, str]:
        """The defect that an earlier failure with that fingerprint belongs to, the newest that is not denied."""
        ...

    def denied(self, project_id: str, fingerprints: Collection[str]) -> Mapping[str, frozenset[str]]:
        """The defects of which somebody said that failures with that fingerprint are not theirs."""
        ...

    def cluster(self, cluster_id: str) -> Cluster:
        """Raises NotFound."""
        ...

    def shown(self, run_id: str, part: int) -> list[Cluster]:
        """Those of one message, parts counted from 1."""
        ...

    def tested(self, run_id: str) -> Tested: ...

    def names(self, project_id: str, keys: Collection[str]) -> Mapping[str, str]:
        """What the test cases are called, by key."""
        ...

    def message(self, run_id: str, part: int) -> Place | None: ...


class Clusters(ReadClusters, Protocol):
    def add(self, clusters: Sequence[Cluster]) -> None:
        """Nobody sees them before their run is published."""
        ...

    def belongs(self, cluster_ids: Collection[str], defect_id: str, fate: Fate) -> None: ...

    def take(self, cluster: Cluster, defect_id: str) -> bool:
        """Whatever says the same and belongs to no defect is filed as this one, though it was parted from it before;
        False when somebody was faster."""
        ...

    def part(self, cluster: Cluster, defect_id: str) -> list[Cluster]:
        """Whatever says the same and was counted under that defect, as it was; nothing when somebody was faster. What
        was filed as it stays, and tells of the past."""
        ...

    def rejoin(self, cluster: Cluster, defect_id: str) -> None:
        """As before `part`, but for what belongs to another defect by now."""
        ...

    def told_of(self, project_id: str, fingerprint: str, most: int) -> list[tuple[str, int]]:
        """Run and part of the messages that show such a cluster, the newest first."""
        ...

    def unsteady(self, build_id: str, keys: Collection[str], project_id: str) -> frozenset[str]:
        """Of these test cases those that failed and then passed on that build."""
        ...

    def posted(self, run_id: str, part: int, place: Place) -> None: ...
