"""What a query asks of a defect's releases: the one it is for, those it counts in, the one it was found in."""

from sqlalchemy import and_, exists, func, not_, or_, select

from bot.domain.query import Missing, Value
from bot.domain.values import Resolution
from storage.questions.scene import Condition, Scene, exact, held
from storage.questions.standing_columns import Columns
from storage.tables import defect_versions, defects, projects, releases, shippings
from storage.tenant import TEAM

# None of these is a defect of its own.
_NONE = sorted((Resolution.DUPLICATE, Resolution.NOT_A_DEFECT))


def _in_project(prefix: str) -> Condition:
    owned = select(projects.c.id).where(projects.c.team_id == TEAM, func.lower(projects.c.prefix) == prefix)
    return releases.c.project_id.in_(owned)


def release(scene: Scene, value: Value) -> Condition:
    """By its name, or by its project's prefix and its name. What has a release counts in that, which has an index."""
    if isinstance(value, Missing):
        return scene.columns["release_id"].is_(None)
    return scene.columns["counts_in"].in_(select(releases.c.id).where(releases.c.team_id == TEAM, _called(value)))


def found(scene: Scene, value: Value) -> Condition:
    column = scene.columns["found_release_id"]
    if isinstance(value, Missing):
        return column.is_(None)
    return held(column, column.in_(select(releases.c.id).where(releases.c.team_id == TEAM, _called(value))))


def _called(value: Value) -> Condition:
    name = exact(value)
    prefix, _, rest = name.partition("/")
    return or_(releases.c.name_key == name, and_(releases.c.name_key == rest, _in_project(prefix)))


def counts(scene: Scene, value: Value) -> Condition:
    """Without a release it counts in every one of its project that was undecided at that instant."""
    shipped = exists().where(
        shippings.c.team_id == TEAM,
        shippings.c.release_id == releases.c.id,
        shippings.c.shipped_at <= scene.asker.now,
        or_(shippings.c.unshipped_at.is_(None), shippings.c.unshipped_at > scene.asker.now),
    )
    owning = select(releases.c.project_id).where(
        releases.c.team_id == TEAM, _called(value), not_(shipped.correlate(releases))
    )
    return or_(release(scene, value), scene.columns["counts_in"].in_(owning))


def escaped(columns: Columns) -> Condition:
    """The release that it was found in was shipped when it was filed, whatever became of that since. Never NULL."""
    shipped = exists().where(
        shippings.c.team_id == TEAM,
        shippings.c.release_id == columns["found_release_id"],
        shippings.c.shipped_at <= columns["created_at"],
        or_(shippings.c.unshipped_at.is_(None), shippings.c.unshipped_at > columns["created_at"]),
    )
    return and_(genuine(columns), shipped.correlate(defects, defect_versions))


def genuine(columns: Columns) -> Condition:
    return func.coalesce(columns["resolution"], "").not_in(_NONE)
