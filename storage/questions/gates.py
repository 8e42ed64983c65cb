"""How a release stands: now by the rows themselves, at any other instant by one statement with a range predicate."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, func, select, type_coerce

from bot.domain.release import Release
from bot.domain.standing import Standing
from bot.domain.values import SETTLED, Priority, Resolution, Severity, Status
from storage.tables import defect_versions, defects
from storage.tenant import TEAM, Tenant, param
from storage.types import Member

_TRIAGED = type_coerce(and_(defects.c.severity_confirmed, defects.c.release_confirmed), Boolean()).label("triaged")
# As Standing._make does, which counts each row's values once more: half of what making one takes.
_standing = partial(tuple.__new__, Standing)
_MEMBERS = {"status": Status, "resolution": Resolution, "severity": Severity, "priority": Priority}


def _columns(first: Mapping[str, ColumnElement[Any]]) -> Iterator[ColumnElement[Any]]:
    """Those of a Standing, from `first` where it has them."""
    for name in Standing._fields:
        column = first[name] if name in first else defects.c[name]
        yield type_coerce(column, Member(_MEMBERS[name])) if name in _MEMBERS else column


# `closed` comes first by the alphabet, so that an index leads past those that are closed, which are most in the end.
_UNCLOSED = defects.c.status > min(Status).value
assert min(Status) is Status.CLOSED
_COUNTS = and_(defects.c.team_id == TEAM, defects.c.counts_in.in_(param("scopes", expanding=True)))
_STANDS = and_(
    defect_versions.c.team_id == TEAM,
    defect_versions.c.counts_in.in_(param("scopes", expanding=True)),
    defect_versions.c.valid_to > param("at"),
    defect_versions.c.valid_from <= param("at"),
)
_COUNTING = select(*_columns({"triaged": _TRIAGED})).where(_COUNTS, _UNCLOSED)
_SETTLED = select(func.count()).select_from(defects).where(_COUNTS, defects.c.status.in_(sorted(SETTLED)))
_COUNTED = (
    select(*_columns(dict(defect_versions.c)))
    .join(defects, and_(defects.c.team_id == defect_versions.c.team_id, defects.c.id == defect_versions.c.defect_id))
    .where(_STANDS, defect_versions.c.status != Status.CLOSED.value, defects.c.team_id == TEAM)
)
_HAD_SETTLED = (
    select(func.count()).select_from(defect_versions).where(_STANDS, defect_versions.c.status.in_(sorted(SETTLED)))
)


def scopes(release: Release, at: datetime | None) -> list[str]:
    """What has no release counts as long as this one is undecided."""
    undecided = release.shipped_at is None or (at is not None and release.shipped_at > at)
    return [release.id, release.project_id] if undecided else [release.id]


def counting(tenant: Tenant, release: Release, at: datetime | None) -> list[Standing]:
    wanted = {"scopes": scopes(release, at)}
    if at is None:
        made = tenant.made(_standing, _COUNTING, **wanted)
    else:
        made = tenant.made(_standing, _COUNTED, **wanted, at=at)
    # Sorted here and not by the store: asked for the order, SQLite walks through all defects of the workspace.
    return sorted(made, key=attrgetter("id"))


def settled_count(tenant: Tenant, release: Release, at: datetime | None) -> int:
    wanted = {"scopes": scopes(release, at)}
    row = tenant.first(_SETTLED, **wanted) if at is None else tenant.first(_HAD_SETTLED, **wanted, at=at)
    return row[0] if row else 0
