"""What happened: to one defect, and in a release since some place in the log."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, type_coerce, union_all

from bot.domain.events import Event, Kind, Logged, Subject
from bot.domain.release import Release
from storage.log_body import event_from
from storage.tables import defect_versions, events, releases
from storage.tenant import TEAM, Tenant, param
from storage.types import Member
from storage.versions import FOREVER_SEQ

_DAWN = datetime(1970, 1, 1, tzinfo=UTC)
_NO_TEXTS: Mapping[str, str] = MappingProxyType({})
_MEMBERS: Mapping[str, Member[Any]] = {"kind": Member(Kind), "subject": Member(Subject)}


def _columns(*names: str) -> list[ColumnElement[Any]]:
    return [type_coerce(events.c[name], _MEMBERS[name]) if name in _MEMBERS else events.c[name] for name in names]


# Counted, not quoted: without what people wrote, and without the chain.
_UNTIL = and_(events.c.team_id == TEAM, events.c.seq <= param("until"))
_SAID = select(
    *_columns("seq", "at", "actor", "surface", "channel", "message_ts", "kind", "subject", "subject_id", "body")
).where(_UNTIL)
_COUNTED = and_(
    defect_versions.c.team_id == TEAM,
    defect_versions.c.counts_in.in_(param("scopes", expanding=True)),
    defect_versions.c.valid_from_seq <= param("until"),
)
# A window of the log is walked, and each event asked whether it is about one that counted.
_SINCE = _SAID.where(
    events.c.seq > param("after"),
    or_(
        events.c.subject_id == param("release"),
        exists().where(
            _COUNTED,
            defect_versions.c.defect_id == events.c.subject_id,
            defect_versions.c.valid_to_seq > param("after"),
        ),
    ),
).order_by(events.c.seq)
# The whole log is more than what belongs to one release, whose defects lead to their events. The range holds for every
# version; it makes SQLite take the index where few releases are known.
_OF_IT = events.c.subject_id.in_(
    union_all(
        select(defect_versions.c.defect_id).where(_COUNTED, defect_versions.c.valid_to > param("dawn")),
        select(releases.c.id).where(releases.c.team_id == TEAM, releases.c.id == param("release")),
    )
)
_EVER = _SAID.where(_OF_IT)
# Most of what happened is that defects were filed, and a filing says more than all that follows it.
_LIFE = select(
    *_columns("seq", "kind", "subject", "subject_id"),
    case((events.c.kind != Kind.DEFECT_FILED.value, events.c.body)),
).where(_UNTIL, _OF_IT)
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
    asked = _asked(tenant, release, seq, until)
    if seq == 0:
        # Asked for the order, either store would walk the log.
        return sorted(tenant.made(_logged, _EVER, **asked, dawn=_DAWN), key=attrgetter("seq"))
    return list(tenant.made(_logged, _SINCE, **asked, after=seq))


def life(tenant: Tenant, release: Release, until: int | None) -> list[Event]:
    told = tenant.made(tuple, _LIFE, **_asked(tenant, release, 0, until), dawn=_DAWN)
    return [
        Event(kind, subject, subject_id) if body is None else event_from(kind, subject, subject_id, body, _NO_TEXTS)
        for _, kind, subject, subject_id, body in sorted(told)
    ]


def _asked(tenant: Tenant, release: Release, seq: int, until: int | None) -> dict[str, Any]:
    scopes = [release.id, release.project_id] if _undecided_since(tenant, release, seq) else [release.id]
    return {"release": release.id, "scopes": scopes, "until": FOREVER_SEQ if until is None else until}


def _logged(values: Iterable[Any]) -> Logged:
    seq, at, actor, surface, channel, message_ts, kind, subject, subject_id, body = values
    return Logged(seq, at, actor, surface, channel, message_ts, event_from(kind, subject, subject_id, body, _NO_TEXTS))


def _undecided_since(tenant: Tenant, release: Release, seq: int) -> bool:
    """Whether there was a time after `seq` at which what has no release counted in it."""
    if release.undecided:
        return True
    shipped = tenant.first(_SHIPPED, release=release.id)
    return shipped is not None and shipped[0] is not None and shipped[0] > seq
