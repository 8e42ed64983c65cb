"""What nothing is known of, at an instant: each kind one statement, and all kinds counted by one."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Executable, Select, and_, case, exists, func, or_, select

from bot.domain.traceability import CONCLUSIVE, Gap
from bot.domain.values import Resolution, Status
from storage import dated
from storage.results import cases_that_say
from storage.tables import (
    case_links,
    case_versions,
    defect_versions,
    defects,
    link_versions,
    planned_cases,
    requirements,
    test_cases,
    test_runs,
)
from storage.tenant import TEAM, param

_PROJECT, _RELEASE = param("project"), param("release")
VERSION = and_(case_versions.c.case_id == test_cases.c.id, dated.holds(case_versions))
RUN = and_(test_runs.c.team_id == TEAM, test_runs.c.id == test_cases.c.run_id)
# Somebody has written about it, or the test run that brought it is published.
SEEN = or_(case_versions.c.id.isnot(None), test_runs.c.published_at <= param("at"))
TITLE = case((case_versions.c.id.isnot(None), case_versions.c.title), else_=test_cases.c.name).label("title")
# None of these is a defect of its own.
_NONE = sorted((Resolution.DUPLICATE, Resolution.NOT_A_DEFECT))

# Named, so that a statement that asks for it several times finds it out once.
_conclusive = select(cases_that_say(CONCLUSIVE).cte("conclusive").c.case_id)
_ties = and_(dated.holds(case_links), case_links.c.project_id == _PROJECT)
_tied = select(case_links.c.requirement).where(_ties)
_parts = requirements.alias("parts")
_whole = select(_parts.c.parent).where(
    dated.holds(_parts), _parts.c.project_id == _PROJECT, _parts.c.parent.isnot(None)
)
_tested = _tied.where(case_links.c.case_id.in_(_conclusive))
_needed = select(requirements.c.key, requirements.c.title, requirements.c.number).where(
    dated.holds(requirements), requirements.c.project_id == _PROJECT
)
# A requirement that is only made of others is as tested as they are, and they are here.
_alone = or_(requirements.c.key.in_(_tied), requirements.c.key.not_in(_whole))
JUDGED = select(func.count()).select_from(_needed.where(_alone).subquery())
_cases = (
    select(test_cases.c.key, TITLE, test_cases.c.number)
    .outerjoin(case_versions, VERSION)
    .outerjoin(test_runs, RUN)
    .where(test_cases.c.team_id == TEAM, test_cases.c.project_id == _PROJECT)
)
_plan = select(planned_cases.c.case_id).where(dated.holds(planned_cases), planned_cases.c.release_id == _RELEASE)
_shows = select(case_links.c.case_id).where(_ties)
_known = requirements.alias("known")
_known_keys = select(_known.c.key).where(dated.holds(_known), _known.c.project_id == _PROJECT)
_case_keys = _cases.where(SEEN).with_only_columns(test_cases.c.key)
_linked = exists().where(
    dated.holds(link_versions),
    link_versions.c.defect_id == defect_versions.c.defect_id,
    or_(link_versions.c.target.in_(_known_keys), link_versions.c.target.in_(_case_keys)),
)
_orphans = (
    select(defects.c.key, defects.c.title, func.length(defects.c.key).label("number"))
    .join(defect_versions, defect_versions.c.defect_id == defects.c.id)
    .where(
        defects.c.team_id == TEAM,
        dated.holds(defect_versions),
        defect_versions.c.counts_in.in_(param("scopes", expanding=True)),
        defect_versions.c.status != Status.CLOSED.value,
        func.coalesce(defect_versions.c.resolution, "").not_in(_NONE),
        ~_linked,
    )
)

GAPS: Mapping[Gap, Select[Any]] = MappingProxyType(
    {
        Gap.NO_CASE: _needed.where(requirements.c.key.not_in(_tied), requirements.c.key.not_in(_whole)),
        Gap.UNTESTED: _needed.where(requirements.c.key.in_(_tied), requirements.c.key.not_in(_tested)),
        Gap.NOT_RUN: _cases.where(test_cases.c.id.in_(_plan), test_cases.c.id.not_in(_conclusive)),
        Gap.NO_REQUIREMENT: _cases.where(SEEN, test_cases.c.id.not_in(_shows)),
        Gap.ORPHAN: _orphans,
    }
)


def _page(found: Select[Any]) -> Executable:
    rows = found.subquery()
    ordered = select(rows.c.key, rows.c.title).order_by(rows.c.number, rows.c.key)
    return ordered.offset(param("skip")).limit(param("most"))


PAGES: Mapping[Gap, Executable] = MappingProxyType({gap: _page(found) for gap, found in GAPS.items()})


@cache
def counted(gaps: tuple[Gap, ...]) -> Executable:
    """One row: how many there are of each."""
    return select(*(select(func.count()).select_from(GAPS[gap].subquery()).scalar_subquery() for gap in gaps))
