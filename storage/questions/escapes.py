"""The account of a release: what was found before it shipped, and what escaped it."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, not_, or_, select

from bot.domain.leakage import Cell
from bot.domain.values import SETTLED, Resolution
from storage.questions.of_releases import escaped, genuine
from storage.questions.standing_columns import NOW, STOOD, THEN
from storage.tables import defect_versions, defects, releases, shippings
from storage.tenant import TEAM, Tenant, param
from storage.versions import FOREVER

_REMOVED = and_(THEN["status"].in_(sorted(SETTLED)), func.coalesce(THEN["resolution"], "") == Resolution.FIXED)
_CELLS = (
    select(THEN["severity"], defect_versions.c.component, func.count(), func.sum(case((_REMOVED, 1), else_=0)))
    .select_from(defect_versions)
    .join(defects, and_(defects.c.team_id == defect_versions.c.team_id, defects.c.id == defect_versions.c.defect_id))
    .where(STOOD, defects.c.team_id == TEAM, THEN["found_release_id"] == param("release"))
    .group_by(THEN["severity"], defect_versions.c.component)
)
_BEFORE = _CELLS.where(genuine(THEN), not_(escaped(THEN)))
_AFTER = _CELLS.where(escaped(THEN))
_SHIPPED = (
    select(releases.c.id, shippings.c.shipped_at)
    .join(shippings, and_(shippings.c.team_id == releases.c.team_id, shippings.c.release_id == releases.c.id))
    .where(
        releases.c.team_id == TEAM,
        releases.c.project_id == param("project"),
        shippings.c.shipped_at <= param("at"),
        shippings.c.shipped_at < param("before"),
        or_(shippings.c.unshipped_at.is_(None), shippings.c.unshipped_at > param("at")),
    )
    .order_by(shippings.c.shipped_at.desc(), releases.c.id)
    .limit(param("most"))
)
_ESCAPED_FROM = (
    select(releases.c.name)
    .join(defects, and_(defects.c.team_id == releases.c.team_id, defects.c.found_release_id == releases.c.id))
    .where(releases.c.team_id == TEAM, defects.c.team_id == TEAM, defects.c.id == param("id_"), escaped(NOW))
)


def escaped_from(tenant: Tenant, defect_id: str) -> str:
    """The name of the release that this defect escaped, or nothing."""
    row = tenant.first(_ESCAPED_FROM, id_=defect_id)
    return str(row.name) if row else ""


def found_before(tenant: Tenant, release_id: str, at: datetime) -> list[Cell]:
    return _cells(tenant, _BEFORE, release_id, at)


def found_after(tenant: Tenant, release_id: str, at: datetime) -> list[Cell]:
    return _cells(tenant, _AFTER, release_id, at)


def last_shipped(
    tenant: Tenant, project_id: str, at: datetime, most: int, before: datetime | None
) -> list[tuple[str, datetime]]:
    rows = tenant.all(_SHIPPED, project=project_id, at=at, most=most, before=before or FOREVER)
    return [(row.id, row.shipped_at) for row in rows]


def _cells(tenant: Tenant, statement: Any, release_id: str, at: datetime) -> list[Cell]:
    return [Cell._make(row) for row in tenant.all(statement, release=release_id, at=at)]
