"""Does the build contain the fix?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Characters of a commit's hash.
SHORTEST = 6


class Contains(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Build:
    """Immutable; `ordinal` is its place in its release by registration, from 1. `commits`: those it holds, and those
    that it holds again since a revert of them was reverted. `reverted_by`: what it takes back, with the commit that
    says so, where one does."""

    id: str
    release_id: str
    name: str
    ordinal: int
    registered_at: datetime
    commits: frozenset[str] = frozenset()
    reverts: frozenset[str] = frozenset()
    reverted_by: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Fix:
    """`fixed_in` None means the next build, which has not arrived: of `awaited_in`, or of any release when None."""

    fixed_in: Build | None
    commit: str | None = None
    awaited_in: str | None = None


def contains(build: Build, fix: Fix, earlier: Sequence[Build] = ()) -> Contains:
    """Commits decide first, then the order of builds within one release.

    `earlier`: the builds of `build`'s release; a later one's word on a commit beats an earlier one's.
    """
    by_commit = _by_commit(build, fix.commit, earlier) if fix.commit else None
    if by_commit is not None:
        return by_commit
    release_id = fix.fixed_in.release_id if fix.fixed_in else fix.awaited_in or build.release_id
    if release_id != build.release_id:
        return Contains.UNKNOWN
    if fix.fixed_in is None:
        return Contains.NO
    return Contains.YES if build.ordinal >= fix.fixed_in.ordinal else Contains.NO


def may_hold(builds: Sequence[Build], fix: Fix) -> bool:
    """Somebody can verify the fix on the newest of `builds`, which are in order: it holds it, or nobody can know."""
    return bool(builds) and contains(builds[-1], fix, builds) is not Contains.NO


def _by_commit(build: Build, commit: str, earlier: Sequence[Build]) -> Contains | None:
    same_release = [b for b in earlier if b.release_id == build.release_id and b.ordinal < build.ordinal]
    for candidate in [build, *sorted(same_release, key=lambda b: b.ordinal, reverse=True)]:
        if _names(candidate.reverts, commit):
            return Contains.NO
        if _names(candidate.commits, commit):
            return Contains.YES
    return None


def _names(shas: Iterable[str], commit: str) -> bool:
    return any(same_commit(sha, commit) for sha in shas)


def same_commit(one: str, other: str) -> bool:
    """People write seven characters, CI writes forty; fewer than SHORTEST say nothing."""
    shared = min(len(one), len(other))
    return shared >= SHORTEST and one[:shared].lower() == other[:shared].lower()


def match(name: str, builds: Sequence[Build]) -> Build | None:
    """The build of that name, or the only one that ends in `-name` or `.name` (`rc3` means `2.4.0-rc3`)."""
    wanted = name.lower()
    for build in builds:
        if build.name.lower() == wanted:
            return build
    ending = [b for b in builds if b.name.lower().endswith(("-" + wanted, "." + wanted, "+" + wanted))]
    return ending[0] if len(ending) == 1 else None
