"""A query in its one canonical spelling: parsing what was printed gives the same query."""

from __future__ import annotations

import re

from bot.domain.query.fields import FIELDS
from bot.domain.query.nodes import Age, Between, Compare, Exact, Me, Missing, Moment, Person, Query, Sort, Term, Value

_PLAIN = re.compile(r"\w(?:[\w/+#-]|\.(?!\.))*")


def print_query(query: Query) -> str:
    sorts = ",".join(map(_sort, query.sorts))
    return " ".join([*map(_term, query.terms), *([f"sort:{sorts}"] if sorts else [])])


def _term(term: Term) -> str:
    values = "|".join(map(_value, term.values))
    compared = len(term.values) == 1 and isinstance(term.values[0], Compare)
    return f"{'-' * term.negated}{FIELDS[term.field].short}{'' if compared else ':'}{values}"


def _sort(sort: Sort) -> str:
    return f"{'-' * sort.reverse}{FIELDS[sort.field].short}"


def _value(value: Value) -> str:
    match value:
        case Exact(Moment(written)):
            return written
        case Exact(exact):
            return _quoted_if_needed(str(exact))
        case Between(low, high):
            return f"{_end(low)}..{_end(high)}"
        case Compare(operator, limit):
            return f"{operator}{_end(limit)}"
        case Missing():
            return "none"
        case Me():
            return "@me"
        case Person():
            return _person(value)


def _end(value: str | int | Age | Moment) -> str:
    if isinstance(value, Moment):
        return value.written
    return f"{value.count}{value.unit}" if isinstance(value, Age) else str(value)


def _person(person: Person) -> str:
    if person.user_id:
        return f"<@{person.user_id}|{person.name}>" if person.name else f"<@{person.user_id}>"
    name = person.name or ""
    return f"@{name}" if _PLAIN.fullmatch(name) and name.casefold() != "me" else _quoted(f"@{name}")


def _quoted_if_needed(word: str) -> str:
    return word if _PLAIN.fullmatch(word) and word.casefold() != "none" else _quoted(word)


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
