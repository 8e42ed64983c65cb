"""Wall-clock time in an IANA zone as an instant, also on the days when clocks are put forward or back."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """In UTC. A time that occurs twice means its first occurrence; one that the clock jumps over means the first
    valid instant after the gap (https://peps.python.org/pep-0495/ on folds and gaps)."""
    wall = datetime.combine(day, at, zone)
    first = wall.astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return first
    return _transition(wall.replace(fold=1).astimezone(UTC), first, zone)


def exists(day: date, zone: ZoneInfo) -> bool:
    """False for a date that a zone left out when it moved across the date line (Apia, 30 December 2011)."""
    return instant(day, time(0), zone).astimezone(zone).date() == day


def today(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _transition(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant in (before, after] at which the zone's offset changes, to the second."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
