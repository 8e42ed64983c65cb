"""Roads to Slack that are closed."""

from collections.abc import Collection

from sqlalchemy import delete, select, update

from bot.services.roads import REMOVED, ClosedRoad
from storage.tables import closed_roads
from storage.tenant import TEAM, Tenant, param

_CLOSED = select(closed_roads).where(closed_roads.c.team_id == TEAM).order_by(closed_roads.c.road)
_THIS = (closed_roads.c.team_id == TEAM, closed_roads.c.road == param("which"))
_STILL = (
    update(closed_roads)
    .where(*_THIS, closed_roads.c.code != REMOVED)
    .values(code=param("answered"), tried_at=param("now"))
)
# The days until its data go are counted from the removal, whatever was wrong before.
_REMOVED = _STILL.values(since=param("now"))
_OPEN = delete(closed_roads).where(
    closed_roads.c.team_id == TEAM, closed_roads.c.road.in_(param("roads", expanding=True))
)


class RoadReader:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def closed(self) -> list[ClosedRoad]:
        return [ClosedRoad(row.road, row.code, row.since, row.tried_at) for row in self._tenant.all(_CLOSED)]


class SqlRoads(RoadReader):
    def close(self, road: str, code: str) -> bool:
        now = self._tenant.now
        row = {"road": road, "code": code, "since": now, "tried_at": now}
        if self._tenant.add_unless_known(closed_roads, row):
            return True
        self._tenant.change(_REMOVED if code == REMOVED else _STILL, which=road, answered=code, now=now)
        return False


def open_roads(tenant: Tenant, roads: Collection[str]) -> None:
    tenant.change(_OPEN, roads=sorted(roads))
