"""Day by day: how many counted in a release, and how far they had come."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from bot.domain.local_time import instant, today
from bot.domain.release import Release
from bot.domain.values import OPEN, SETTLED, UNVERIFIED, Status
from bot.services.views import BurnDay
from storage.tables import defect_versions
from storage.tenant import TEAM, Tenant, param

_DAY = timedelta(days=1)
_LIVES = select(
    defect_versions.c.counts_in,
    defect_versions.c.status,
    defect_versions.c.valid_from,
    defect_versions.c.valid_to,
).where(
    defect_versions.c.team_id == TEAM,
    defect_versions.c.counts_in.in_(param("scopes", expanding=True)),
    defect_versions.c.valid_to > param("since"),
    defect_versions.c.valid_from <= param("until"),
)
# Each line of the picture and the statuses that it counts.
_LINES = (
    frozenset(Status),
    UNVERIFIED | SETTLED,
    SETTLED,
    OPEN,
)


def burn_up(tenant: Tenant, release: Release, zone: str) -> list[BurnDay]:
    """From the day it was planned to today, or to the day it shipped."""
    until = release.shipped_at or tenant.now
    where = ZoneInfo(zone)
    days = _days(today(release.created_at, where), today(until, where))
    ends = [min(instant(day + _DAY, time(0), where), until) for day in days]
    lives = tenant.all(_LIVES, scopes=[release.id, release.project_id], since=release.created_at, until=until)
    counted = [life for life in lives if not _over_before(life, release)]
    lines = [_line(counted, statuses, ends) for statuses in _LINES]
    return [BurnDay(day, *numbers) for day, *numbers in zip(days, *lines, strict=True)]


def _days(first: date, last: date) -> Sequence[date]:
    return [first + n * _DAY for n in range(max(0, (last - first).days) + 1)]


def _over_before(life: Row[Any], release: Release) -> bool:
    """What has no release and was closed before this one was planned never counted in it."""
    return bool(
        life.counts_in == release.project_id and life.status == Status.CLOSED and life.valid_from < release.created_at
    )


def _line(lives: Iterable[Row[Any]], statuses: frozenset[Status], ends: Sequence[datetime]) -> list[int]:
    """At each of these instants, how many have one of the statuses."""
    steps = [0] * (len(ends) + 1)
    for life in lives:
        if life.status in statuses:
            steps[bisect_left(ends, life.valid_from)] += 1
            steps[bisect_left(ends, life.valid_to)] -= 1
    return list(accumulate(steps))[:-1]
