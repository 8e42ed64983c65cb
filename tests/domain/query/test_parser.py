"""The query language: what is read, and how a mistake is pointed at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.query import (
    FIELDS,
    NAMES,
    Age,
    Between,
    Compare,
    Exact,
    Kind,
    Me,
    Missing,
    Moment,
    Person,
    Problem,
    Query,
    QueryError,
    Sort,
    Term,
    Value,
    answerable,
    parse,
    print_query,
    resolve,
    unresolved,
)
from tests.attacks import SECONDS, attack, cpu_seconds
from tests.domain.query.queries import QUERIES


def only(text: str) -> Term:
    (term,) = parse(text).terms
    return term


def read(text: str) -> Query | QueryError:
    try:
        return parse(text)
    except QueryError as error:
        return error


DANA = Person(None, "dana")


def mistake(text: str) -> QueryError:
    with pytest.raises(QueryError) as refused:
        parse(text)
    return refused.value


def test_the_example_of_the_language_is_read_whole() -> None:
    text = 'status:open sev:S1..S2 rel:2.4 comp:cart owner:@me -label:flaky age>3d bounce>=2 text:"500 error" sort:age'
    assert parse(text) == Query(
        (
            Term("status", (Exact("open"),)),
            Term("severity", (Between("S1", "S2"),)),
            Term("release", (Exact("2.4"),)),
            Term("component", (Exact("cart"),)),
            Term("owner", (Me(),)),
            Term("label", (Exact("flaky"),), negated=True),
            Term("age", (Compare(">", Age(3, "d")),)),
            Term("bounce", (Compare(">=", 2),)),
            Term("text", (Exact("500 error"),)),
        ),
        (Sort("age"),),
    )
    assert print_query(parse(text)) == text


def test_nothing_is_the_query_that_everything_matches() -> None:
    assert parse("  \n ") == Query()


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        ("SEV:s1", "severity", (Exact("S1"),)),
        ("severity:critical|2", "severity", (Exact("S1"), Exact("S2"))),
        ("sev:S3..S1", "severity", (Between("S1", "S3"),)),
        ("sev:S1…S2", "severity", (Between("S1", "S2"),)),
        ("sev: S1", "severity", (Exact("S1"),)),
        ("sev=S1", "severity", (Exact("S1"),)),
        ("sev:S1 | S4", "severity", (Exact("S1"), Exact("S4"))),
        ("sev:S1,", "severity", (Exact("S1"),)),
        ("prio:none|p1", "priority", (Missing(), Exact("P1"))),
        ("status:in-progress|New", "status", (Exact("in_progress"), Exact("new"))),
        ('resolution:"wont fix"', "resolution", (Exact("wont_fix"),)),
        ('rel:"none"', "release", (Exact("none"),)),
        (r'text:"say \"hi\" \\ C:\temp"', "text", (Exact(r'say "hi" \ C:\temp'),)),
        ('text:"a|b"|c', "text", (Exact("a|b"), Exact("c"))),
        ("owner:@dana|<@U1|Omar B>|none|<@U2>,", "owner", (DANA, Person("U1", "Omar B"), Missing(), Person("U2"))),
        ("reporter:dana", "reporter", (Person(None, "dana"),)),
        ("age > 3D", "age", (Compare(">", Age(3, "d")),)),
        ("age:<=12h", "age", (Compare("<=", Age(12, "h")),)),
        ("age:2w..1d", "age", (Between(Age(1, "d"), Age(2, "w")),)),
        ("bounce:2", "bounce", (Exact(2),)),
        ("bounces:1..3", "bounce", (Between(1, 3),)),
        ("filed:2026-11-20", "filed", (Exact(Moment("2026-11-20")),)),
        ('updated<"2026-11-20 18:00"', "updated", (Compare("<", Moment("2026-11-20T18:00")),)),
        ("filed >= Yesterday", "filed", (Compare(">=", Moment("yesterday")),)),
        ("filed:today..2026-11-01", "filed", (Between(Moment("2026-11-01"), Moment("today")),)),
        ("fixed-in:rc3", "fixed_in", (Exact("rc3"),)),
        ("req:REQ-7", "requirement", (Exact("REQ-7"),)),
        ("tc:TC-3", "case", (Exact("TC-3"),)),
        ("waits-for:@me", "waits", (Me(),)),
        ("dup:SHOP-17", "original", (Exact("SHOP-17"),)),
        ("untriaged|blocked", "is", (Exact("untriaged"), Exact("blocked"))),
        ("open", "status", (Exact("open"),)),
        ("S1|s2", "severity", (Exact("S1"), Exact("S2"))),
        ("@me", "owner", (Me(),)),
        ('"open"', "text", (Exact("open"),)),
        ("cart|basket", "text", (Exact("cart"), Exact("basket"))),
        ("open|cart", "text", (Exact("open"), Exact("cart"))),
        ("https://shop.example/a", "text", (Exact("https://shop.example/a"),)),
    ],
)  # fmt: skip
def test_values_are_read_as_their_field_wants_them(text: str, field: str, values: tuple[Value, ...]) -> None:
    assert only(text) == Term(field, values)


@pytest.mark.parametrize("text", ["-sev:S1", "--sev:S1", "-S1"])
def test_one_dash_or_two_negate(text: str) -> None:
    assert only(text) == Term("severity", (Exact("S1"),), negated=True)


def test_a_negated_quote_is_negated_text() -> None:
    assert only('-"500 error"') == Term("text", (Exact("500 error"),), negated=True)


def test_sorts_are_kept_in_order_and_a_dash_reverses() -> None:
    both = (Sort("severity"), Sort("age", reverse=True))
    assert parse("sort:sev sort:-age").sorts == parse("sort:sev,-age").sorts == both
    assert print_query(parse("sort:sev sort:-age")) == "sort:sev,-age"


@pytest.mark.parametrize(
    ("text", "problem", "word", "nearest"),
    [
        ("sevrity:S1", Problem.UNKNOWN_FIELD, "sevrity", "severity"),
        ("open stauts:new", Problem.UNKNOWN_FIELD, "stauts", "status"),
        ("banana:1", Problem.UNKNOWN_FIELD, "banana", None),
        ("status:opne", Problem.UNKNOWN_VALUE, "opne", "open"),
        ("sev:S1|S9", Problem.UNKNOWN_VALUE, "S9", "S1"),
        ("sev:S1..", Problem.UNKNOWN_VALUE, "S1..", None),
        ("sort:colour", Problem.UNKNOWN_VALUE, "colour", None),
        ("age:soon", Problem.UNKNOWN_VALUE, "soon", None),
        ("age>3", Problem.UNKNOWN_VALUE, "3", None),
        ("bounce>2d", Problem.UNKNOWN_VALUE, "2d", None),
        ("age:>1d..2d", Problem.UNKNOWN_VALUE, ">1d..2d", None),
        ("age:3d", Problem.NEEDS_COMPARISON, "3d", None),
        ("sev>S2", Problem.NOT_COMPARABLE, ">", None),
        ("sev:", Problem.MISSING_VALUE, "", None),
        ("sev: rel:2.4", Problem.MISSING_VALUE, ":", None),
        ("sev:S1|", Problem.MISSING_VALUE, "", None),
        ("sev:S1||S2", Problem.MISSING_VALUE, "|", None),
        ('text:""', Problem.MISSING_VALUE, '""', None),
        ("| open", Problem.MISSING_VALUE, "|", None),
        ('rel:2.4 text:"500', Problem.UNCLOSED_QUOTE, '"', None),
        ('"500 error"s', Problem.UNEXPECTED, "s", None),
        ("sort:age|sev", Problem.UNEXPECTED, "sev", None),
        ("-sort:age", Problem.CANNOT_NEGATE, "-", None),
        ("sort:sev,colour", Problem.UNKNOWN_VALUE, "sev,colour", None),
        ("filed:soon", Problem.UNKNOWN_VALUE, "soon", None),
        ("filed:yesterdy", Problem.UNKNOWN_VALUE, "yesterdy", "yesterday"),
        ("filed:2026-02-30", Problem.UNKNOWN_VALUE, "2026-02-30", None),
        ("filed:9999-12-31", Problem.UNKNOWN_VALUE, "9999-12-31", None),
        ("filed:1d", Problem.UNKNOWN_VALUE, "1d", None),
        ("idle:1d", Problem.NEEDS_COMPARISON, "1d", None),
        ("is:late", Problem.UNKNOWN_VALUE, "late", None),
        ("key>=SHOP-4", Problem.NOT_COMPARABLE, ">=", None),
        ("S1 " * 251, Problem.TOO_MANY, "S1", None),
        ("sev:" + "S1|" * 250 + "S1", Problem.TOO_MANY, "sev:" + "S1|" * 250 + "S1", None),
    ],
)
def test_a_mistake_is_pointed_at_with_what_would_be_right(
    text: str, problem: Problem, word: str, nearest: str | None
) -> None:
    error = mistake(text)
    assert (error.problem, error.word, error.nearest) == (problem, word, nearest)
    assert error.expected


def test_carets_stand_under_the_unknown_field() -> None:
    line, carets = mistake("open sevrity:S1").pointed()
    assert (line, carets) == ("open sevrity:S1", "     ^^^^^^^")


@pytest.mark.parametrize("example", [example for field in FIELDS.values() for example in field.examples])
def test_every_example_that_people_are_shown_can_be_read_and_prints_as_shown(example: str) -> None:
    assert print_query(parse(example)) == example


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_a_field_is_lower_case_and_leads_to_a_field(name: str) -> None:
    assert name == name.lower()
    assert FIELDS[NAMES[name].name] is NAMES[name]


@given(QUERIES)
def test_every_query_prints_as_a_text_that_reads_as_the_same_query(query: Query) -> None:
    assert parse(print_query(query)) == query


ALPHABET = st.sampled_from(
    [*'sevageopn:|"<>=-.. @S123d\\', "sev:", "age>", " ", '"', "owner:@me", "<@U1|x>", "é", "😀"]
)


@given(st.text(max_size=200) | st.lists(ALPHABET, max_size=30).map("".join))
def test_any_text_is_read_or_refused_inside_itself_and_what_is_read_survives_printing(text: str) -> None:
    answer = read(text)
    if isinstance(answer, QueryError):
        assert 0 <= answer.span.start <= len(text)
        assert answer.pointed().carets.endswith("^")
    else:
        assert parse(print_query(answer)) == answer


def test_names_are_collected_once_and_resolved_by_whoever_knows_them() -> None:
    query = parse("owner:@dana|@omar reporter:@dana|<@U9>")
    assert unresolved(query) == ("dana", "omar")
    assert unresolved(resolve(query, {"dana": "U1"})) == ("omar",)
    assert resolve(query, {"dana": "U1"}).terms[1].values == (Person("U1", "dana"), Person("U9"))


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a ",
        "sev",
        "-",
        '"',
        '" ',
        '"a" ',
        '"\\',
        "<@U1|",
        "|",
        "a|",
        "x: ",
        "sev:S1|",
        "S1 ",
        "age>1d ",
        "a-",
        ".",
        "sort:sev,",
        "filed:2026-11-20 ",
        "filed:2026-",
        "..",
        "a..",
        "<@U1>|",
        "is:",
        "a\\",
        "sort:age ",
    ],
)
@pytest.mark.parametrize("tail", ["", ":", ">", '"'])
def test_attack_strings_take_linear_time(piece: str, tail: str) -> None:
    typed = attack(piece, tail)
    assert cpu_seconds(lambda: read(typed)) < SECONDS


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("open text:total", "text"),
        ("status:open total", "total"),
        ("rel:2.4 -waits:@me", "waits"),
        ("is:untriaged|blocked", "is"),
        ("blocked", "blocked"),
        ("open sort:duplicates", "duplicates"),
    ],
)
def test_what_is_only_known_of_the_present_is_pointed_at_when_another_instant_is_asked(text: str, word: str) -> None:
    with pytest.raises(QueryError) as refused:
        answerable(parse(text), text)
    error = refused.value
    assert (error.problem, error.word) == (Problem.NOW_ONLY, word)
    assert "status" in error.expected or "severity" in error.expected


def test_the_rest_can_be_asked_of_any_instant() -> None:
    text = "open untriaged sev:S1 prio:P1 resolution:none rel:2.4 comp:cart fixed_in:rc3 verified_on:rc3 owner:@me"
    text += " reporter:@me fixer:@me original:none key:SHOP-1 bounce>1 age>1d wait>1d idle>1d filed:today sort:idle"
    assert answerable(parse(text), text) == parse(text)


def test_every_kind_has_a_field() -> None:
    assert {field.kind for field in FIELDS.values()} == set(Kind)
