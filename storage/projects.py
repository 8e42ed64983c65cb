"""Projects of a workspace: made with it, bound to channels, counting their keys."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Executable, Row, and_, or_, select, update

from bot.domain.errors import Conflict, NotFound
from bot.domain.project import Project, Suggesting
from storage.ids import new_id
from storage.policies import policy_from_json, policy_to_json
from storage.tables import channels, heads, projects, workspaces
from storage.tenant import TEAM, Tenant, Upsert, param

DEFAULT_PREFIX = "DEF"
DEFAULT_NAME = "Defects"
EMPTY_LOG = {"seq": 0, "hash": ""}

_bound = select(channels.c.project_id).where(channels.c.team_id == TEAM, channels.c.channel == param("channel"))
_OWN = select(projects).where(projects.c.team_id == TEAM)
_FOR_CHANNEL = (
    _OWN.where(or_(projects.c.id == _bound.scalar_subquery(), projects.c.is_default))
    .order_by(projects.c.is_default)
    .limit(1)
)
_DEFAULT = _OWN.where(projects.c.is_default)
OF_PREFIX = _OWN.where(projects.c.prefix == param("prefix"))
_BY_ID = _OWN.where(projects.c.id == param("id"))
_ALL = _OWN.order_by(projects.c.prefix)
_CHANNELS = (
    select(channels.c.channel)
    .where(channels.c.team_id == TEAM, channels.c.project_id == param("project"))
    .order_by(channels.c.channel)
)
_SUGGESTIONS = select(workspaces.c.suggestions).where(workspaces.c.team_id == TEAM)
_SUGGEST = update(workspaces).where(workspaces.c.team_id == TEAM)
_COUNT = (
    update(projects)
    .where(projects.c.team_id == TEAM, projects.c.id == param("project"))
    .values(counter=projects.c.counter + 1)
    .returning(projects.c.counter)
)
_SAVE = update(projects).where(
    and_(projects.c.team_id == TEAM, projects.c.id == param("project"), projects.c.version == param("seen"))
)
_BIND = Upsert(channels, ("team_id", "channel"))


class UnknownWorkspace(Exception):
    """Nothing has been written for this team yet, and a reader cannot begin it."""


def project_from(row: Row[Any]) -> Project:
    return Project(
        row.id,
        row.prefix,
        row.name,
        row.home_channel,
        row.timezone,
        policy_from_json(row.policy),
        row.is_default,
        row.version,
    )


def project_values(project: Project) -> Mapping[str, Any]:
    return {
        "prefix": project.prefix,
        "name": project.name,
        "home_channel": project.home_channel,
        "timezone": project.timezone,
        "policy": policy_to_json(project.policy),
        "is_default": project.default,
    }


def open_workspace(tenant: Tenant) -> None:
    """Its empty log and its default project; harmless when somebody else just did it."""
    tenant.add_unless_known(workspaces, {"created_at": tenant.now, "suggestions": Suggesting.TYPING})
    tenant.add_unless_known(heads, EMPTY_LOG)
    first = Project(new_id(), DEFAULT_PREFIX, DEFAULT_NAME, default=True, version=1)
    tenant.add_unless_known(projects, {"id": first.id, **project_values(first), "counter": 0, "version": 1})


class ProjectReader:
    """Raises UnknownWorkspace where only the default project could answer and there is none yet."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._known: dict[str, Project] = {}

    def default(self) -> Project:
        return self._certain(_DEFAULT)

    def for_channel(self, channel: str | None) -> Project:
        """Of an unbound channel `DEF`; of no channel at all the only one that people set up, where there is one."""
        if channel is None and len(own := [each for each in self.all() if not each.default]) == 1:
            return own[0]
        return self._certain(_FOR_CHANNEL, channel=channel)

    def of_prefix(self, prefix: str) -> Project | None:
        row = self._tenant.first(OF_PREFIX, prefix=prefix.upper())
        return self._kept(row) if row else None

    def by_id(self, project_id: str) -> Project:
        if project_id in self._known:
            return self._known[project_id]
        row = self._tenant.first(_BY_ID, id=project_id)
        if row is None:
            raise NotFound("project", project_id)
        return self._kept(row)

    def all(self) -> list[Project]:
        return [self._kept(row) for row in self._tenant.all(_ALL)]

    def channels(self, project_id: str) -> list[str]:
        return [row.channel for row in self._tenant.all(_CHANNELS, project=project_id)]

    def suggestions(self) -> Suggesting:
        row = self._tenant.first(_SUGGESTIONS)
        return Suggesting(row.suggestions) if row else Suggesting.TYPING

    def _certain(self, statement: Executable, **values: Any) -> Project:
        row = self._tenant.first(statement, **values)
        if row is None:
            raise UnknownWorkspace(self._tenant.team)
        return self._kept(row)

    def _kept(self, row: Row[Any]) -> Project:
        # One object per project and unit of work: what a use case changes, everybody in it sees.
        return self._known.setdefault(row.id, project_from(row))


class SqlProjects(ProjectReader):
    def add(self, project: Project) -> None:
        """Raises Conflict when another has just taken the prefix."""
        project.version = 1
        values = {"id": project.id, **project_values(project), "counter": 0, "version": 1}
        if not self._tenant.add_unless_known(projects, values):
            raise Conflict(project.prefix)
        self._known[project.id] = project

    def save(self, project: Project) -> None:
        values = {**project_values(project), "version": project.version + 1}
        if not self._tenant.change(_SAVE.values(values), project=project.id, seen=project.version):
            raise Conflict(project.prefix)
        project.version += 1

    def bind(self, channel: str, project: Project) -> None:
        self._tenant.put(_BIND, channel=channel, project_id=project.id)

    def suggest(self, when: Suggesting) -> None:
        self._tenant.change(_SUGGEST.values(suggestions=when))

    def next_key(self, project: Project) -> str:
        row = self._tenant.first(_COUNT, project=project.id)
        if row is None:
            raise NotFound("project", project.prefix)
        return f"{project.prefix}-{row.counter}"

    def _certain(self, statement: Executable, **values: Any) -> Project:
        try:
            return super()._certain(statement, **values)
        except UnknownWorkspace:
            open_workspace(self._tenant)
            return super()._certain(statement, **values)
