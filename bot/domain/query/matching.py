"""A query against defects in memory: the meaning that every other evaluation is compared with."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.domain.query.asking import Asker, DefectLike, UnresolvedPerson
from bot.domain.query.kinds import GROUPS
from bot.domain.query.nodes import Age, Between, Compare, Exact, Me, Missing, Moment, Person, Query, Sort, Term, Value

OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
# A build is known by the end of its name.
ENDINGS = ("-", ".", "+")
# What the keys of requirements and test cases begin with; a defect may be linked to one before it is on record.
REQUIREMENTS, CASES = "REQ-", "TC-"


D = TypeVar("D", bound=DefectLike)


def matches(query: Query, defect: DefectLike, asker: Asker) -> bool:
    """Raises UnresolvedPerson."""
    return all(_fits(term, defect, asker) for term in query.terms)


def ordered(query: Query, defects: Iterable[D]) -> list[D]:
    """By the query's sorts, the first one strongest; defects that are equal in them keep their order."""
    result = list(defects)
    for sort in reversed(query.sorts):
        result.sort(key=partial(_place, sort), reverse=sort.reverse)
    return result


def _fits(term: Term, defect: DefectLike, asker: Asker) -> bool:
    held = HELD[term.field](defect, asker.now)
    return term.negated != any(_fits_value(term.field, value, held, asker) for value in term.values)


Held = Collection[str | int | timedelta | datetime]


def _word(word: str | None) -> Held:
    return [] if word is None else [str(word).casefold()]


def _person(person: str | None) -> Held:
    return [] if person is None else [person]


def _folded(words: Collection[str]) -> Held:
    return [word.casefold() for word in words]


def _release(defect: DefectLike) -> Held:
    """By its name, and by its name in its project."""
    return [] if defect.release is None else _folded([defect.release, f"{defect.release_project}/{defect.release}"])


HELD: Mapping[str, Callable[[DefectLike, datetime], Held]] = {
    "status": lambda defect, _: _word(defect.status),
    "severity": lambda defect, _: _word(defect.severity),
    "priority": lambda defect, _: _word(defect.priority),
    "resolution": lambda defect, _: _word(defect.resolution),
    "is": lambda defect, _: _folded(defect.flags),
    "project": lambda defect, _: _word(defect.project),
    "release": lambda defect, _: _release(defect),
    "counts": lambda defect, _: _folded(defect.counts),
    "found": lambda defect, _: _folded(defect.found),
    "component": lambda defect, _: _word(defect.component),
    "environment": lambda defect, _: _word(defect.environment),
    "build": lambda defect, _: _word(defect.build),
    "fixed_in": lambda defect, _: _word(defect.fixed_in),
    "verified_on": lambda defect, _: _word(defect.verified_on),
    "owner": lambda defect, _: _person(defect.owner),
    "reporter": lambda defect, _: _person(defect.reporter),
    "fixer": lambda defect, _: list(defect.fixers),
    "verifier": lambda defect, _: _person(defect.verifier),
    "waits": lambda defect, _: _person(defect.waits),
    "label": lambda defect, _: _folded(defect.labels),
    "link": lambda defect, _: _folded(defect.links),
    "requirement": lambda defect, _: _folded(defect.requirements),
    "case": lambda defect, _: _folded([key for key in defect.links if key.startswith(CASES)]),
    "original": lambda defect, _: _word(defect.original),
    "duplicates": lambda defect, _: [defect.duplicates],
    "occurrences": lambda defect, _: [defect.occurrences],
    "key": lambda defect, _: _word(defect.key),
    "text": lambda defect, _: _word(defect.searchable),
    "bounce": lambda defect, _: [defect.bounces],
    "age": lambda defect, now: [now - defect.created_at],
    "wait": lambda defect, now: [now - defect.since],
    "idle": lambda defect, now: [now - defect.updated_at],
    "filed": lambda defect, _: [defect.created_at],
    "updated": lambda defect, _: [defect.updated_at],
}
"""What the defect holds in the field: one value, several, or nothing."""


def _fits_value(field: str, value: Value, held: Held, asker: Asker) -> bool:
    match value:
        case Missing():
            return not held
        case Me():
            return asker.me is not None and asker.me in held
        case Person(user_id=None):
            raise UnresolvedPerson(value.name)
        case Person():
            return value.user_id in held
        case Exact(Moment() as moment):
            return any(_within(each, moment, moment, asker) for each in held)
        case Between(Moment() as low, Moment() as high):
            return any(_within(each, low, high, asker) for each in held)
        case Compare(operator=sign, limit=Moment() as limit):
            return any(OPERATORS[sign](each, _edge(sign, limit, asker)) for each in held)
        case Exact():
            return any(_equals(field, value.value, each) for each in held)
        case Between(low, high):
            return any(operator.le(_comparable(low), each) and operator.le(each, _comparable(high)) for each in held)
        case Compare(operator=sign, limit=limit):
            return any(OPERATORS[sign](each, _comparable(limit)) for each in held)


def _within(held: object, first: Moment, last: Moment, asker: Asker) -> bool:
    begins, ends = first.begins(asker.now, asker.zone), last.ends(asker.now, asker.zone)
    return isinstance(held, datetime) and begins <= held < ends


def _edge(sign: str, limit: Moment, asker: Asker) -> timedelta | datetime:
    """After a day is from its end on, up to it is before its end; each end belongs to the next day."""
    whole = sign in (">", "<=")
    edge = limit.ends(asker.now, asker.zone) if whole else limit.begins(asker.now, asker.zone)
    return edge - timedelta(microseconds=1) if whole else edge


def _equals(field: str, wanted: str | int | Moment, held: str | int | timedelta | datetime) -> bool:
    if not isinstance(wanted, str) or not isinstance(held, str):
        return wanted == held
    word = wanted.casefold()
    if field == "text":
        return word in held
    if field in ("build", "fixed_in", "verified_on"):
        return held == word or held.endswith(tuple(f"{before}{word}" for before in ENDINGS))
    return held in GROUPS.get(wanted, ()) if field == "status" and wanted in GROUPS else held == word


def _comparable(value: str | int | Age | Moment) -> str | int | timedelta:
    if isinstance(value, Moment):
        raise TypeError(f"{value!r} is compared as a day or minute")
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
    "wait": lambda defect: (defect.since,),
    "idle": lambda defect: (defect.updated_at,),
    "bounce": lambda defect: (-defect.bounces,),
    "duplicates": lambda defect: (-defect.duplicates,),
    "occurrences": lambda defect: (-defect.occurrences,),
    "key": _key_place,
}
