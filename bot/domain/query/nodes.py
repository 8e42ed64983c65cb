"""A query as values: what the printer prints, the store compiles to SQL and `matches` evaluates."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from bot.domain.span import Span

DAYS = {"today": timedelta(), "yesterday": timedelta(days=1)}
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}

Operator = Literal["<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Age:
    """`3d`; minutes `m`, hours `h`, days `d`, weeks `w`."""

    count: int
    unit: str

    @property
    def length(self) -> timedelta:
        return self.count * UNITS[self.unit]


@dataclass(frozen=True, slots=True)
class Moment:
    """`2026-11-20`, `2026-11-20T18:00`, `today`, `yesterday`: a local day or minute."""

    written: str

    def begins(self, now: datetime, zone: tzinfo) -> datetime:
        return self._local(now, zone, timedelta())

    def ends(self, now: datetime, zone: tzinfo) -> datetime:
        """The first instant after it."""
        return self._local(now, zone, timedelta(minutes=1) if "T" in self.written else timedelta(days=1))

    def _local(self, now: datetime, zone: tzinfo, further: timedelta) -> datetime:
        if "T" in self.written:
            return datetime.fromisoformat(self.written).replace(tzinfo=zone).astimezone(UTC) + further
        day = now.astimezone(zone).date() - DAYS[self.written] if self.written in DAYS else None
        return datetime.combine((day or date.fromisoformat(self.written)) + further, time(), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Exact:
    """Equal to the value; for `text` contained in it; a name of `GROUPS` stands for its statuses. `span`: where it was
    written, for who finds out later that nothing is called so."""

    value: str | int | Moment
    span: Span | None = dataclasses.field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Between:
    """`S1..S2`, `1d..3d`, `1..3`, `2026-11-01..today`; both ends included, low <= high."""

    low: str | int | Age | Moment
    high: str | int | Age | Moment


@dataclass(frozen=True, slots=True)
class Compare:
    operator: Operator
    limit: int | Age | Moment


@dataclass(frozen=True, slots=True)
class Missing:
    """`none`: nothing is recorded in the field."""


@dataclass(frozen=True, slots=True)
class Me:
    """Whoever asks."""


@dataclass(frozen=True, slots=True)
class Person:
    """By id, or by a name that still has to be looked up (`resolve`)."""

    user_id: str | None
    name: str | None = None
    span: Span | None = dataclasses.field(default=None, compare=False, repr=False)


Value = Exact | Between | Compare | Missing | Me | Person


@dataclass(frozen=True, slots=True)
class Term:
    """True when any of the values fits; `negated` turns that round. Terms of a query are joined by and."""

    field: str
    values: tuple[Value, ...]
    negated: bool = False
    span: Span | None = dataclasses.field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Sort:
    """What needs attention first: S1, P1, the longest age, wait or idleness, most bounces and duplicates, the lowest
    number. `reverse` turns that round."""

    field: str
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    terms: tuple[Term, ...] = ()
    sorts: tuple[Sort, ...] = ()
