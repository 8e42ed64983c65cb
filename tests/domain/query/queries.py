"""Every query there can be, for property tests."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import strategies as st

from bot.domain.query import (
    FIELDS,
    Age,
    Between,
    Compare,
    Exact,
    Kind,
    Me,
    Missing,
    Moment,
    Person,
    Query,
    Sort,
    Term,
    Value,
)
from bot.domain.query.kinds import SORTS, Field
from bot.domain.query.nodes import UNITS

WORDS = st.text(min_size=1, max_size=12) | st.sampled_from(
    ["none", "None", "@me", "a|b", '"', "\\", "a..b", "-x", "a,", "<@U1>"]
)
AGES = st.builds(Age, st.integers(0, 99999), st.sampled_from(sorted(UNITS)))
DAYS = st.dates(date(1970, 1, 1), date(9997, 12, 31)).map(lambda day: Moment(day.isoformat()))
MINUTES = st.datetimes(datetime(1970, 1, 1), datetime(9997, 12, 31)).map(  # noqa: DTZ001 - local times
    lambda at: Moment(at.isoformat(timespec="minutes"))
)
MOMENTS = DAYS | MINUTES | st.sampled_from([Moment("yesterday"), Moment("today")])
COUNTS = st.integers(0, 99999)
OPERATORS = st.sampled_from(["<", "<=", ">", ">="])
IDS = st.from_regex(r"[UW][A-Z0-9]{1,9}", fullmatch=True)
LINKED = st.none() | st.text(st.characters(exclude_characters="<>\n"), min_size=1, max_size=8)


def _ladder(field: Field) -> st.SearchStrategy[Value]:
    steps = st.sampled_from([str(choice) for choice in field.choices])
    ends = st.tuples(steps, steps).map(sorted)
    return steps.map(Exact) | ends.map(lambda pair: Between(*pair))


def _between_ages() -> st.SearchStrategy[Value]:
    return st.tuples(AGES, AGES).map(lambda pair: Between(*sorted(pair, key=lambda age: age.length)))


def _between_moments() -> st.SearchStrategy[Value]:
    """Dates as text stand in their order; the two words come last."""
    order = {"yesterday": "~1", "today": "~2"}
    pairs = st.tuples(MOMENTS, MOMENTS)
    return pairs.map(lambda pair: Between(*sorted(pair, key=lambda each: order.get(each.written, each.written))))


def _values(field: Field) -> st.SearchStrategy[Value]:
    strategies: dict[Kind, st.SearchStrategy[Value]] = {
        Kind.CHOICE: st.sampled_from([str(choice) for choice in field.choices or ("open",)]).map(Exact),
        Kind.LADDER: _ladder(field) if field.kind is Kind.LADDER else st.nothing(),
        Kind.NAME: WORDS.map(Exact),
        Kind.TEXT: WORDS.map(Exact),
        Kind.PERSON: st.just(Me()) | st.builds(Person, IDS, LINKED) | st.builds(Person, st.none(), WORDS),
        Kind.AGE: st.builds(Compare, OPERATORS, AGES) | _between_ages(),
        Kind.DATE: st.builds(Compare, OPERATORS, MOMENTS) | MOMENTS.map(Exact) | _between_moments(),
        Kind.COUNT: st.builds(Compare, OPERATORS, COUNTS) | COUNTS.map(Exact),
    }
    known = strategies[field.kind]
    return known | st.just(Missing()) if field.optional else known


def _terms(field: Field) -> st.SearchStrategy[Term]:
    values = st.lists(_values(field), min_size=1, max_size=3).map(tuple)
    return st.builds(Term, st.just(field.name), values, st.booleans())


TERMS = st.one_of([_terms(field) for field in FIELDS.values() if field.kind is not Kind.SORT])
SORTING = st.builds(Sort, st.sampled_from(SORTS), st.booleans())
QUERIES = st.builds(Query, st.lists(TERMS, max_size=5).map(tuple), st.lists(SORTING, max_size=2).map(tuple))
