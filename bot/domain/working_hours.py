"""Working time between two instants: what people could have used, not what the clock counted."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.local_time import instant, today
from bot.domain.project import WorkingHours

_DAY = timedelta(days=1)
_NOTHING = timedelta(0)


def working_time(start: datetime, end: datetime, zone: ZoneInfo, hours: WorkingHours) -> timedelta:
    """Nothing when `end` is not after `start`. A clock change shortens or lengthens the day that it falls on."""
    return sum(
        (max(min(stop, end) - max(begin, start), _NOTHING) for begin, stop in _back(start, end, zone, hours)), _NOTHING
    )


def reaches_back(amount: timedelta, now: datetime, zone: ZoneInfo, hours: WorkingHours) -> datetime:
    """The instant before which everything has waited for more than `amount` of working time until `now`.

    One date for a whole release instead of one sum for each defect. Nothing waits where nobody works.
    """
    if not hours.days:
        return datetime.min.replace(tzinfo=UTC)
    left = amount
    cutoff = now
    for begin, stop in _back(None, now, zone, hours):
        worked = min(stop, now) - begin
        if worked > left:
            return min(stop, now) - left
        left -= max(worked, _NOTHING)
        cutoff = begin
    return cutoff


def _back(
    start: datetime | None, end: datetime, zone: ZoneInfo, hours: WorkingHours
) -> Iterator[tuple[datetime, datetime]]:
    """Working shifts that can touch (start, end), the latest first; a shift may run over midnight."""
    overnight = _DAY if hours.end <= hours.start else _NOTHING
    day = today(end, zone)
    first = today(start, zone) - 2 * _DAY if start is not None else today(end, zone) - 3660 * _DAY
    while day >= first:
        if day.isoweekday() in hours.days:
            yield instant(day, hours.start, zone), instant(day + overnight, hours.end, zone)
        day -= _DAY
