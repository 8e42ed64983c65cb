"""Who said something since it bounced?"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from bot.domain.events import Kind
from storage.event_log import logged_from
from storage.tables import events
from storage.tenant import TEAM, Tenant, param

_BOUNCES = frozenset({Kind.VERIFICATION_FAILED.value, Kind.DEFECT_REOPENED.value})
_TOLD = (
    select(events)
    .where(
        events.c.team_id == TEAM,
        events.c.subject_id.in_(param("subjects", expanding=True)),
        events.c.kind.in_(sorted({*_BOUNCES, Kind.COMMENT_ADDED.value, Kind.COMMENT_ERASED.value})),
        events.c.at <= param("at"),
    )
    .order_by(events.c.seq)
)


def explained(tenant: Tenant, defect_ids: Collection[str], at: datetime) -> frozenset[str]:
    """Those with a comment that is younger than their last bounce, and was not erased until then."""
    notes: dict[str, set[str]] = {}
    for row in sorted(tenant.all_in(_TOLD, "subjects", defect_ids, at=at), key=lambda row: row.seq):
        said = notes.setdefault(row.subject_id, set())
        comment = str(logged_from(row, {}).event.facts.get("comment_id"))
        if row.kind in _BOUNCES:
            said.clear()
        elif row.kind == Kind.COMMENT_ADDED.value:
            said.add(comment)
        else:
            said.discard(comment)
    return frozenset(subject for subject, said in notes.items() if said)
