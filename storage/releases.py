"""Releases and builds: read by everybody, changed in one unit of work, guarded by the version that was seen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Row, select, update

from bot.domain.builds import Build
from bot.domain.errors import Conflict, NotFound
from bot.domain.events import Event
from bot.domain.nearest import nearest
from bot.domain.project import Project
from bot.domain.release import Release
from storage.projects import OF_PREFIX
from storage.release_rows import (
    BUILDS,
    SELECT,
    build_values,
    builds_from,
    commit_values,
    compared,
    release_from,
    release_values,
)
from storage.tables import build_commits, builds, releases
from storage.tenant import TEAM, Tenant, param

_ORDER = (releases.c.ships_on.is_(None), releases.c.ships_on, releases.c.created_at, releases.c.id)
_BY_ID = SELECT.where(releases.c.id == param("id_"))
_NAMED = SELECT.where(releases.c.name_key == param("name_")).order_by(releases.c.id)
_OF_PROJECT = SELECT.where(releases.c.project_id == param("project")).order_by(releases.c.created_at, releases.c.id)
_ALL = SELECT.order_by(releases.c.project_id, releases.c.created_at, releases.c.id)
_UNDECIDED = SELECT.where(releases.c.shipped_at.is_(None)).order_by(*_ORDER)
_CURRENT = _UNDECIDED.where(releases.c.project_id == param("project")).limit(1)
_BUILDS_OF_RELEASE = BUILDS.where(builds.c.release_id == param("release"))
_BUILDS_OF_PROJECT = (
    BUILDS.where(builds.c.project_id == param("project")).order_by(None).order_by(builds.c.registered_at, builds.c.id)
)
_FIRST_BUILD = (
    select(builds.c.registered_at)
    .where(builds.c.team_id == TEAM, builds.c.project_id == param("project"))
    .order_by(builds.c.registered_at)
    .limit(1)
)
_BUILD = BUILDS.where(builds.c.id == param("id_"))
_GUARDED = update(releases).where(
    releases.c.team_id == TEAM, releases.c.id == param("release"), releases.c.version == param("seen")
)


class ReleaseReader:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._known: dict[str, Release] = {}
        self._builds: dict[tuple[Executable, str], list[Build]] = {}

    def find(self, name: str, project: Project | None) -> Release:
        """Raises NotFound with the nearest name."""
        found = self._named(name, project) or self._prefixed(name)
        if found is None:
            known = self.of_project(project.id) if project else self._many(_ALL)
            raise NotFound("release", name, nearest(name, [release.name for release in known]))
        return found

    def by_id(self, release_id: str) -> Release:
        known = self._known.get(release_id)
        if known is not None:
            return known
        row = self._tenant.first(_BY_ID, id_=release_id)
        if row is None:
            raise NotFound("release", release_id)
        return self._one(row)

    def of_project(self, project_id: str) -> list[Release]:
        return self._many(_OF_PROJECT, project=project_id)

    def all(self) -> list[Release]:
        return self._many(_ALL)

    def current(self, project_id: str) -> Release | None:
        row = self._tenant.first(_CURRENT, project=project_id)
        return self._one(row) if row else None

    def undecided(self) -> list[Release]:
        return self._many(_UNDECIDED)

    def builds(self, release_id: str) -> list[Build]:
        return self._held(_BUILDS_OF_RELEASE, release_id, release=release_id)

    def project_builds(self, project_id: str) -> list[Build]:
        return self._held(_BUILDS_OF_PROJECT, project_id, project=project_id)

    def build(self, build_id: str) -> Build:
        found = self._held(_BUILD, build_id, id_=build_id)
        if not found:
            raise NotFound("build", build_id)
        return found[0]

    def first_build_at(self, project_id: str) -> datetime | None:
        """When the project registered its first build, in whichever release; None: never."""
        row = self._tenant.first(_FIRST_BUILD, project=project_id)
        return row.registered_at if row else None

    def _named(self, name: str, project: Project | None) -> Release | None:
        found = self._many(_NAMED, name_=compared(name))
        own = [release for release in found if project and release.project_id == project.id]
        # In somebody else's project only a name that nobody else uses is clear.
        return own[0] if own else found[0] if len(found) == 1 else None

    def _prefixed(self, name: str) -> Release | None:
        prefix, slash, rest = name.partition("/")
        project = self._tenant.first(OF_PREFIX, prefix=prefix.strip().upper()) if slash else None
        if project is None:
            return None
        found = self._many(_NAMED, name_=compared(rest))
        return next((release for release in found if release.project_id == project.id), None)

    def _held(self, statement: Executable, key: str, **values: Any) -> list[Build]:
        if (statement, key) not in self._builds:
            self._builds[statement, key] = builds_from(self._tenant, self._tenant.all(statement, **values))
        return list(self._builds[statement, key])

    def _many(self, statement: Executable, **values: Any) -> list[Release]:
        return [self._one(row) for row in self._tenant.all(statement, **values)]

    def _one(self, row: Row[Any]) -> Release:
        return self._known.setdefault(row.id, release_from(row))


class SqlReleases(ReleaseReader):
    def __init__(self, tenant: Tenant) -> None:
        super().__init__(tenant)
        self._acted: list[Release] = []

    def add(self, release: Release) -> None:
        """Raises Conflict when another of that name was just planned."""
        release.version = 1
        row: Mapping[str, Any] = {"id": release.id, **release_values(release), "version": 1}
        if not self._tenant.add_unless_known(releases, row):
            raise Conflict(release.name)
        self._known[release.id] = release

    def add_build(self, build: Build) -> None:
        """Raises Conflict when another of that name or place was just registered."""
        project_id = self.by_id(build.release_id).project_id
        if not self._tenant.add_unless_known(builds, build_values(build, project_id)):
            raise Conflict(build.name)
        self._tenant.add(build_commits, *commit_values(build))
        self._builds.clear()

    def drain(self) -> list[Event]:
        self._acted = [release for release in self._known.values() if release.recorded]
        drained: list[Event] = []
        for release in self._acted:
            drained += release.recorded
            release.recorded.clear()
        return drained

    def flush(self) -> None:
        """Raises Conflict."""
        for release in sorted(self._acted, key=lambda release: release.id):
            values = {**release_values(release), "version": release.version + 1}
            if not self._tenant.change(_GUARDED.values(values), release=release.id, seen=release.version):
                raise Conflict(release.name)
            release.version += 1
        self._acted = []
