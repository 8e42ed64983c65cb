"""Requirements and test cases from a file: every line is judged first, then all of it is kept or nothing."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.domain.errors import Missing, NotFound, RefusedLine, RefusedLines
from bot.domain.events import Event, Kind, Scalar, Subject
from bot.domain.nearest import nearest
from bot.domain.project import Project, in_use
from bot.domain.traceability import Case, Requirement
from bot.services import judging
from bot.services.catalogue import Pair
from bot.services.ports import UnitOfWork
from bot.services.requests import CaseLine, ImportCases, ImportRequirements, RequirementLine

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class ImportTold:
    """How many were new, changed, unchanged, retired; ties between requirements and cases, and places in plans."""

    project: Project
    what: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0
    tied: int = 0
    untied: int = 0
    planned: int = 0
    unplanned: int = 0
    dry: bool = False

    @property
    def anything(self) -> bool:
        return any((self.new, self.changed, self.retired, self.tied, self.untied, self.planned, self.unplanned))


def import_requirements(uow: UnitOfWork, request: ImportRequirements) -> ImportTold:
    """Raises NotFound on an unknown project, RefusedLines."""
    project = _project(uow, request.project)
    known, cases = uow.catalogue.requirements(project.id), uow.catalogue.cases(project.id)
    _judged(request.lines, judging.requirements(request.lines, known, cases))
    put = {line.key: _requirement(line, known.get(line.key)) for line in request.lines if not line.retired}
    gone = {line.key for line in request.lines if line.retired}
    changed = [each for each in put.values() if known.get(each.key) != each]
    ties = {line.key: {cases[key].id for key in line.cases} for line in request.lines if line.cases is not None}
    before = uow.catalogue.pairs(project.id)
    after = {pair for pair in before if pair[0] not in ties.keys() | gone}
    after |= {(key, case) for key, shown in ties.items() if key not in gone for case in shown}
    told = replace(_told(project, "requirements", put, known, changed, gone), dry=request.dry)
    told = replace(told, tied=len(after - before), untied=len(before - after))
    if not request.dry:
        uow.catalogue.put_requirements(project.id, changed)
        uow.catalogue.retire_requirements(project.id, gone)
        _tie(uow, project, before, after)
        _log(uow, Kind.REQUIREMENTS_IMPORTED, told, request.checksum)
    return told


def import_cases(uow: UnitOfWork, request: ImportCases) -> ImportTold:
    """Raises NotFound on an unknown project, RefusedLines."""
    project = _project(uow, request.project)
    known, needed = uow.catalogue.cases(project.id), uow.catalogue.requirements(project.id)
    releases = {each.name: each.id for each in uow.releases.of_project(project.id) if each.undecided}
    _judged(request.lines, judging.cases(request.lines, known, needed, releases))
    put = {line.key: _case(uow, line, known.get(line.key)) for line in request.lines if not line.retired}
    gone = {known[line.key].id for line in request.lines if line.retired and line.key in known}
    changed = [each for each in put.values() if known.get(each.key) != each]
    ids = {key: case.id for key, case in {**known, **put}.items()}
    tying = [line for line in request.lines if line.requirements is not None and not line.retired]
    ties = {ids[line.key]: set(line.requirements or ()) for line in tying}
    before = uow.catalogue.pairs(project.id)
    after = {pair for pair in before if pair[1] not in ties.keys() | gone}
    after |= {(key, case) for case, shows in ties.items() if case not in gone for key in shows}
    told = replace(_told(project, "cases", put, known, changed, gone), dry=request.dry)
    told = replace(told, tied=len(after - before), untied=len(before - after))
    plans = {releases[name]: _plan(uow, releases[name], name, request.lines, ids, gone) for name in releases}
    more, fewer = (sum(len(plan[place]) for plan in plans.values()) for place in (0, 1))
    told = replace(told, planned=more, unplanned=fewer)
    if not request.dry:
        uow.catalogue.put_cases(project.id, changed, known)
        uow.catalogue.retire_cases(gone)
        _tie(uow, project, before, after)
        for release_id, (begun, ended) in plans.items():
            uow.catalogue.plan(release_id, begun)
            uow.catalogue.unplan(release_id, ended)
        _log(uow, Kind.CASES_IMPORTED, told, request.checksum)
    return told


def _project(uow: UnitOfWork, prefix: str | None) -> Project:
    if prefix is None:
        if len(in_use(uow.projects.all(), lambda project: uow.releases.of_project(project.id))) > 1:
            raise Missing("project", "countersign import")
        return uow.projects.for_channel(uow.context.channel)
    found = uow.projects.of_prefix(prefix)
    if found is None:
        raise NotFound("project", prefix, nearest(prefix.upper(), [each.prefix for each in uow.projects.all()]))
    return found


def _judged(lines: Sequence[object], refused: Iterator[RefusedLine]) -> None:
    found = tuple(sorted(refused, key=lambda each: each.line))
    if found:
        raise RefusedLines(found, len(lines))


def _requirement(line: RequirementLine, known: Requirement | None) -> Requirement:
    """What the file has no column for stays as it is."""
    base = known or Requirement(line.key, "")
    return replace(
        base,
        title=_said(line.title, base.title) or base.title,
        component=_said(line.component, base.component),
        parent=_said(line.parent, base.parent),
    )


def _case(uow: UnitOfWork, line: CaseLine, known: Case | None) -> Case:
    base = known or Case(uow.new_id(), line.key, line.key)
    return replace(
        base,
        name=line.name or base.name,
        title=_said(line.title, base.title) or base.title,
        steps=_said(line.steps, base.steps),
        expected=_said(line.expected, base.expected),
    )


def _said(new: str | None, old: str | None) -> str | None:
    return old if new is None else new or None


def _told(
    project: Project,
    what: str,
    put: Mapping[str, object],
    known: Mapping[str, V],
    changed: Sequence[object],
    gone: Collection[str],
) -> ImportTold:
    new = len(put.keys() - known.keys())
    return ImportTold(project, what, new, len(changed) - new, len(put) - len(changed), len(gone))


def _plan(
    uow: UnitOfWork,
    release_id: str,
    name: str,
    lines: Iterable[CaseLine],
    ids: Mapping[str, str],
    gone: Collection[str],
) -> tuple[set[str], set[str]]:
    """What comes into the release's plan, and what leaves it."""
    said = {ids[line.key]: name in line.releases for line in lines if line.releases is not None and line.key in ids}
    before = uow.catalogue.planned(release_id)
    begun = {case for case, planned in said.items() if planned} - before - set(gone)
    return begun, {case for case in before if not said.get(case, True) or case in gone}


def _tie(uow: UnitOfWork, project: Project, before: Collection[Pair], after: Collection[Pair]) -> None:
    uow.catalogue.part(project.id, set(before) - set(after))
    uow.catalogue.pair(project.id, set(after) - set(before))


def _log(uow: UnitOfWork, kind: Kind, told: ImportTold, checksum: str) -> None:
    """One event for the whole file, none where it changed nothing."""
    counts = ("new", "changed", "retired", "tied", "untied", "planned", "unplanned")
    facts: dict[str, Scalar] = {name: getattr(told, name) for name in counts}
    if told.anything:
        uow.log.append(Event(kind, Subject.PROJECT, told.project.id, {}, {**facts, "file": checksum}))
