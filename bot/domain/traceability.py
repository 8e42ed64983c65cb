"""What a product must do, which test cases show it, and what their results amount to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.results import BAD, Outcome

# A skipped or blocked case says nothing about its requirement.
CONCLUSIVE = BAD | {Outcome.PASSED}
_REQUIREMENT = re.compile(r"REQ-([1-9][0-9]{0,8})")
_CASE = re.compile(r"TC-([1-9][0-9]{0,8})")


class Coverage(StrEnum):
    """Of a requirement, by the newest result of each of its cases on one build."""

    NO_CASE = "no_case"
    UNTESTED = "untested"
    FAILED = "failed"
    PARTLY = "partly"
    PASSED = "passed"


class Gap(StrEnum):
    """What nothing is known of; in the order in which it is listed."""

    NO_CASE = "no_case"
    UNTESTED = "untested"
    NOT_RUN = "not_run"
    NO_REQUIREMENT = "no_requirement"
    ORPHAN = "orphan"


@dataclass(frozen=True, slots=True)
class Requirement:
    """`parent`: the key of the one that it is a part of."""

    key: str
    title: str
    component: str | None = None
    parent: str | None = None

    @property
    def number(self) -> int:
        return number_of(self.key)


@dataclass(frozen=True, slots=True)
class Case:
    """A procedure, or an automated test: `name` is what its results are found by, the key itself where nothing is
    automated. `title` "": nobody has written about it, and it goes by its name."""

    id: str
    key: str
    name: str
    title: str = ""
    steps: str | None = None
    expected: str | None = None

    @property
    def called(self) -> str:
        return self.title or self.name


def requirement_key(text: str) -> str | None:
    """In capitals; None where it is written otherwise than `REQ-7`."""
    written = text.strip().upper()
    return written if _REQUIREMENT.fullmatch(written) else None


def case_key(text: str) -> str | None:
    written = text.strip().upper()
    return written if _CASE.fullmatch(written) else None


def number_of(key: str) -> int:
    return int(key.rpartition("-")[2])


def coverage(outcomes: Sequence[Outcome | None]) -> Coverage:
    """`outcomes`: one per case, None where it was not run."""
    if not outcomes:
        return Coverage.NO_CASE
    if BAD.intersection(outcomes):
        return Coverage.FAILED
    if all(outcome is Outcome.PASSED for outcome in outcomes):
        return Coverage.PASSED
    return Coverage.PARTLY if Outcome.PASSED in outcomes else Coverage.UNTESTED


def circle(parents: Mapping[str, str], start: str) -> tuple[str, ...]:
    """The requirements of which `start` would be a part of itself, beginning and ending with it; empty where none."""
    way = [start]
    while (parent := parents.get(way[-1])) is not None:
        if parent in way:
            return (*way[way.index(parent) :], parent) if parent == start else ()
        way.append(parent)
    return ()


def in_order(keys: Iterable[str]) -> list[str]:
    """REQ-9 before REQ-10."""
    return sorted(keys, key=lambda key: (key.rpartition("-")[0], number_of(key)))
