"""What may be seen across workspaces: ids, teams and instants, through views that hold nothing else.

On PostgreSQL a view looks with the eyes of its owner, whom row-level security does not bind; the role that serves may
read these views and sees through them no word that anybody wrote.
"""

from collections.abc import Mapping

from sqlalchemy import Column, MetaData, Table

from storage.tables.digests import schedules
from storage.tables.installations import installations
from storage.tables.log import events
from storage.tables.outbox import outbox
from storage.tables.roads import closed_roads
from storage.tables.workspaces import heads, receipts, workspaces

_ROWS = ("team_id", "id", "lane", "after_seq", "bulk", "state", "created_at", "due_at", "expires_at")
_views: MetaData = MetaData()


def _view(source: Table, *columns: str) -> Table:
    return Table(f"across_{source.name}", _views, *(Column(name, source.c[name].type) for name in columns))


across_outbox = _view(outbox, *_ROWS, "lease_until", "settled_at")
across_schedules = _view(schedules, "team_id", "id", "next_at")
across_receipts = _view(receipts, "team_id", "created_at")
across_workspaces = _view(workspaces, "team_id")
across_heads = _view(heads, "team_id")
across_closed_roads = _view(closed_roads, "team_id", "road", "code", "since")
across_installations = _view(installations, "team_id")
across_events = _view(events, "team_id")

VIEWS: Mapping[str, str] = {
    name: f"CREATE VIEW {name} AS SELECT {', '.join(view.columns.keys())} FROM {name.removeprefix('across_')}"
    for name, view in _views.tables.items()
}
