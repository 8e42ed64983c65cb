"""A page of defects with everything around them, in a constant number of statements."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Executable, Row, func, or_, select

from bot.domain.builds import Build
from bot.domain.defect import Defect
from bot.domain.project import Project
from bot.domain.release import Release
from bot.domain.values import Resolution
from bot.services.records import Anchor, EvidenceRecord
from bot.services.views import DefectView
from storage.conversations import anchor_from, evidence_from
from storage.defect_rows import defect_from
from storage.projects import project_from
from storage.questions.titles import titles
from storage.release_rows import BUILDS, SELECT, builds_from, release_from
from storage.tables import anchors, builds, comments, defects, evidence, links, projects, releases
from storage.tenant import TEAM, Tenant, param

T = TypeVar("T")
# Sorted here and not by the store: asked for an order, SQLite walks the key that has it through the whole workspace.
_IDS = param("ids", expanding=True)
_PROJECTS = select(projects).where(projects.c.team_id == TEAM, projects.c.id.in_(_IDS))
_RELEASES = SELECT.where(releases.c.id.in_(_IDS))
_OF_NAMED = select(builds.c.release_id).where(builds.c.team_id == TEAM, builds.c.id.in_(_IDS))
_BUILDS = BUILDS.where(
    or_(
        builds.c.id.in_(_IDS),
        builds.c.release_id.in_(_OF_NAMED),
        builds.c.release_id.in_(param("releases", expanding=True)),
        builds.c.project_id.in_(param("projects", expanding=True)),
    )
)
_BUILDING = select(builds.c.project_id).where(builds.c.team_id == TEAM, builds.c.project_id.in_(_IDS)).distinct()
_KEYS = select(defects.c.id, defects.c.key).where(defects.c.team_id == TEAM, defects.c.id.in_(_IDS))
_FOLLOWERS = select(defects.c.id, defects.c.duplicate_of, defects.c.key).where(
    defects.c.team_id == TEAM, defects.c.duplicate_of.in_(_IDS)
)
_LINKS = select(links.c.defect_id, links.c.target).where(links.c.team_id == TEAM, links.c.defect_id.in_(_IDS))
_EVIDENCE = select(evidence).where(evidence.c.team_id == TEAM, evidence.c.defect_id.in_(_IDS))
_COMMENTS = (
    select(comments.c.defect_id, func.count().label("number"))
    .where(comments.c.team_id == TEAM, comments.c.defect_id.in_(_IDS))
    .group_by(comments.c.defect_id)
)
_ANCHORS = select(anchors).where(anchors.c.team_id == TEAM, anchors.c.defect_id.in_(_IDS))


@dataclass(frozen=True, slots=True)
class _Around:
    """By id, or by the defect's id."""

    projects: dict[str, Project]
    releases: dict[str, Release]
    builds: dict[str, Build]
    of_release: dict[str, list[Build]]
    of_project: dict[str, list[Build]]
    building: frozenset[str]
    originals: dict[str, str]
    followers: dict[str, list[str]]
    links: dict[str, list[str]]
    titles: dict[tuple[str, str], str]
    evidence: dict[str, list[EvidenceRecord]]
    comments: dict[str, int]
    anchors: dict[str, Anchor]


def views(tenant: Tenant, rows: Sequence[Row[Any]]) -> list[DefectView]:
    """`rows` of storage.defect_rows.SELECT; the views keep their order."""
    return views_of(tenant, [defect_from(row) for row in rows])


def views_of(tenant: Tenant, found: Sequence[Defect]) -> list[DefectView]:
    if not found:
        return []
    around = _look_around(tenant, found)
    return [_view(defect, around) for defect in found]


def keys_of(tenant: Tenant, ids: Collection[str]) -> dict[str, str]:
    return {row.id: row.key for row in _of(tenant, _KEYS, ids)}


