"""What a query means, by evaluating it in memory."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from bot.domain.query import Asker, Query, UnresolvedPerson, matches, ordered, parse, unresolved
from bot.domain.query.nodes import Term
from tests.domain.query.queries import QUERIES

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class Filed:
    key: str = "SHOP-42"
    project: str = "SHOP"
    status: str = "new"
    resolution: str | None = None
    severity: str = "S2"
    priority: str | None = None
    release: str | None = "2.4"
    release_project: str | None = "SHOP"
    counts: Collection[str] = ("2.4", "SHOP/2.4")
    found: Collection[str] = ("2.3", "SHOP/2.3")
    component: str | None = "Cart"
    environment: str | None = None
    build: str | None = "2.4.0-rc3"
    fixed_in: str | None = None
    verified_on: str | None = None
    owner: str | None = "U1"
    reporter: str | None = "U2"
    fixers: Collection[str] = ()
    verifier: str | None = None
    waits: str | None = "U1"
    flags: Collection[str] = ("untriaged",)
    labels: Collection[str] = ("flaky", "Phone")
    links: Collection[str] = ("REQ-7", "TC-3")
    requirements: Collection[str] = ("REQ-7", "REQ-8")
    original: str | None = None
    duplicates: int = 2
    occurrences: int = 3
    created_at: datetime = NOW - timedelta(days=3)
    since: datetime = NOW - timedelta(days=2)
    updated_at: datetime = NOW - timedelta(hours=5)
    bounces: int = 1
    searchable: str = "SHOP-42\nCart total is wrong\nHTTP 500 Error on retry"


DEFECT = Filed()


def fits(text: str, defect: Filed = DEFECT, me: str | None = "U1") -> bool:
    return matches(parse(text), defect, Asker(me, NOW, BERLIN))


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
        "req:req-8 -link:REQ-8 case:tc-3",
        "-req:none -case:REQ-7|TC-4|none",
        "rel:shop/2.4 project:shop",
        "counts:2.4 -counts:2.5",
        "counts:shop/2.4",
        "build:rc3",
        "fixed_in:none fixer:none verifier:none",
        "waits:@me",
        "untriaged -blocked",
        "link:req-7 original:none duplicates>=2 occurrences:3",
        "key:shop-42",
        "shop-42",
        "wait>1d wait<=2d",
        "idle<6h -idle<5h",
        "filed:2026-11-17",
        "filed:2026-11-17T10:00",
        "filed>2026-11-16 filed<=2026-11-17 filed<2026-11-18 filed>=2026-11-17",
        "filed:2026-11-01..yesterday",
        "updated:today",
        "updated>yesterday",
        'updated<"2026-11-20 05:01"',
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
        "rel:web/2.4",
        "build:c3",
        "is:asked|blocked",
        "link:none",
        "original:SHOP-1|none link:none",
        "key:SHOP-4",
        "wait>2d",
        "idle>5h",
        "filed:today",
        "filed>2026-11-17T10:00",
        "filed<2026-11-17T10:00",
        "filed<=2026-11-17T09:59",
        "updated<2026-11-20T05:00",
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


def test_a_day_begins_where_the_one_who_asks_is() -> None:
    late = replace(DEFECT, created_at=datetime(2026, 11, 17, 23, 30, tzinfo=UTC))
    days = {zone: Asker("U1", NOW, ZoneInfo(zone)) for zone in ("Europe/London", "Europe/Berlin")}
    found = {zone: matches(parse("filed:2026-11-17"), late, asker) for zone, asker in days.items()}
    assert found == {"Europe/London": True, "Europe/Berlin": False}


def test_the_night_of_a_clock_change_belongs_to_its_day() -> None:
    """In Berlin 25 October 2026 has 25 hours."""
    last = replace(DEFECT, created_at=datetime(2026, 10, 25, 22, 59, tzinfo=UTC))
    following = replace(DEFECT, created_at=datetime(2026, 10, 25, 23, 0, tzinfo=UTC))
    assert (fits("filed:2026-10-25", last), fits("filed:2026-10-25", following)) == (True, False)


@given(QUERIES)
def test_negating_a_term_turns_its_answer_round(query: Query) -> None:
    for term in query.terms:
        alone = Query((term,))
        if not unresolved(alone):
            turned = Query((Term(term.field, term.values, not term.negated),))
            asker = Asker("U1", NOW)
            assert matches(alone, DEFECT, asker) != matches(turned, DEFECT, asker)
