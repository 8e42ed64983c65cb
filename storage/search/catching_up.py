"""Documents of defects that were filed before there were any: part of every migration."""

from datetime import UTC, datetime

from sqlalchemy import Connection, and_, select

from storage.across_teams import teams
from storage.event_log import OWN, with_texts
from storage.search.documents import follow
from storage.tables import defects, events, search_documents
from storage.tenant import TEAM, Tenant, param

_PORTION = 200
_WITHOUT = (
    select(defects.c.id)
    .outerjoin(
        search_documents,
        and_(search_documents.c.team_id == defects.c.team_id, search_documents.c.defect_id == defects.c.id),
    )
    .where(defects.c.team_id == TEAM, search_documents.c.defect_id.is_(None))
    .order_by(defects.c.created_at, defects.c.id)
)
_LIVES = OWN.where(events.c.subject_id.in_(param("ids", expanding=True))).order_by(events.c.seq)


def catch_up(connection: Connection) -> None:
    """The order of filing is kept, as places need it."""
    for team in teams(connection):
        # A transaction is of one workspace; a savepoint may be of another.
        with connection.begin_nested():
            _catch_up(Tenant(connection, team, datetime.now(UTC)))


def _catch_up(tenant: Tenant) -> None:
    missing = [row.id for row in tenant.all(_WITHOUT)]
    for at in range(0, len(missing), _PORTION):
        rows = tenant.all(_LIVES, ids=missing[at : at + _PORTION])
        follow(tenant, with_texts(tenant, rows))
