"""What a field of a query is, and how its values read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.values import OPEN, SETTLED, UNVERIFIED, Status


class Kind(StrEnum):
    """How a field's value reads."""

    CHOICE = "choice"
    LADDER = "ladder"
    NAME = "name"
    PERSON = "person"
    AGE = "age"
    DATE = "date"
    COUNT = "count"
    TEXT = "text"
    SORT = "sort"


COMPARABLE = frozenset({Kind.AGE, Kind.DATE, Kind.COUNT})

GROUPS: Mapping[str, frozenset[Status]] = {"open": OPEN, "unverified": UNVERIFIED, "settled": SETTLED}
"""Statuses that are asked for together."""

FLAGS = ("untriaged", "blocked", "asked", "escaped")
"""Values of `is`."""

SORTS = ("age", "severity", "priority", "wait", "idle", "bounce", "duplicates", "occurrences", "key")


@dataclass(frozen=True, slots=True)
class Field:
    """`short` is what people are shown; `says` what it asks; `choices` are its words in order; `optional` ones can be
    asked for `none`. `now_only`: true of a whole field, or of these choices, that nothing is kept of but the present.
    """

    name: str
    short: str
    kind: Kind
    says: str
    examples: tuple[str, ...]
    choices: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False
    now_only: bool | frozenset[str] = False
