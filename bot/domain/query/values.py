"""How the values of each kind of field are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from bot.domain.nearest import nearest
from bot.domain.query.errors import Problem, QueryError
from bot.domain.query.kinds import Field, Kind
from bot.domain.query.nodes import DAYS, Age, Between, Compare, Exact, Me, Missing, Moment, Operator, Person, Value
from bot.domain.span import Span

FIRST_YEAR, LAST_YEAR = 1970, 9997
_ESCAPE = re.compile(r'\\(["\\])')
_AMOUNT = re.compile(r"(>=|<=|>|<)?\s*([0-9]{1,5})([mhdw]?)", re.IGNORECASE)
_MOMENT = re.compile(r"(>=|<=|>|<)?\s*(\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d)?|today|yesterday)", re.IGNORECASE | re.ASCII)
_PERSON = re.compile(r"<@([A-Z0-9]+)(?:\|([^<>\n]*))?>")


@dataclass(frozen=True, slots=True)
class Written:
    """A value as it was typed: `text` without quotes or a comma behind it; `span` of the whole in `source`."""

    text: str
    quoted: bool
    span: Span
    source: str

    @classmethod
    def of(cls, source: str, span: Span) -> Written:
        typed = span.of(source).rstrip(",;")
        if typed.startswith('"'):
            return cls(_ESCAPE.sub(r"\1", typed[1:-1]), True, span, source)
        return cls(typed, False, span, source)

    def error(self, problem: Problem, expected: tuple[str, ...], close: str | None = None) -> QueryError:
        return QueryError(problem, self.source, self.span, expected, close)


def read_value(field: Field, written: Written) -> Value:
    """Raises QueryError."""
    if field.optional and not written.quoted and written.text.casefold() == "none":
        return Missing()
    return READERS[field.kind](field, written)


def read_word(field: Field, written: Written) -> str:
    """One of the field's choices; raises QueryError."""
    return _known(field, written, written.text)


def _choice(field: Field, written: Written) -> Value:
    return Exact(read_word(field, written))


def _ladder(field: Field, written: Written) -> Value:
    low, dots, high = written.text.replace("…", "..").partition("..")
    if not dots:
        return _choice(field, written)
    ends = sorted((_known(field, written, low), _known(field, written, high)), key=field.choices.index)
    return Between(*ends)


def _known(field: Field, written: Written, word: str) -> str:
    """The vocabulary's spelling: any case, `wont-fix` and `wont fix` as `wont_fix`."""
    folded = re.sub(r"[\s-]", "_", word.strip().casefold())
    spellings = {str(choice).casefold(): str(choice) for choice in field.choices} | dict(field.synonyms)
    if folded in spellings:
        return spellings[folded]
    raise written.error(Problem.UNKNOWN_VALUE, tuple(map(str, field.choices)), nearest(word, field.choices))


def _name(_field: Field, written: Written) -> Value:
    return Exact(written.text, written.span)


def _person(_field: Field, written: Written) -> Value:
    if not written.quoted and written.text.casefold() == "@me":
        return Me()
    if not written.quoted and (reference := _PERSON.fullmatch(written.text)):
        return Person(reference[1], reference[2] or None, written.span)
    return Person(None, written.text.removeprefix("@") or written.text, written.span)


def _amount(field: Field, written: Written) -> Value:
    """`>3d`, `1d..3d`; counts also without an operator."""
    low, dots, high = written.text.replace("…", "..").partition("..")
    if dots:
        (_, first), (_, last) = _end(field, written, low, bare=True), _end(field, written, high, bare=True)
        return Between(*sorted((first, last), key=_size))
    operator, limit = _end(field, written, low)
    if operator:
        return Compare(cast(Operator, operator), limit)
    if isinstance(limit, Age):
        raise written.error(Problem.NEEDS_COMPARISON, field.examples)
    return Exact(limit)


def _end(field: Field, written: Written, word: str, bare: bool = False) -> tuple[str | None, int | Age]:
    amount = _AMOUNT.fullmatch(word.strip())
    if not amount or bool(amount[3]) != (field.kind is Kind.AGE) or (bare and amount[1]):
        raise written.error(Problem.UNKNOWN_VALUE, field.examples)
    count, unit = int(amount[2]), amount[3].casefold()
    return amount[1], Age(count, unit) if unit else count


def _date(field: Field, written: Written) -> Value:
    """`>=2026-11-20`, `"2026-11-20 18:00"`, `2026-11-01..today`, `yesterday`."""
    low, dots, high = written.text.replace("…", "..").partition("..")
    if dots:
        (_, first), (_, last) = _moment(field, written, low, bare=True), _moment(field, written, high, bare=True)
        return Between(*sorted((first, last), key=_place))
    operator, limit = _moment(field, written, low)
    return Compare(cast(Operator, operator), limit) if operator else Exact(limit)


def _moment(field: Field, written: Written, word: str, bare: bool = False) -> tuple[str | None, Moment]:
    found = _MOMENT.fullmatch(word.strip())
    if not found or (bare and found[1]):
        raise written.error(Problem.UNKNOWN_VALUE, field.examples, nearest(word, DAYS))
    moment = found[2].upper().replace(" ", "T") if found[2][0].isdigit() else found[2].casefold()
    if moment not in DAYS and not _exists(moment):
        raise written.error(Problem.UNKNOWN_VALUE, field.examples)
    return found[1], Moment(moment)


def _exists(moment: str) -> bool:
    """Far enough from the calendar's ends that no zone leads out of it."""
    try:
        return FIRST_YEAR <= datetime.fromisoformat(moment).year <= LAST_YEAR
    except ValueError:
        return False


def _place(moment: Moment) -> tuple[int, str]:
    """Dates stand before the words that end with the present."""
    return (1, "") if moment.written == "today" else (0, moment.written)


def _size(end: int | Age) -> float:
    return end.length.total_seconds() if isinstance(end, Age) else end


READERS: Mapping[Kind, Callable[[Field, Written], Value]] = {
    Kind.CHOICE: _choice,
    Kind.SORT: _choice,
    Kind.LADDER: _ladder,
    Kind.NAME: _name,
    Kind.TEXT: _name,
    Kind.PERSON: _person,
    Kind.AGE: _amount,
    Kind.DATE: _date,
    Kind.COUNT: _amount,
}
