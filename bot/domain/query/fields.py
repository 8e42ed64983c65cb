"""Which fields a query knows, under which names, and what their values look like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.values import OPEN, SETTLED, UNVERIFIED, Priority, Resolution, Severity, Status


class Kind(StrEnum):
    """How a field's value reads."""

    CHOICE = "choice"
    LADDER = "ladder"
    NAME = "name"
    PERSON = "person"
    AGE = "age"
    COUNT = "count"
    TEXT = "text"
    SORT = "sort"


GROUPS: Mapping[str, frozenset[Status]] = {"open": OPEN, "unverified": UNVERIFIED, "settled": SETTLED}
"""Statuses that are asked for together."""

SORTS = ("age", "severity", "priority", "bounce", "key")


@dataclass(frozen=True, slots=True)
class Field:
    """`short` is what people are shown; `choices` are its words in order; `optional` ones can be asked for `none`."""

    name: str
    short: str
    kind: Kind
    examples: tuple[str, ...]
    choices: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False


_ALL = (
    Field("status", "status", Kind.CHOICE, ("status:open", "status:resolved"), (*GROUPS, *Status)),
    Field(
        "severity",
        "sev",
        Kind.LADDER,
        ("sev:S1", "sev:S1..S2"),
        tuple(Severity),
        {"1": "S1", "2": "S2", "3": "S3", "4": "S4", "critical": "S1", "major": "S2", "minor": "S3", "trivial": "S4"},
    ),
    Field(
        "priority",
        "prio",
        Kind.LADDER,
        ("prio:P1", "prio:P1..P2"),
        tuple(Priority),
        {"1": "P1", "2": "P2", "3": "P3", "4": "P4"},
        optional=True,
    ),
    Field("release", "rel", Kind.NAME, ("rel:2.4", "rel:none"), optional=True),
    Field("component", "comp", Kind.NAME, ("comp:cart", "comp:none"), optional=True),
    Field("owner", "owner", Kind.PERSON, ("owner:@me", "owner:none"), optional=True),
    Field("reporter", "reporter", Kind.PERSON, ("reporter:@me",)),
    Field("label", "label", Kind.NAME, ("label:flaky", "label:none"), optional=True),
    Field("age", "age", Kind.AGE, ("age>3d", "age<=12h", "age:1d..2w")),
    Field("bounce", "bounce", Kind.COUNT, ("bounce>=2", "bounce:0")),
    Field("text", "text", Kind.TEXT, ('text:"500 error"',)),
    Field("build", "build", Kind.NAME, ("build:2.4.0-rc3", "build:none"), optional=True),
    Field("environment", "env", Kind.NAME, ("env:staging", "env:none"), optional=True),
    Field("resolution", "resolution", Kind.CHOICE, ("resolution:wont_fix",), tuple(Resolution), optional=True),
    Field("sort", "sort", Kind.SORT, ("sort:age", "sort:-age"), SORTS, {"sev": "severity", "prio": "priority"}),
)

FIELDS = {each.name: each for each in _ALL}

NAMES = {name: each for each in _ALL for name in (each.name, each.short)} | {
    "bounces": FIELDS["bounce"],
    "labels": FIELDS["label"],
    "state": FIELDS["status"],
}
"""Everything that may stand before the colon, in small letters."""

BARE = (FIELDS["status"], FIELDS["severity"], FIELDS["priority"], FIELDS["resolution"], FIELDS["owner"])
"""Fields whose values are understood without a field before them: `open S1`. Any other bare word is text."""
