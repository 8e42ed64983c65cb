"""Which workspaces refuse our token: a look across them (storage.across_teams) at ids, codes and instants."""

from sqlalchemy import Connection, select

from bot.services.roads import ALL, REMOVED, Refusal, Refusals
from storage import prepared
from storage.tables.across import across_closed_roads as roads
from storage.tables.across import across_workspaces as workspaces

# Who removed us wants no word.
_REFUSED = (
    select(roads.c.team_id, roads.c.code, roads.c.since)
    .where(roads.c.road == ALL, roads.c.code != REMOVED)
    .order_by(roads.c.since, roads.c.team_id)
)
_HEARING = (
    select(workspaces.c.team_id)
    .where(workspaces.c.team_id.not_in(select(roads.c.team_id).where(roads.c.road == ALL)))
    .limit(1)
)


def refusals(connection: Connection) -> Refusals:
    found = tuple(Refusal(row.team_id, row.code, row.since) for row in prepared.rows(connection, _REFUSED, {}))
    return Refusals(found, everywhere=bool(found) and prepared.first(connection, _HEARING, {}) is None)
