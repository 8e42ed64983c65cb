"""What happened: to one defect, and in a release since some place in the log."""

from datetime import datetime

from sqlalchemy import func, or_, select

from bot.domain.events import Kind, Logged
from bot.domain.release import Release
from storage.event_log import OWN, logged_from
from storage.tables import defect_versions, events
from storage.tenant import TEAM, Tenant, param
from storage.versions import FOREVER_SEQ

_COUNTED = select(defect_versions.c.defect_id).where(
    defect_versions.c.team_id == TEAM,
    defect_versions.c.counts_in.in_(param("scopes", expanding=True)),
    defect_versions.c.valid_to_seq > param("after"),
    defect_versions.c.valid_from_seq <= param("until"),
)
_SINCE = OWN.where(
    events.c.seq > param("after"),
    events.c.seq <= param("until"),
    or_(events.c.subject_id == param("release"), events.c.subject_id.in_(_COUNTED)),
).order_by(events.c.seq)
_NEWEST_AT = (
    select(events.c.seq)
    .where(events.c.team_id == TEAM, events.c.at <= param("at"))
    .order_by(events.c.seq.desc())
    .limit(1)
)
_SHIPPED = select(func.max(events.c.seq)).where(
    events.c.team_id == TEAM,
    events.c.subject_id == param("release"),
    events.c.kind == Kind.RELEASE_SHIPPED.value,
)


def seq_at(tenant: Tenant, at: datetime) -> int:
    """Walks back from the newest event, so that it costs what happened since."""
    row = tenant.first(_NEWEST_AT, at=at)
    return row.seq if row else 0


def events_since(tenant: Tenant, release: Release, seq: int, until: int | None) -> list[Logged]:
    scopes = [release.id, release.project_id] if _undecided_since(tenant, release, seq) else [release.id]
    last = FOREVER_SEQ if until is None else until
    # Counted, not quoted: without what people wrote.
    rows = tenant.all(_SINCE, release=release.id, scopes=scopes, after=seq, until=last)
    return [logged_from(row, {}) for row in rows]


def _undecided_since(tenant: Tenant, release: Release, seq: int) -> bool:
    """Whether there was a time after `seq` at which what has no release counted in it."""
    if release.undecided:
        return True
    shipped = tenant.first(_SHIPPED, release=release.id)
    return shipped is not None and shipped[0] is not None and shipped[0] > seq
