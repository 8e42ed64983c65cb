"""Requirements, test cases and what ties them, at an instant."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, or_, select

from bot.domain.results import BAD, Outcome
from bot.domain.traceability import Case, Gap, Requirement
from bot.services.tracing import Named, Result, Scope, TracedDefect
from storage import dated
from storage.catalogue import CASE, WRITTEN, case_from, requirement_from
from storage.questions.gaps import JUDGED, PAGES, RUN, SEEN, TITLE, VERSION, counted
from storage.tables import (
    builds,
    case_links,
    case_versions,
    defect_versions,
    defects,
    executions,
    link_versions,
    planned_cases,
    releases,
    requirements,
    test_cases,
    test_runs,
)
from storage.tenant import TEAM, Tenant, param

_PROJECT, _LIMIT, _KEY = param("project"), param("limit_"), param("key_")
_KEYS, _IDS = param("keys", expanding=True), param("ids", expanding=True)

_REQUIREMENTS = (
    select(requirements)
    .where(dated.holds(requirements), requirements.c.project_id == _PROJECT)
    .order_by(requirements.c.number)
)
_PAGE = _REQUIREMENTS.offset(param("skip")).limit(_LIMIT)
_NUMBER_OF = select(func.count()).where(dated.holds(requirements), requirements.c.project_id == _PROJECT)
_REQUIREMENT = _REQUIREMENTS.where(requirements.c.key == _KEY)
_PARTS = _REQUIREMENTS.where(requirements.c.parent == _KEY)
_CASES = (
    select(*CASE, *WRITTEN, test_cases.c.number)
    .outerjoin(case_versions, VERSION)
    .outerjoin(test_runs, RUN)
    .where(test_cases.c.team_id == TEAM, test_cases.c.project_id == _PROJECT, SEEN)
)
_ONE_CASE = _CASES.where(test_cases.c.key == _KEY)
_TIES = and_(dated.holds(case_links), case_links.c.project_id == _PROJECT)
_CASES_OF = (
    select(case_links.c.requirement, *CASE, *WRITTEN, test_cases.c.number)
    .join(test_cases, and_(test_cases.c.team_id == TEAM, test_cases.c.id == case_links.c.case_id))
    .outerjoin(case_versions, VERSION)
    .where(_TIES, case_links.c.requirement.in_(_KEYS))
)
_SHOWN_BY = (
    select(case_links.c.case_id, requirements)
    .join(requirements, requirements.c.key == case_links.c.requirement)
    .where(dated.holds(requirements), requirements.c.project_id == _PROJECT, _TIES, case_links.c.case_id.in_(_IDS))
)
_RESULT = (
    executions.c.case_id,
    executions.c.outcome,
    executions.c.flaky,
    executions.c.message,
    test_runs.c.published_at,
    test_runs.c.by,
    builds.c.name,
)
_RESULTS = (
    select(*_RESULT)
    .select_from(executions)
    .join(test_runs, and_(test_runs.c.team_id == TEAM, test_runs.c.id == executions.c.run_id))
    .join(builds, and_(builds.c.team_id == TEAM, builds.c.id == executions.c.build_id))
    .where(executions.c.team_id == TEAM, test_runs.c.published_at <= param("at"))
)
_ON_BUILD = _RESULTS.where(executions.c.case_id.in_(_IDS), executions.c.build_id == param("build")).order_by(
    test_runs.c.published_at, test_runs.c.id
)
_LAST = (
    _RESULTS.where(executions.c.case_id == param("case_"))
    .order_by(test_runs.c.published_at.desc(), test_runs.c.id.desc())
    .limit(_LIMIT)
)
# Three short questions instead of a join: of that, a planner with statistics begins at all defects there are.
_LINKED = select(link_versions.c.target, link_versions.c.defect_id).where(
    dated.holds(link_versions), link_versions.c.target.in_(_KEYS)
)
_KEYS_OF = select(defects.c.id, defects.c.key, defects.c.project_id).where(
    defects.c.team_id == TEAM, defects.c.id.in_(_IDS)
)
_STOOD = select(defect_versions.c.defect_id, defect_versions.c.status, defect_versions.c.severity).where(
    dated.holds(defect_versions), defect_versions.c.defect_id.in_(_IDS)
)
_PLANNED_IN = (
    select(releases.c.name)
    .join(planned_cases, planned_cases.c.release_id == releases.c.id)
    .where(releases.c.team_id == TEAM, dated.holds(planned_cases), planned_cases.c.case_id == param("case_"))
    .order_by(releases.c.created_at)
)
_BEGINS, _HOLDS = param("begins"), param("holds")
_OFFERED = _REQUIREMENTS.where(
    or_(requirements.c.key.like(_BEGINS, escape="\\"), requirements.c.title_key.like(_HOLDS, escape="\\"))
).limit(_LIMIT)
_OFFERED_CASES = (
    _CASES.with_only_columns(test_cases.c.key, TITLE)
    .where(
        or_(
            test_cases.c.key.like(_BEGINS, escape="\\"),
            case_versions.c.title_key.like(_HOLDS, escape="\\"),
            func.lower(test_cases.c.name).like(_HOLDS, escape="\\"),
        )
    )
    .order_by(test_cases.c.number)
    .limit(_LIMIT)
)
_SPECIAL = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})
_PLANNED = (
    select(func.count())
    .select_from(planned_cases)
    .where(dated.holds(planned_cases), planned_cases.c.release_id == param("release"))
)


class SqlTraces:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def offered(self, project_id: str, typed: str, limit: int) -> list[Named]:
        key = typed.strip().upper().translate(_SPECIAL)
        asked: dict[str, Any] = {"project": project_id, "at": self._tenant.now, "begins": f"{key}%"}
        asked["holds"] = f"%{typed.strip().casefold().translate(_SPECIAL)}%"
        found: list[Named] = []
        for statement in (_OFFERED, _OFFERED_CASES):
            rows = self._tenant.all(statement, limit_=limit - len(found), **asked)
            found += [Named(row.key, row.title) for row in rows]
        return found

    def requirements(self, project_id: str, at: datetime, offset: int, limit: int) -> list[Requirement]:
        rows = self._tenant.all(_PAGE, project=project_id, at=at, skip=offset, limit_=limit)
        return [requirement_from(row) for row in rows]

    def requirement_count(self, project_id: str, at: datetime) -> int:
        row = self._tenant.first(_NUMBER_OF, project=project_id, at=at)
        return row[0] if row else 0

    def judged_count(self, project_id: str, at: datetime) -> int:
        row = self._tenant.first(JUDGED, project=project_id, at=at)
        return row[0] if row else 0

    def requirement(self, project_id: str, key: str, at: datetime) -> Requirement | None:
        row = self._tenant.first(_REQUIREMENT, project=project_id, key_=key, at=at)
        return requirement_from(row) if row else None

    def parts(self, project_id: str, key: str, at: datetime) -> list[Requirement]:
        return [requirement_from(row) for row in self._tenant.all(_PARTS, project=project_id, key_=key, at=at)]

    def case(self, project_id: str, key: str, at: datetime) -> Case | None:
        row = self._tenant.first(_ONE_CASE, project=project_id, key_=key, at=at)
        return case_from(row) if row else None

    def cases_of(self, project_id: str, keys: Collection[str], at: datetime) -> dict[str, list[Case]]:
        found: dict[str, list[Case]] = {}
        for row in sorted(self._tenant.all_in(_CASES_OF, "keys", keys, project=project_id, at=at), key=_number):
            found.setdefault(row.requirement, []).append(case_from(row))
        return found

    def shown_by(self, project_id: str, case_ids: Collection[str], at: datetime) -> dict[str, list[Requirement]]:
        found: dict[str, list[Requirement]] = {}
        for row in sorted(self._tenant.all_in(_SHOWN_BY, "ids", case_ids, project=project_id, at=at), key=_number):
            found.setdefault(row.case_id, []).append(requirement_from(row))
        return found

    def results(self, build_id: str, case_ids: Collection[str], at: datetime) -> dict[str, Result]:
        found: dict[str, Result] = {}
        failed: set[str] = set()
        for row in self._tenant.all_in(_ON_BUILD, "ids", case_ids, build=build_id, at=at):
            result = _result(row, flaky=row.case_id in failed)
            failed |= {row.case_id} if result.outcome in BAD else set()
            found[row.case_id] = result
        return found

    def last_results(self, case_id: str, at: datetime, limit: int) -> list[Result]:
        return [_result(row) for row in self._tenant.all(_LAST, case_=case_id, at=at, limit_=limit)]

    def touching(self, project_id: str, targets: Collection[str], at: datetime) -> dict[str, list[TracedDefect]]:
        linked = self._tenant.all_in(_LINKED, "keys", targets, at=at)
        ids = {row.defect_id for row in linked}
        owned = (row for row in self._tenant.all_in(_KEYS_OF, "ids", ids) if row.project_id == project_id)
        keys = {row.id: row.key for row in owned}
        stood = {row.defect_id: row for row in self._tenant.all_in(_STOOD, "ids", keys, at=at)}
        found: dict[str, list[TracedDefect]] = {}
        for row in linked:
            if (then := stood.get(row.defect_id)) is not None:
                defect = TracedDefect(keys[row.defect_id], then.status, then.severity)
                found.setdefault(row.target, []).append(defect)
        return {key: sorted(each, key=lambda one: (len(one.key), one.key)) for key, each in found.items()}

    def planned_in(self, case_id: str, at: datetime) -> list[str]:
        return [row.name for row in self._tenant.all(_PLANNED_IN, case_=case_id, at=at)]

    def planned_count(self, release_id: str, at: datetime) -> int:
        row = self._tenant.first(_PLANNED, release=release_id, at=at)
        return row[0] if row else 0

    def gap_counts(self, gaps: Sequence[Gap], scope: Scope) -> dict[Gap, int]:
        row = self._tenant.first(counted(tuple(gaps)), **_asked(scope))
        assert row is not None
        return dict(zip(gaps, row, strict=True))

    def gap(self, gap: Gap, scope: Scope, offset: int, limit: int) -> list[Named]:
        rows = self._tenant.all(PAGES[gap], skip=offset, most=limit, **_asked(scope))
        return [Named(row.key, row.title) for row in rows]


def _result(row: Row[Any], *, flaky: bool = False) -> Result:
    """One that passed after a failure on the same build is flaky."""
    outcome = Outcome(row.outcome)
    again = outcome is Outcome.PASSED and (flaky or row.flaky)
    return Result(outcome, row.name, row.published_at, again, row.by, row.message)


def _asked(scope: Scope) -> dict[str, Any]:
    places = {"project": scope.project_id, "release": scope.release_id, "scopes": list(scope.scopes)}
    return {**places, "build": scope.build_id, "at": scope.at}


def _number(row: Row[Any]) -> int:
    return int(row.number)
