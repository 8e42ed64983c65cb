"""Which names a workspace knows, for the words of a query that nothing is called by."""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, select

from bot.domain.query import Query
from bot.domain.query.names import Stranger, named, stranger
from bot.domain.query.nodes import Exact
from storage.nearest_key import nearest_key
from storage.tables import builds, case_links, defects, links, projects, releases
from storage.tenant import TEAM, Tenant, param

_PROJECTS = select(projects.c.prefix).where(projects.c.team_id == TEAM)
_RELEASES = (
    select(releases.c.name, projects.c.prefix)
    .join(projects, (projects.c.team_id == releases.c.team_id) & (projects.c.id == releases.c.project_id))
    .where(releases.c.team_id == TEAM, projects.c.team_id == TEAM)
)
_BUILDS = select(builds.c.name).where(builds.c.team_id == TEAM).order_by(builds.c.registered_at.desc())
_KEYS = select(defects.c.key).where(defects.c.team_id == TEAM, defects.c.key.in_(param("keys", expanding=True)))


def strangers(tenant: Tenant, query: Query, fields: Collection[str]) -> list[Stranger]:
    """In the order in which they were written; names are looked up only of the fields that the query asks for."""
    known: dict[str, list[str]] = {}
    found = []
    for field, value in named(query, fields):
        if field in _KNOWN:
            known[field] = known.get(field) or _KNOWN[field](tenant)
            found.append(stranger(field, value, known[field]))
        else:
            found.append(_no_defect(tenant, field, value))
    return [each for each in found if each is not None]


def _no_defect(tenant: Tenant, field: str, value: Exact) -> Stranger | None:
    key = str(value.value).upper()
    return None if tenant.all(_KEYS, keys=[key]) else Stranger(field, value, nearest_key(tenant, key))


def _releases(tenant: Tenant) -> list[str]:
    rows = tenant.all(_RELEASES)
    return [*dict.fromkeys(row.name for row in rows), *(f"{row.prefix}/{row.name}" for row in rows)]


def _builds(tenant: Tenant) -> list[str]:
    return [row.name for row in tenant.all(_BUILDS)]


def _free(column: Column[Any]) -> Callable[[Tenant], list[str]]:
    words = select(column).where(column.table.c.team_id == TEAM, column.isnot(None)).distinct()
    return lambda tenant: [row[0] for row in tenant.all(words)]


def _either(*columns: Column[Any]) -> Callable[[Tenant], list[str]]:
    each = [_free(column) for column in columns]
    return lambda tenant: sorted({word for words in each for word in words(tenant)})


_LABELS = _free(defects.c.labels)
_KNOWN: Mapping[str, Callable[[Tenant], list[str]]] = MappingProxyType(
    {
        "project": lambda tenant: [row.prefix for row in tenant.all(_PROJECTS)],
        "release": _releases,
        "counts": _releases,
        "found": _releases,
        "build": _builds,
        "fixed_in": _builds,
        "verified_on": _builds,
        "component": _free(defects.c.component),
        "environment": _free(defects.c.environment),
        "label": lambda tenant: sorted({word for kept in _LABELS(tenant) for word in kept.split()}),
        "link": _free(links.c.target),
        "requirement": _either(links.c.target, case_links.c.requirement),
        "case": _free(links.c.target),
    }
)
