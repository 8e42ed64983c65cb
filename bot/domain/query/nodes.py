"""A query as values: what the printer prints, the store compiles to SQL and `matches` evaluates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

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
class Exact:
    """Equal to the value; for `text` contained in it; a name of `GROUPS` stands for its statuses."""

    value: str | int


@dataclass(frozen=True, slots=True)
class Between:
    """`S1..S2`, `1d..3d`, `1..3`; both ends included, low <= high."""

    low: str | int | Age
    high: str | int | Age


@dataclass(frozen=True, slots=True)
class Compare:
    operator: Operator
    limit: int | Age


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


Value = Exact | Between | Compare | Missing | Me | Person


@dataclass(frozen=True, slots=True)
class Term:
    """True when any of the values fits; `negated` turns that round. Terms of a query are joined by and."""

    field: str
    values: tuple[Value, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Sort:
    """What needs attention first: S1, P1, oldest, most bounces, lowest number. `reverse` turns that round."""

    field: str
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    terms: tuple[Term, ...] = ()
    sorts: tuple[Sort, ...] = ()
