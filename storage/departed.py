"""The data of a workspace that removed us go after a while, in small portions; as after an erasure the sealed log
stays, and that it was there. Whoever has us back before the end keeps what is left."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, exists, or_, select

from bot.services.roads import ALL, REMOVED
from storage.across_teams import PATIENCE
from storage.database import Store
from storage.erasure import SEALED
from storage.passing import PORTION, Passing
from storage.search import documents
from storage.tables import closed_roads, metadata
from storage.tables.across import across_closed_roads as across
from storage.tenant import TEAM, Tenant, param

_BEFORE = param("before")
_removal = closed_roads.alias()
_STILL_GONE = and_(
    _removal.c.team_id == TEAM, _removal.c.road == ALL, _removal.c.code == REMOVED, _removal.c.since < _BEFORE
)
_GONE = exists().where(_STILL_GONE)
_REMOVAL = select(_removal.c.since).where(_STILL_GONE)
_TEAMS = (
    select(across.c.team_id)
    .where(across.c.road == ALL, across.c.code == REMOVED, across.c.since < _BEFORE)
    .order_by(across.c.team_id)
)
_its_removal = and_(closed_roads.c.road == ALL, closed_roads.c.code == REMOVED)
# What refers to others goes before them; that it has removed us goes last, so that a killed process does not forget.
_TABLES = (
    *(
        Passing(table, _GONE)
        for table in reversed(metadata.sorted_tables)
        if table.name not in SEALED and table is not closed_roads
    ),
    Passing(closed_roads, and_(_GONE, or_(closed_roads.c.road != ALL, closed_roads.c.code != REMOVED))),
    Passing(closed_roads, and_(_its_removal, closed_roads.c.since < _BEFORE)),
)


async def forget_departed(store: Store, before: datetime) -> int:
    """Of the workspaces that had removed us before that instant; answers how many rows went."""

    def find(connection: Connection) -> Sequence[str]:
        return connection.scalars(_TEAMS, {"before": before}).all()

    return sum([await _forget(store, team, before) for team in await store.read(find)])


async def _forget(store: Store, team: str, before: datetime) -> int:
    gone = await _unsearchable(store, team, before)
    return gone + sum([await each.empty(store, team, before) for each in _TABLES])


async def _unsearchable(store: Store, team: str, before: datetime) -> int:
    """The index of SQLite is no table of rows: its entries are taken out one by one."""

    def some(connection: Connection) -> int:
        tenant = Tenant(connection, team, before)
        still = tenant.first(_REMOVAL, before=before) is not None
        return documents.forget_some(tenant, PORTION) if still else 0

    gone = 0
    while portion := await store.run(some, deadline=PATIENCE, behind=True):
        gone += portion
    return gone
