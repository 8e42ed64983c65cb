"""Times in the reader's zone; `<!date^…>` as https://docs.slack.dev/messaging/formatting-message-text describes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.sandbox.page.reader import Reader


def _ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _date(moment: datetime) -> str:
    return f"{moment:%B} {_ordinal(moment.day)}, {moment.year}"


def _short(moment: datetime) -> str:
    return f"{moment:%b} {moment.day}, {moment.year}"


def _long(moment: datetime) -> str:
    return f"{moment:%A}, {_date(moment)}"


def _pretty(plain: Callable[[datetime], str]) -> Callable[[datetime, datetime], str]:
    def worded(moment: datetime, now: datetime) -> str:
        days = (moment.date() - now.date()).days
        return {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days) or plain(moment)

    return worded


def _always(plain: Callable[[datetime], str]) -> Callable[[datetime, datetime], str]:
    return lambda moment, _now: plain(moment)


def _ago(moment: datetime, now: datetime) -> str:
    left = abs(now - moment)
    steps = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))
    for size, name in steps:
        if left >= size:
            count = left // size
            words = f"{count} {name}{'' if count == 1 else 's'}"
            return f"in {words}" if moment > now else f"{words} ago"
    return "now"


TOKENS: dict[str, Callable[[datetime, datetime], str]] = {
    "date_num": _always(lambda moment: f"{moment:%Y-%m-%d}"),
    "date": _always(_date),
    "date_short": _always(_short),
    "date_long": _always(_long),
    "date_pretty": _pretty(_date),
    "date_short_pretty": _pretty(_short),
    "date_long_pretty": _pretty(_long),
    "time": _always(lambda moment: f"{moment:%H:%M}"),
    "time_secs": _always(lambda moment: f"{moment:%H:%M:%S}"),
    "ago": _ago,
}
_TOKEN = re.compile(r"\{([a-z_]+)\}")


def worded(reader: Reader, seconds: str, pattern: str, fallback: str) -> str:
    """The fallback where the number or a token is not one."""
    try:
        moment = reader.moment(int(seconds))
    except (ValueError, OverflowError, OSError):
        return fallback
    if any(name not in TOKENS for name in _TOKEN.findall(pattern)):
        return fallback
    return _TOKEN.sub(lambda found: TOKENS[found[1]](moment, reader.today), pattern)


def clock(reader: Reader, ts: str) -> str:
    return f"{reader.moment(float(ts)):%H:%M}"


def in_full(reader: Reader, ts: str) -> str:
    moment = reader.moment(float(ts))
    return f"{_long(moment)} {moment:%H:%M:%S}"


def day(reader: Reader, ts: str) -> str:
    """What stands above the first message of a day."""
    moment = reader.moment(float(ts))
    words = _pretty(lambda given: f"{given:%A}, {given.day} {given:%B}")(moment, reader.today)
    return words[0].upper() + words[1:]
