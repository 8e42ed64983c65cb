"""Where what a query asks for stands: in the rows for now, in the versions for any other instant."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, select

from bot.domain.values import OPEN, Status
from storage.tables import defect_versions, defects, events
from storage.tenant import TEAM, param

Columns = Mapping[str, ColumnElement[Any]]
_OPEN = sorted(OPEN)
_followers = defects.alias("followers")


def _last(*conditions: ColumnElement[bool]) -> ScalarSelect[Any]:
    return (
        select(func.max(events.c.at))
        .where(events.c.team_id == TEAM, events.c.subject_id == defects.c.id, *conditions)
        .correlate(defects)
        .scalar_subquery()
    )


_DUPLICATES = (
    select(func.count())
    .select_from(_followers)
    .where(_followers.c.team_id == TEAM, _followers.c.duplicate_of == defects.c.id)
    .correlate(defects)
    .scalar_subquery()
)
# attention.next_act in SQL, builds aside: a fix that no build holds yet waits for whoever will verify it.
_FIXED_IT = defects.c.reporter.in_((func.coalesce(defects.c.resolver, ""), func.coalesce(defects.c.fix_owner, "")))
_WAITS = case(
    (defects.c.status.in_(_OPEN), func.coalesce(defects.c.asked, defects.c.owner)),
    (defects.c.status != Status.RESOLVED.value, None),
    (defects.c.duplicate_of.isnot(None), None),
    (defects.c.blocked.isnot(None), defects.c.owner),
    (_FIXED_IT, None),
    else_=defects.c.reporter,
)
# An instant changes nothing in these.
_FOR_GOOD = {name: defects.c[name] for name in ("key", "reporter", "created_at", "project_id")}
_KEPT = (
    "status",
    "resolution",
    "severity",
    "priority",
    "owner",
    "release_id",
    "found_release_id",
    "counts_in",
    "fixed_in",
    "verified_on",
    "resolver",
    "fix_owner",
    "duplicate_of",
    "bounces",
    "labels",
    "since",
)
NOW: Columns = MappingProxyType(
    {
        **_FOR_GOOD,
        **{name: defects.c[name] for name in _KEPT},
        **{
            name: defects.c[name]
            for name in ("verifier", "found_build_id", "asked", "blocked", "occurrences", "title_key")
        },
        "component": defects.c.component_key,
        "environment": defects.c.environment_key,
        "triaged": and_(defects.c.severity_confirmed, defects.c.release_confirmed),
        "waits": _WAITS,
        "duplicates": _DUPLICATES,
        "updated_at": _last(),
    }
)
THEN: Columns = MappingProxyType(
    {
        **_FOR_GOOD,
        **{name: defect_versions.c[name] for name in _KEPT},
        "component": defect_versions.c.component_key,
        "triaged": defect_versions.c.triaged,
        "updated_at": _last(events.c.at <= param("at")),
    }
)
STOOD = and_(
    defect_versions.c.team_id == TEAM,
    defect_versions.c.valid_from <= param("at"),
    defect_versions.c.valid_to > param("at"),
)
