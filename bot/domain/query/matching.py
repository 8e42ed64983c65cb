"""A query against defects in memory: the meaning that every other evaluation is compared with."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from bot.domain.query.fields import FIELDS, GROUPS, Kind
from bot.domain.query.nodes import Age, Between, Compare, Exact, Me, Missing, Person, Query, Sort, Term, Value

OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class DefectLike(Protocol):
    """What a query can ask. People are Slack user ids, instants are aware; `build` is where it was found;
    `searchable` is everything that `text:` looks through: title, comments."""

    @property
    def key(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def resolution(self) -> str | None: ...
    @property
    def severity(self) -> str: ...
    @property
    def priority(self) -> str | None: ...
    @property
    def release(self) -> str | None: ...
    @property
    def component(self) -> str | None: ...
    @property
    def environment(self) -> str | None: ...
    @property
    def build(self) -> str | None: ...
    @property
    def owner(self) -> str | None: ...
    @property
    def reporter(self) -> str | None: ...
    @property
    def labels(self) -> Collection[str]: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def bounces(self) -> int: ...
    @property
    def searchable(self) -> str: ...


D = TypeVar("D", bound=DefectLike)


class UnresolvedPerson(LookupError):
    """A query was evaluated whose `@name` nobody had looked up."""

    def __init__(self, name: str | None) -> None:
        super().__init__(name or "")
        self.name = name


def matches(query: Query, defect: DefectLike, me: str | None, now: datetime) -> bool:
    """`me` is the user id of who asks. Raises UnresolvedPerson."""
    return all(_fits(term, defect, me, now) for term in query.terms)


def ordered(query: Query, defects: Iterable[D]) -> list[D]:
    """By the query's sorts, the first one strongest; defects that are equal in them keep their order."""
    result = list(defects)
    for sort in reversed(query.sorts):
        result.sort(key=partial(_place, sort), reverse=sort.reverse)
    return result


def _fits(term: Term, defect: DefectLike, me: str | None, now: datetime) -> bool:
    held = HELD[FIELDS[term.field].kind](term.field, defect, now)
    return term.negated != any(_fits_value(term.field, value, held, me) for value in term.values)


Held = Collection[str | int | timedelta]


def _words(field: str, defect: DefectLike, _now: datetime) -> Held:
    """What the defect holds in the field: one value, several labels, or nothing."""
    if field == "label":
        return [label.casefold() for label in defect.labels]
    word = getattr(defect, field)
    return [] if word is None else [str(word).casefold()]


def _people(field: str, defect: DefectLike, _now: datetime) -> Held:
    person = getattr(defect, field)
    return [] if person is None else [person]


HELD: Mapping[Kind, Callable[[str, DefectLike, datetime], Held]] = {
    Kind.CHOICE: _words,
    Kind.LADDER: _words,
    Kind.NAME: _words,
    Kind.PERSON: _people,
    Kind.AGE: lambda _field, defect, now: [now - defect.created_at],
    Kind.COUNT: lambda _field, defect, _now: [defect.bounces],
    Kind.TEXT: lambda _field, defect, _now: [defect.searchable.casefold()],
}


def _fits_value(field: str, value: Value, held: Held, me: str | None) -> bool:
    match value:
        case Missing():
            return not held
        case Me():
            return me is not None and me in held
        case Person(user_id=None):
            raise UnresolvedPerson(value.name)
        case Person():
            return value.user_id in held
        case Exact():
            return any(_equals(field, value.value, each) for each in held)
        case Between(low, high):
            return any(operator.le(_comparable(low), each) and operator.le(each, _comparable(high)) for each in held)
        case Compare(operator=sign, limit=limit):
            return any(OPERATORS[sign](each, _comparable(limit)) for each in held)


def _equals(field: str, wanted: str | int, held: str | int | timedelta) -> bool:
    if isinstance(wanted, int) or not isinstance(held, str):
        return wanted == held
    if field == "text":
        return wanted.casefold() in held
    return held in GROUPS.get(wanted, ()) if field == "status" and wanted in GROUPS else held == wanted.casefold()


def _comparable(value: str | int | Age) -> str | int | timedelta:
    if isinstance(value, Age):
        return value.length
    return value.casefold() if isinstance(value, str) else value


def _place(sort: Sort, defect: DefectLike) -> tuple[object, ...]:
    return PLACES[sort.field](defect)


def _key_place(defect: DefectLike) -> tuple[object, ...]:
    prefix, _, number = defect.key.rpartition("-")
    return (prefix, int(number))


PLACES: Mapping[str, Callable[[DefectLike], tuple[object, ...]]] = {
    "age": lambda defect: (defect.created_at,),
    "severity": lambda defect: (defect.severity,),
    "priority": lambda defect: (defect.priority or "P9",),
    "bounce": lambda defect: (-defect.bounces,),
    "key": _key_place,
}