def _look_around(tenant: Tenant, found: Sequence[Defect]) -> _Around:
    ids = [defect.id for defect in found]
    project_ids = {defect.project_id for defect in found}
    held, of_release, of_project = _builds(tenant, found)
    tied = _gathered((row.defect_id, row.target) for row in sorted(_of(tenant, _LINKS, ids)))
    return _Around(
        {row.id: project_from(row) for row in _of(tenant, _PROJECTS, project_ids)},
        {row.id: release_from(row) for row in _of(tenant, _RELEASES, _set(d.release_id for d in found))},
        held,
        of_release,
        of_project,
        frozenset(row.project_id for row in _of(tenant, _BUILDING, project_ids)),
        keys_of(tenant, _set(d.duplicate_of for d in found)),
        _gathered((row.duplicate_of, row.key) for row in sorted(_of(tenant, _FOLLOWERS, ids))),
        tied,
        titles(tenant, ((d.project_id, target) for d in found for target in tied.get(d.id, ()))),
        _gathered((row.defect_id, evidence_from(row)) for row in sorted(_of(tenant, _EVIDENCE, ids), key=_id)),
        {row.defect_id: row.number for row in _of(tenant, _COMMENTS, ids)},
        {row.defect_id: anchor_from(row) for row in _of(tenant, _ANCHORS, ids)},
    )


def _builds(
    tenant: Tenant, found: Sequence[Defect]
) -> tuple[dict[str, Build], dict[str, list[Build]], dict[str, list[Build]]]:
    named = _set(build for d in found for build in (d.found_build_id, d.fixed_in, d.verified_on))
    of_releases = _set(d.release_id for d in found if not d.fixed_in)
    of_projects = {d.project_id for d in found if _fixed_by_commit_alone(d)}
    if not (named or of_releases or of_projects):
        return {}, {}, {}
    rows = tenant.all(_BUILDS, ids=sorted(named), releases=sorted(of_releases), projects=sorted(of_projects))
    built = builds_from(tenant, rows, commits=any(d.fix_commit for d in found))
    of_project = _gathered((row.project_id, build) for row, build in zip(rows, built, strict=True))
    for builds_ in of_project.values():
        builds_.sort(key=lambda build: build.registered_at)
    return {b.id: b for b in built}, _gathered((b.release_id, b) for b in built), of_project


def _view(defect: Defect, around: _Around) -> DefectView:
    return DefectView(
        defect,
        around.projects[defect.project_id],
        around.releases.get(defect.release_id or ""),
        around.builds.get(defect.found_build_id or ""),
        around.builds.get(defect.fixed_in or ""),
        around.builds.get(defect.verified_on or ""),
        tuple(_builds_of(defect, around)),
        defect.project_id in around.building,
        around.originals.get(defect.duplicate_of or ""),
        tuple(around.followers.get(defect.id, ())),
        tuple(around.links.get(defect.id, ())),
        _titles(defect, around),
        tuple(around.evidence.get(defect.id, ())),
        around.comments.get(defect.id, 0),
        around.anchors.get(defect.id),
    )


def _titles(defect: Defect, around: _Around) -> dict[str, str]:
    keys = around.links.get(defect.id, ())
    return {key: around.titles[defect.project_id, key] for key in keys if (defect.project_id, key) in around.titles}


def _builds_of(defect: Defect, around: _Around) -> Sequence[Build]:
    """Where it can be verified: its fix's release, else its own, else wherever the commit arrives."""
    fixed_in = around.builds.get(defect.fixed_in or "")
    if fixed_in is not None:
        return around.of_release[fixed_in.release_id]
    if _fixed_by_commit_alone(defect):
        return around.of_project.get(defect.project_id, ())
    return around.of_release.get(defect.release_id or "", ())


def _fixed_by_commit_alone(defect: Defect) -> bool:
    unplaced = defect.release_id is None and defect.fixed_in is None
    return unplaced and defect.fix_commit is not None and defect.resolution is Resolution.FIXED


def _of(tenant: Tenant, statement: Executable, ids: Collection[str]) -> list[Row[Any]]:
    return tenant.all_in(statement, "ids", ids)


def _id(row: Row[Any]) -> str:
    return str(row.id)


def _set(ids: Iterable[str | None]) -> set[str]:
    return {each for each in ids if each is not None}


def _gathered(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
