"""Releases and builds as rows and back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from bot.domain.builds import Build
from bot.domain.release import Release
from storage.tables import build_commits, builds, releases
from storage.tenant import TEAM, Tenant, param

SELECT = select(releases).where(releases.c.team_id == TEAM)
BUILDS = select(builds).where(builds.c.team_id == TEAM).order_by(builds.c.release_id, builds.c.ordinal)
_COMMITS = select(build_commits).where(
    build_commits.c.team_id == TEAM, build_commits.c.build_id.in_(param("builds", expanding=True))
)


def compared(name: str) -> str:
    """A name as it is compared."""
    return name.strip().casefold()


def release_from(row: Row[Any]) -> Release:
    return Release(row.id, row.project_id, row.name, row.created_at, row.ships_on, row.shipped_at, row.version)


def release_values(release: Release) -> dict[str, Any]:
    return {
        "project_id": release.project_id,
        "name": release.name,
        "name_key": compared(release.name),
        "created_at": release.created_at,
        "ships_on": release.ships_on,
        "shipped_at": release.shipped_at,
    }


def builds_from(tenant: Tenant, rows: Sequence[Row[Any]], *, commits: bool = True) -> list[Build]:
    """`commits` False leaves them out, where nobody asks for one."""
    told: dict[str, list[Row[Any]]] = {}
    for row in tenant.all_in(_COMMITS, "builds", [row.id for row in rows]) if commits else ():
        told.setdefault(row.build_id, []).append(row)
    return [_build(row, told.get(row.id, ())) for row in rows]


def _build(row: Row[Any], commits: Sequence[Row[Any]]) -> Build:
    held = frozenset(each.sha for each in commits if not each.reverts)
    reverted = frozenset(each.sha for each in commits if each.reverts)
    by = frozenset((each.sha, each.by) for each in commits if each.by)
    return Build(row.id, row.release_id, row.name, row.ordinal, row.registered_at, held, reverted, by)


def build_values(build: Build, project_id: str) -> dict[str, Any]:
    return {
        "id": build.id,
        "release_id": build.release_id,
        "project_id": project_id,
        "name": build.name,
        "name_key": compared(build.name),
        "ordinal": build.ordinal,
        "registered_at": build.registered_at,
    }


def commit_values(build: Build) -> list[dict[str, Any]]:
    by = dict(build.reverted_by)
    return [
        {"build_id": build.id, "sha": sha, "reverts": reverts, "by": by.get(sha) if reverts else None}
        for reverts, shas in ((False, build.commits), (True, build.reverts))
        for sha in sorted(shas)
    ]
