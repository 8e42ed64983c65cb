"""What is tied to what, and what is not: a defect, a requirement, a test case, a whole release; at any instant."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from bot.domain.builds import Build, Contains, Fix, contains, match
from bot.domain.errors import NotFound, UnknownBuild
from bot.domain.nearest import nearest
from bot.domain.project import Project
from bot.domain.query import parse
from bot.domain.release import Release
from bot.domain.traceability import (
    Case,
    Gap,
    Requirement,
    case_key,
    in_order,
    requirement_key,
)
from bot.domain.values import Resolution
from bot.services.questions import Questions
from bot.services.traced import CaseRow, CaseTrace, DefectTrace, Gaps, Matrix, MatrixRow, RequirementTrace, Traced
from bot.services.tracing import Named, Result, Scope, TracedDefect
from bot.services.views import DefectView, ReleaseView

LAST_RESULTS = 8
MOST_DEFECTS, MOST_NEAR = 100, 500


def matrix(q: Questions, view: ReleaseView, at: datetime, offset: int, limit: int) -> Matrix:
    project, candidate = view.project, candidate_at(view, at)
    needed = q.traces.requirements(project.id, at, offset, limit)
    rows = rows_of(q, project, needed, candidate, at)
    return Matrix(view.release, project, candidate, at, rows, q.traces.requirement_count(project.id, at), offset)


def rows_of(
    q: Questions, project: Project, needed: Sequence[Requirement], candidate: Build | None, at: datetime
) -> tuple[MatrixRow, ...]:
    """In as many statements for a hundred as for one."""
    cases = q.traces.cases_of(project.id, [each.key for each in needed], at)
    every = {case.id: case for case in chain.from_iterable(cases.values())}
    found = q.traces.results(candidate.id, list(every), at) if candidate else {}
    targets = [*(each.key for each in needed), *(case.key for case in every.values())]
    touching = q.traces.touching(project.id, targets, at)
    return tuple(_row(each, cases.get(each.key, ()), found, touching) for each in needed)


def _row(
    requirement: Requirement,
    cases: Sequence[Case],
    found: Mapping[str, Result],
    touching: Mapping[str, Sequence[TracedDefect]],
) -> MatrixRow:
    keys = [requirement.key, *(case.key for case in cases)]
    defects = {defect.key: defect for key in keys for defect in touching.get(key, ())}
    shown = tuple(CaseRow(case, found.get(case.id)) for case in cases)
    return MatrixRow(requirement, shown, tuple(defects[key] for key in in_order(defects)))


def gaps(q: Questions, view: ReleaseView, at: datetime, offset: int, limit: int) -> Gaps:
    scope, counts = _scope(view, at), gap_counts(q, view, at)
    rows: list[tuple[Gap, Named]] = []
    begins = 0
    for gap, count in counts.items():
        skip = max(0, offset + len(rows) - begins)
        if len(rows) < limit and skip < count:
            rows += ((gap, each) for each in q.traces.gap(gap, scope, skip, limit - len(rows)))
        begins += count
    candidate = candidate_at(view, at)
    return Gaps(view.release, view.project, candidate, at, counts, tuple(_as_then(q, rows, at)), offset)


def gap_counts(q: Questions, view: ReleaseView, at: datetime) -> dict[Gap, int]:
    return q.traces.gap_counts(tuple(Gap), _scope(view, at))


def _scope(view: ReleaseView, at: datetime) -> Scope:
    release, candidate = view.release, candidate_at(view, at)
    undecided = release.shipped_at is None or release.shipped_at > at
    scopes = [release.id, release.project_id] if undecided else [release.id]
    return Scope(view.project.id, release.id, scopes, candidate.id if candidate else "", at)


def _as_then(q: Questions, rows: Sequence[tuple[Gap, Named]], at: datetime) -> list[tuple[Gap, Named]]:
    """Defects under the title that they had."""
    keys = [each.key for gap, each in rows if gap is Gap.ORPHAN]
    titles = {view.defect.key: view.defect.title for view in _defects(q, keys, at)}
    return [(gap, replace(each, title=titles.get(each.key, each.title))) for gap, each in rows]


def trace(q: Questions, project: Project, target: str, at: datetime | None) -> Traced:
    """Raises NotFound with the nearest key."""
    key, then = target.upper(), at or q.now
    if requirement_key(key):
        return _trace_requirement(q, project, key, then)
    if case_key(key):
        return _trace_case(q, project, key, then)
    return _trace_defect(q, key, at)


def _trace_requirement(q: Questions, project: Project, key: str, at: datetime) -> RequirementTrace:
    requirement = q.traces.requirement(project.id, key, at)
    if requirement is None:
        raise _not_found(q, project, "requirement", key, "REQ-")
    candidate = _candidate(q, project, at)
    row = rows_of(q, project, [requirement], candidate, at)[0]
    parent = q.traces.requirement(project.id, requirement.parent, at) if requirement.parent else None
    parts = tuple(q.traces.parts(project.id, key, at))
    defects = _defects(q, [each.key for each in row.defects], at)
    return RequirementTrace(row, parent, parts, candidate, tuple(defects))


def _trace_case(q: Questions, project: Project, key: str, at: datetime) -> CaseTrace:
    case = q.traces.case(project.id, key, at)
    if case is None:
        raise _not_found(q, project, "test case", key, "TC-")
    touching = q.traces.touching(project.id, [key], at).get(key, ())
    return CaseTrace(
        case,
        tuple(q.traces.shown_by(project.id, [case.id], at).get(case.id, ())),
        tuple(q.traces.planned_in(case.id, at)),
        tuple(q.traces.last_results(case.id, at, LAST_RESULTS)),
        tuple(_defects(q, [each.key for each in touching], at)),
    )


def _trace_defect(q: Questions, key: str, at: datetime | None) -> DefectTrace:
    view = q.defect(key)
    if at is not None:
        found = _defects(q, [view.defect.key], at)
        if not found:
            raise NotFound("defect", key)
        view = found[0]
    then, project = at or q.now, view.project
    candidate = _candidate(q, project, then, view.release)
    direct = [key for key in view.links if case_key(key)]
    named = [case for key in direct if (case := q.traces.case(project.id, key, then)) is not None]
    shown = q.traces.shown_by(project.id, [case.id for case in named], then)
    keys = {key for key in view.links if requirement_key(key)}
    keys |= {each.key for needed in shown.values() for each in needed}
    needed = [each for key in in_order(keys) if (each := q.traces.requirement(project.id, key, then)) is not None]
    found_on = q.traces.results(candidate.id, [case.id for case in named], then) if candidate else {}
    return DefectTrace(
        view,
        tuple(_holds(view, then)),
        rows_of(q, project, needed, candidate, then),
        tuple(CaseRow(case, found_on.get(case.id)) for case in named),
        tuple(key for key in view.links if key not in {*_keys(needed), *_keys(named)}),
        candidate,
    )


def _keys(found: Iterable[Requirement | Case]) -> list[str]:
    return [each.key for each in found]


def _not_found(q: Questions, project: Project, kind: str, key: str, begins: str) -> NotFound:
    known = q.traces.offered(project.id, begins, MOST_NEAR)
    return NotFound(kind, key, nearest(key, [each.key for each in known]))


def _holds(view: DefectView, at: datetime) -> list[tuple[Build, Contains]]:
    """The newest first."""
    defect = view.defect
    if defect.resolution is not Resolution.FIXED:
        return []
    fix = Fix(view.fixed_in, defect.fix_commit, defect.release_id)
    builds = [build for build in view.builds if build.registered_at <= at]
    return [(build, contains(build, fix, builds)) for build in reversed(builds)]


def on_build(traced: DefectTrace, name: str) -> DefectTrace:
    """What is said of that build alone; of a defect without a fix there is nothing to say of any. Raises UnknownBuild
    with the nearest."""
    if not traced.holds:
        return traced
    builds = [build for build, _ in traced.holds]
    meant = match(name, builds)
    if meant is None:
        near, release = nearest(name, [build.name for build in builds]), traced.view.release
        raise UnknownBuild("build", name, near or builds[0].name, release.name if release else None)
    return replace(traced, holds=tuple(each for each in traced.holds if each[0].id == meant.id))


def candidate_at(view: ReleaseView, at: datetime) -> Build | None:
    then = view.as_of(at).release
    return then.candidate([build for build in view.builds if build.registered_at <= at])


def _candidate(q: Questions, project: Project, at: datetime, release: Release | None = None) -> Build | None:
    """Of that release, else of the one that ships next."""
    try:
        view = q.release_by_id(release.id) if release else q.release(None, project)
    except NotFound:
        return None
    return candidate_at(view, at)


def _defects(q: Questions, keys: Sequence[str], at: datetime) -> list[DefectView]:
    """As they were then, in the order of their keys; of very many the first. Now is read from the rows."""
    if not keys:
        return []
    shown = keys[:MOST_DEFECTS]
    found = q.matching(parse(f"key:{'|'.join(shown)} sort:key"), None, limit=len(shown), at=at if at < q.now else None)
    return list(found.items)
