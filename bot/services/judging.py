"""Lines of a file, each with what is wrong with it: all of them at once, so that nobody mends one after the other."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from bot.domain.errors import RefusedLine
from bot.domain.nearest import nearest
from bot.domain.traceability import Case, Requirement, case_key, circle, requirement_key
from bot.services.requests import CaseLine, RequirementLine

YES, NO = frozenset({"yes", "true", "1", "x"}), frozenset({"", "no", "false", "0"})
# The most characters of a column.
LONGEST = {"title": 250, "component": 100, "name": 2000, "steps": 10_000, "expected": 10_000}


class _Line(Protocol):
    @property
    def line(self) -> int: ...
    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str | None: ...


def requirements(
    lines: Sequence[RequirementLine], known: Mapping[str, Requirement], cases: Mapping[str, Case]
) -> Iterator[RefusedLine]:
    yield from _keys(lines, "requirement", requirement_key)
    yield from _titles(lines, known)
    parents = _parents(lines, known)
    retired = {line.key for line in lines if line.retired}
    existing = (known.keys() | {line.key for line in lines}) - retired
    parts = {parent: key for key, parent in parents.items() if key not in retired}
    for line in lines:
        if line.retired and line.key in parts:
            yield RefusedLine(line.line, "has_parts", line.key, parts[line.key])
        yield from _long(line, ("title", "component"))
        yield from _unknown(line, line.cases or (), cases, "case")
        if line.parent and not line.retired:
            yield from _unknown(line, (line.parent,), existing, "requirement")
            if round_ := circle(parents, line.key):
                yield RefusedLine(line.line, "circle", line.key, " > ".join(round_))


def cases(
    lines: Sequence[CaseLine],
    known: Mapping[str, Case],
    needed: Mapping[str, Requirement],
    releases: Collection[str],
) -> Iterator[RefusedLine]:
    yield from _keys(lines, "case", case_key)
    yield from _titles(lines, {key: case for key, case in known.items() if case.title})
    yield from _names(lines, known)
    for line in lines:
        yield from _long(line, ("title", "name", "steps", "expected"))
        yield from _unknown(line, line.requirements or (), needed, "requirement")
        yield from _unknown(line, line.releases or (), releases, "release")


def _keys(lines: Iterable[_Line], what: str, read: object) -> Iterator[RefusedLine]:
    assert callable(read)
    first: dict[str, int] = {}
    for line in lines:
        if read(line.key) is None:
            yield RefusedLine(line.line, f"bad_{what}", line.key)
        elif line.key in first:
            yield RefusedLine(line.line, "twice", line.key, str(first[line.key]))
        first.setdefault(line.key, line.line)


def _titles(lines: Iterable[RequirementLine | CaseLine], known: Collection[str]) -> Iterator[RefusedLine]:
    """What is new needs one, and nobody takes one away."""
    for line in lines:
        if not line.retired and not line.title and (line.title is not None or line.key not in known):
            yield RefusedLine(line.line, "no_title", line.key)


def _names(lines: Iterable[CaseLine], known: Mapping[str, Case]) -> Iterator[RefusedLine]:
    """Results find a case by its name, so no two may share one."""
    told = {line.key for line in lines if line.name}
    owners = {case.name: key for key, case in known.items() if key not in told}
    for line in lines:
        if line.name and (owner := owners.setdefault(line.name, line.key)) != line.key:
            yield RefusedLine(line.line, "name_taken", line.name, owner)


def _long(line: object, columns: Iterable[str]) -> Iterator[RefusedLine]:
    for column in columns:
        if len(getattr(line, column) or "") > LONGEST[column]:
            yield RefusedLine(line.line, "too_long", column, str(LONGEST[column]))  # type: ignore[attr-defined]


def _unknown(line: _Line, wanted: Iterable[str], known: Collection[str], what: str) -> Iterator[RefusedLine]:
    for word in wanted:
        if word not in known:
            yield RefusedLine(line.line, f"unknown_{what}", word, nearest(word, known) or "")


def _parents(lines: Iterable[RequirementLine], known: Mapping[str, Requirement]) -> dict[str, str]:
    """As they would be."""
    parents = {key: each.parent for key, each in known.items()}
    parents |= {line.key: line.parent or None for line in lines if line.parent is not None}
    return {key: parent for key, parent in parents.items() if parent}
