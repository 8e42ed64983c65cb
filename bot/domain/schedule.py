"""When the next digest is due: once per local date, whatever the clock does on it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.local_time import exists, instant, today

# How late a digest may still be sent; after it, it is skipped and said so.
LATE = timedelta(hours=4)
_DAY = timedelta(days=1)
# A week finds every weekday; a second one covers a date that a zone left out.
_HORIZON = 16


@dataclass(frozen=True, slots=True)
class Slot:
    """`day` is the local date that the slot belongs to, `at` its instant in UTC."""

    day: date
    at: datetime


def next_slot(after: datetime, at: time, zone: ZoneInfo, days: frozenset[int]) -> Slot:
    """The first slot strictly after that instant. `days`: ISO weekdays. Raises ValueError when there are none."""
    start = today(after, zone)
    for offset in range(_HORIZON):
        day = start + offset * _DAY
        if day.isoweekday() not in days or not exists(day, zone):
            continue
        moment = instant(day, at, zone)
        if moment > after:
            return Slot(day, moment)
    raise ValueError(f"no day to send on: {sorted(days)}")


def too_late(due: datetime, now: datetime) -> bool:
    return now - due > LATE
