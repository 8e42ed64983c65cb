"""How a release stood at an instant: one statement with a range predicate, for now and for any other."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, select

from bot.domain.release import Release
from bot.domain.standing import Standing
from bot.domain.values import SETTLED, Priority, Resolution, Severity, Status
from storage.tables import defect_versions, defects
from storage.tenant import TEAM, Tenant, param
from storage.versions import FOREVER

_FIELDS = tuple(Standing.__dataclass_fields__)
# Where a row holds a member of the vocabulary, and which word is which: looked up, since calling the enumeration for
# each of some hundred rows takes longer than the statement.
_MEMBERS = tuple(
    (_FIELDS.index(name), {member.value: member for member in kind})
    for name, kind in (("status", Status), ("resolution", Resolution), ("severity", Severity), ("priority", Priority))
)
# The live version is the only one that still stands here.
_NOW = FOREVER - timedelta(microseconds=1)

_STANDS = and_(
    defect_versions.c.team_id == TEAM,
    defect_versions.c.counts_in.in_(param("scopes", expanding=True)),
    defect_versions.c.valid_to > param("at"),
    defect_versions.c.valid_from <= param("at"),
)
_COUNTING = (
    select(*((defect_versions if name in defect_versions.c else defects).c[name] for name in _FIELDS))
    .join(defects, and_(defects.c.team_id == defect_versions.c.team_id, defects.c.id == defect_versions.c.defect_id))
    .where(_STANDS, defect_versions.c.status != Status.CLOSED.value, defects.c.team_id == TEAM)
)
_SETTLED = (
    select(func.count()).select_from(defect_versions).where(_STANDS, defect_versions.c.status.in_(sorted(SETTLED)))
)


def scopes(release: Release, at: datetime | None) -> list[str]:
    """What has no release counts as long as this one is undecided."""
    undecided = release.shipped_at is None or (at is not None and release.shipped_at > at)
    return [release.id, release.project_id] if undecided else [release.id]


def counting(tenant: Tenant, release: Release, at: datetime | None) -> list[Standing]:
    # Sorted here and not by the store: asked for the order, SQLite walks through all defects of the workspace.
    rows = sorted(tenant.all(_COUNTING, scopes=scopes(release, at), at=at or _NOW), key=_id)
    return [_standing(row) for row in rows]


def settled_count(tenant: Tenant, release: Release, at: datetime | None) -> int:
    row = tenant.first(_SETTLED, scopes=scopes(release, at), at=at or _NOW)
    return row[0] if row else 0


def _id(row: Row[Any]) -> str:
    return str(row.id)


def _standing(row: Row[Any]) -> Standing:
    values = list(row)
    for place, members in _MEMBERS:
        if values[place] is not None:
            values[place] = members[values[place]]
    return Standing(*values)
