"""What a query means, by evaluating it in memory."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from bot.domain.query import Query, UnresolvedPerson, matches, ordered, parse, unresolved
from bot.domain.query.nodes import Term
from tests.domain.query.queries import QUERIES

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Filed:
    key: str = "SHOP-42"
    status: str = "new"
    resolution: str | None = None
    severity: str = "S2"
    priority: str | None = None
    release: str | None = "2.4"
    component: str | None = "Cart"
    environment: str | None = None
    build: str | None = "2.4.0-rc3"
    owner: str | None = "U1"
    reporter: str | None = "U2"
    labels: Collection[str] = ("flaky", "Phone")
    created_at: datetime = NOW - timedelta(days=3)
    bounces: int = 1
    searchable: str = "Cart total is wrong\nHTTP 500 Error on retry"


DEFECT = Filed()


def fits(text: str, defect: Filed = DEFECT, me: str | None = "U1") -> bool:
    return matches(parse(text), defect, me, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "open",
        "status:new|closed",
        "-settled",
        "sev:S1..S2",
        "-sev:S1",
        "prio:none",
        "rel:2.4 comp:cart build:2.4.0-RC3",
        "rel:2.5|2.4",
        "env:none resolution:none",
        "owner:@me reporter:<@U2>",
        "label:flaky label:phone",
        "-label:slow",
        "age>=3d",
        "age<4d",
        "age:1d..1w",
        "bounce:1",
        "bounce:1..3",
        'text:"500 error"',
        "total text:nothing|wrong",
        "-text:nothing",
    ],
)
def test_the_defect_is_found(text: str) -> None:
    assert fits(text)


@pytest.mark.parametrize(
    "text",
    [
        "settled",
        "unverified|closed",
        "-status:open",
        "sev:S3..S4",
        "prio:P1",
        "rel:none",
        "rel:2.4 comp:checkout",
        "-owner:@me",
        "owner:<@U3>|none",
        "label:none",
        "-label:flaky",
        "age>3d",
        "bounce>1",
        "text:nothing",
    ],
)
def test_the_defect_is_not_found(text: str) -> None:
    assert not fits(text)


def test_without_somebody_who_asks_nothing_is_mine() -> None:
    assert not fits("owner:@me", me=None)
    assert not fits("owner:@me", replace(DEFECT, owner=None), me=None)


def test_a_name_that_nobody_looked_up_is_an_error_and_not_an_empty_answer() -> None:
    with pytest.raises(UnresolvedPerson) as refused:
        fits("owner:@dana")
    assert refused.value.name == "dana"


def test_the_worst_and_the_oldest_come_first_and_a_dash_turns_that_round() -> None:
    a = replace(DEFECT, key="SHOP-2", severity="S1", created_at=NOW - timedelta(days=1))
    b = replace(DEFECT, key="SHOP-10", severity="S3", created_at=NOW - timedelta(days=9), bounces=3, priority="P1")
    c = replace(DEFECT, key="SHOP-9", severity="S3", created_at=NOW - timedelta(days=5))

    def keys(text: str) -> list[str]:
        return [each.key.removeprefix("SHOP-") for each in ordered(parse(text), [a, b, c])]

    assert keys("") == ["2", "10", "9"]
    assert keys("sort:age") == ["10", "9", "2"]
    assert keys("sort:-age") == ["2", "9", "10"]
    assert keys("sort:key") == ["2", "9", "10"]
    assert keys("sort:sev sort:-age") == ["2", "9", "10"]
    assert keys("sort:bounce") == ["10", "2", "9"]
    assert keys("sort:prio") == ["10", "2", "9"]


@given(QUERIES)
def test_negating_a_term_turns_its_answer_round(query: Query) -> None:
    for term in query.terms:
        alone = Query((term,))
        if not unresolved(alone):
            turned = Query((Term(term.field, term.values, not term.negated),))
            assert matches(alone, DEFECT, "U1", NOW) != matches(turned, DEFECT, "U1", NOW)
