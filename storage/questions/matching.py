"""A query's page: how many defects match, and some of them in its order; now, or at any instant."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select

from bot.domain.project import Project
from bot.domain.query import Asker, Query, Sort
from bot.services.views import Page
from storage.defect_rows import COLUMNS
from storage.questions import tied
from storage.questions.conditions import condition
from storage.questions.past import past
from storage.questions.scene import Condition, Scene
from storage.questions.standing_columns import NOW, STOOD, THEN, Columns
from storage.questions.views import views
from storage.tables import defect_versions, defects, projects
from storage.tenant import TEAM, Tenant

_VERSION = (defect_versions.c.defect_id, defect_versions.c.valid_from_seq, defect_versions.c.valid_to_seq)
_PROJECT = and_(projects.c.team_id == defects.c.team_id, projects.c.id == defects.c.project_id)
_DEFECT = and_(defects.c.team_id == defect_versions.c.team_id, defects.c.id == defect_versions.c.defect_id)
_OWN = defects.c.team_id == TEAM


def matching(tenant: Tenant, query: Query, asker: Asker, project: Project | None, offset: int, limit: int) -> Page:
    """Without a sort the most severe come first, of those the oldest. Raises UnresolvedPerson."""
    conditions = [_OWN, *_conditions(query, project, Scene(asker, NOW, tied.NOW))]
    counted = tenant.first(select(func.count()).select_from(defects).where(*conditions))
    statement = select(*COLUMNS).join(projects, _PROJECT).where(*conditions).order_by(*_order(query.sorts, NOW))
    rows = tenant.all(statement.offset(offset).limit(limit))
    return Page(tuple(views(tenant, rows)), _number(counted), offset)


def matching_at(tenant: Tenant, query: Query, asker: Asker, project: Project | None, offset: int, limit: int) -> Page:
    """As the defects stood at `asker.now`. The query asks only what is known of then (query.answerable)."""
    conditions = [_OWN, STOOD, *_conditions(query, project, Scene(asker, THEN, tied.THEN))]
    then: dict[str, datetime] = {"at": asker.now}
    counting = select(func.count()).select_from(defect_versions).join(defects, _DEFECT).where(*conditions)
    statement = (
        select(*_VERSION)
        .join(defects, _DEFECT)
        .join(projects, _PROJECT)
        .where(*conditions)
        .order_by(*_order(query.sorts, THEN))
    )
    stood = tenant.all(statement.offset(offset).limit(limit), **then)
    return Page(tuple(past(tenant, stood, asker.now)), _number(tenant.first(counting, **then)), offset)


def _conditions(query: Query, project: Project | None, scene: Scene) -> list[Condition]:
    own = [] if project is None else [defects.c.project_id == project.id]
    return [*own, *(condition(term, scene) for term in dict.fromkeys(query.terms))]


def _number(row: Row[Any] | None) -> int:
    return row[0] if row else 0


def _order(sorts: tuple[Sort, ...], columns: Columns) -> list[ColumnElement[Any]]:
    places = [
        column.desc() if descending != sort.reverse else column.asc()
        for sort in sorts
        for column, descending in _sorted(sort.field, columns)
    ]
    return [*places, columns["severity"], columns["created_at"], defects.c.id]


def _sorted(field: str, columns: Columns) -> tuple[tuple[ColumnElement[Any], bool], ...]:
    if field == "key":
        return ((projects.c.prefix, False), (func.length(defects.c.key), False), (defects.c.key, False))
    column = columns[_PLACES[field]]
    return ((func.coalesce(column, "P9") if field == "priority" else column, field in _MOST_FIRST),)


_MOST_FIRST = frozenset({"bounce", "duplicates", "occurrences"})
_PLACES: Mapping[str, str] = {
    "age": "created_at",
    "severity": "severity",
    "priority": "priority",
    "wait": "since",
    "idle": "updated_at",
    "bounce": "bounces",
    "duplicates": "duplicates",
    "occurrences": "occurrences",
}
