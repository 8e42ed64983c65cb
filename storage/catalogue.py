"""Requirements, test cases, their links and test plans: the live rows, ended and begun."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, and_, select, update

from bot.domain.traceability import Case, Requirement, number_of
from bot.services.catalogue import Pair
from storage import dated
from storage.results import name_key
from storage.tables import (
    case_counters,
    case_links,
    case_versions,
    planned_cases,
    requirements,
    test_cases,
)
from storage.tenant import TEAM, Tenant, param

_PROJECT = param("project")
_REQUIREMENTS = select(requirements).where(dated.live(requirements), requirements.c.project_id == _PROJECT)
VERSION = and_(case_versions.c.case_id == test_cases.c.id, dated.live(case_versions))
CASE = (test_cases.c.id, test_cases.c.key, test_cases.c.name)
WRITTEN = (case_versions.c.title, case_versions.c.steps, case_versions.c.expected)
_CASES = (
    select(*CASE, *WRITTEN, case_versions.c.id.label("version_id"))
    .outerjoin(case_versions, VERSION)
    .where(test_cases.c.team_id == TEAM, test_cases.c.project_id == _PROJECT)
)
_CASE = _CASES.where(test_cases.c.key == param("key_"))
_PAIRS = select(case_links.c.id, case_links.c.requirement, case_links.c.case_id).where(
    dated.live(case_links), case_links.c.project_id == _PROJECT
)
_PLANNED = select(planned_cases.c.id, planned_cases.c.case_id).where(
    dated.live(planned_cases), planned_cases.c.release_id == param("release")
)
_IDS = param("ids", expanding=True)
_VERSIONS_OF = select(case_versions.c.id).where(dated.live(case_versions), case_versions.c.case_id.in_(_IDS))
_RENAME = (
    update(test_cases)
    .where(test_cases.c.team_id == TEAM, test_cases.c.id == param("case_"))
    .values(name=param("name_"), name_key=param("folded"))
)
_COUNT_ON = (
    update(case_counters)
    .where(case_counters.c.team_id == TEAM, case_counters.c.project_id == _PROJECT)
    .where(case_counters.c.counter < param("number_"))
    .values(counter=param("number_"))
)


def requirement_from(row: Row[Any]) -> Requirement:
    return Requirement(row.key, row.title, row.component, row.parent)


def case_from(row: Row[Any]) -> Case:
    return Case(row.id, row.key, row.name, row.title or "", row.steps, row.expected)


def _written(case: Case) -> dict[str, Any]:
    said = {"title": case.title, "title_key": case.title.casefold(), "steps": case.steps, "expected": case.expected}
    return {"case_id": case.id, **said}


class SqlCatalogue:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def requirements(self, project_id: str) -> dict[str, Requirement]:
        return {row.key: requirement_from(row) for row in self._tenant.all(_REQUIREMENTS, project=project_id)}

    def cases(self, project_id: str) -> dict[str, Case]:
        return {row.key: case_from(row) for row in self._tenant.all(_CASES, project=project_id)}

    def case(self, project_id: str, key: str) -> Case | None:
        row = self._tenant.first(_CASE, project=project_id, key_=key)
        return case_from(row) if row else None

    def pairs(self, project_id: str) -> frozenset[Pair]:
        return frozenset((row.requirement, row.case_id) for row in self._tenant.all(_PAIRS, project=project_id))

    def planned(self, release_id: str) -> frozenset[str]:
        return frozenset(row.case_id for row in self._tenant.all(_PLANNED, release=release_id))

    def put_requirements(self, project_id: str, changed: Iterable[Requirement]) -> None:
        rows = [
            {"project_id": project_id, "number": each.number, "title_key": each.title.casefold(), **asdict(each)}
            for each in changed
        ]
        self.retire_requirements(project_id, {row["key"] for row in rows})
        dated.begin(self._tenant, requirements, rows)

    def retire_requirements(self, project_id: str, keys: Collection[str]) -> None:
        live = self._tenant.all(_REQUIREMENTS, project=project_id) if keys else ()
        dated.end(self._tenant, requirements, [row.id for row in live if row.key in keys])

    def put_cases(self, project_id: str, changed: Iterable[Case], known: Mapping[str, Case]) -> None:
        put = list(changed)
        self._make(project_id, [case for case in put if case.key not in known])
        renamed = [case for case in put if case.key in known and case.name != known[case.key].name]
        names = ({"case_": case.id, "name_": case.name, "folded": name_key(case.name)} for case in renamed)
        self._tenant.change_each(_RENAME, list(names))
        self.retire_cases([case.id for case in put if case.key in known])
        dated.begin(self._tenant, case_versions, [_written(case) for case in put])

    def _make(self, project_id: str, new: Collection[Case]) -> None:
        if not new:
            return
        made = {"project_id": project_id, "created_at": self._tenant.now}
        rows = (
            {"id": c.id, "key": c.key, "number": number_of(c.key), "name": c.name, "name_key": name_key(c.name), **made}
            for c in new
        )
        self._tenant.add(test_cases, *rows)
        self._tenant.add_unless_known(case_counters, {"project_id": project_id, "counter": 0})
        self._tenant.change(_COUNT_ON, project=project_id, number_=max(number_of(case.key) for case in new))

    def retire_cases(self, ids: Collection[str]) -> None:
        dated.end(self._tenant, case_versions, [row.id for row in self._tenant.all_in(_VERSIONS_OF, "ids", ids)])

    def pair(self, project_id: str, pairs: Collection[Pair]) -> None:
        rows = [{"project_id": project_id, "requirement": key, "case_id": case} for key, case in sorted(pairs)]
        dated.begin(self._tenant, case_links, rows)

    def part(self, project_id: str, pairs: Collection[Pair]) -> None:
        live = self._tenant.all(_PAIRS, project=project_id) if pairs else ()
        dated.end(self._tenant, case_links, [row.id for row in live if (row.requirement, row.case_id) in pairs])

    def plan(self, release_id: str, ids: Collection[str]) -> None:
        rows = [{"release_id": release_id, "case_id": case} for case in sorted(ids)]
        dated.begin(self._tenant, planned_cases, rows)

    def unplan(self, release_id: str, ids: Collection[str]) -> None:
        live = self._tenant.all(_PLANNED, release=release_id) if ids else ()
        dated.end(self._tenant, planned_cases, [row.id for row in live if row.case_id in ids])
