"""A query means the same in SQL as it does in memory, now and at any instant; COUNTERSIGN_TEST_FULL asks 10,000."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from bot.domain.events import Logged
from bot.domain.query import FIELDS, Asker, Query, UnresolvedPerson, matches, ordered, parse, print_query, unresolved
from bot.domain.query.reference import EXAMPLES
from bot.domain.release import Release
from bot.services import conversations, filing, importing, releases, setup
from bot.services import requests as ask
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.views import DefectView, Page
from storage.database import open_store
from tests.domain.query.queries import QUERIES
from tests.storage.acting import DEVON, START, TESS, Workspace, file
from tests.storage.lives import live, many_deeds
from tests.storage.random_queries import Dice
from tests.storage.seen import Names, Seen, seen_at, whole_log

# Of now, and as many of random instants; in CI's size each store is asked others.
FULL = bool(os.environ.get("COUNTERSIGN_TEST_FULL"))
QUERIES_ASKED = 10_000 if FULL else 130
INSTANTS = 10
SEEDS = {"sqlite": (1, 2), "pgbouncer": (1, 2) if FULL else (3, 4)}
# The full size takes minutes.
pytestmark = pytest.mark.timeout(3600)
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass
class Life:
    """A workspace in which much has happened, and its log; `seeds` of what is asked of now, and of then."""

    seeds: tuple[int, int]
    workspace: Workspace
    log: Sequence[Logged]
    names: Names

    @cached_property
    def now(self) -> list[Seen]:
        return seen_at(self.log, self.names, self.workspace.clock.at)

    def asked(self, query: Query, at: datetime | None = None) -> Page:
        return self.workspace.ask(lambda q: q.matching(query, TESS, limit=1000, at=at, zone=BERLIN))

    def instants(self, dice: Random) -> list[datetime]:
        """Random ones, and the instants at which something happened."""
        span = (self.workspace.clock.at - START).total_seconds()
        chosen = [START + timedelta(seconds=dice.uniform(-60, span)) for _ in range(INSTANTS // 2)]
        return [*chosen, *(entry.at for entry in dice.sample(list(self.log), INSTANTS // 2))]


@pytest.fixture(scope="module", params=SEEDS)
def lived(request: pytest.FixtureRequest) -> Iterator[Life]:
    """One for all who only ask."""
    with ExitStack() as stack:
        store = open_store(request.getfixturevalue(f"{request.param}_of_module"))
        stack.callback(store.close_sync)
        workspace = Workspace(store)
        workspace.act(lambda uow: setup.set_up(uow, ask.SetUp("C9", "SHOP")))
        deeds, done = many_deeds(400), 0
        for number, at in enumerate(range(0, len(deeds), 60)):
            done += live(workspace, deeds[at : at + 60])
            workspace.act(lambda uow, number=number: ties(uow, number), DEVON)  # type: ignore[misc]
        assert done > 60
        workspace.act(elsewhere, DEVON)
        yield Life(SEEDS[request.param], workspace, *whole_log(workspace))


def ties(uow: UnitOfWork, number: int, project: str = "DEF") -> None:
    """What TC-3 shows changes from file to file, and at times it shows nothing."""
    needed = tuple(ask.RequirementLine(n, f"REQ-{n}", f"Requirement {n}") for n in range(1, 5))
    importing.import_requirements(uow, ask.ImportRequirements(needed, f"r{number}", project))
    shows = tuple(dict.fromkeys((f"REQ-{number % 4 + 1}", "REQ-2"))) if number % 3 else ()
    case = ask.CaseLine(1, "TC-3", "Decline a card", requirements=shows)
    importing.import_cases(uow, ask.ImportCases((case,), f"c{number}", project))


def elsewhere(uow: UnitOfWork) -> None:
    """In a second project a release of the same name, and a test case of the same key that shows something else."""
    shop = uow.projects.of_prefix("SHOP")
    assert shop is not None
    uow.releases.add(Release(uow.new_id(), shop.id, "2.4", uow.now))
    for name in ("2.4", "DEF/2.4"):
        filing.file_defect(uow, ask.FileDefect("Cart total wrong", project="SHOP", release=name))
    ties(uow, 7, "SHOP")
    conversations.link(uow, ask.Link("SHOP-1", ("TC-3",)))


def wanted(query: Query, everybody: Sequence[Seen], now: datetime) -> list[Seen]:
    return ordered(query, [each for each in everybody if matches(query, each, Asker(TESS, now, BERLIN))])


def told(views: Sequence[DefectView]) -> list[tuple[object, ...]]:
    """What a reader of the list, or of an export, gets to know of a defect."""
    return [
        (
            view.defect.key,
            view.defect.title,
            view.defect.status,
            view.defect.resolution,
            view.defect.owner,
            view.defect.environment,
            view.defect.verifier,
            view.defect.since,
            view.release and view.release.name,
            view.found_build and view.found_build.name,
            view.fixed_in and view.fixed_in.name,
            frozenset(view.links),
        )
        for view in views
    ]


def seen(defects: Sequence[Seen]) -> list[tuple[object, ...]]:
    return [
        (
            each.key,
            each.title,
            each.status,
            each.resolution,
            each.owner,
            each.environment,
            each.verifier,
            each.since,
            each.release,
            each.build,
            each.fixed_in,
            each.links,
        )
        for each in defects
    ]


def test_random_queries_find_in_sql_what_they_find_in_memory(lived: Life) -> None:
    dice, everybody = Dice(lived.seeds[0]), lived.now
    telling = 0
    for _ in range(QUERIES_ASKED):
        query = dice.query()
        found = wanted(query, everybody, lived.workspace.clock.at)
        page = lived.asked(query)
        assert told(page.items) == seen(found), print_query(query)
        assert page.total == len(found)
        telling += 0 < len(found) < len(everybody)
    assert telling > QUERIES_ASKED // 5


def test_random_queries_find_at_random_instants_what_stood_then(lived: Life) -> None:
    dice, telling = Dice(lived.seeds[1]), 0
    for at in lived.instants(dice):
        everybody = seen_at(lived.log, lived.names, at)
        for _ in range(QUERIES_ASKED // INSTANTS):
            query = dice.query(instant=True)
            found = wanted(query, everybody, at)
            page = lived.asked(query, at)
            assert told(page.items) == seen(found), (print_query(query), at)
            assert page.total == len(found)
            telling += 0 < len(found) < len(everybody)
    assert telling > QUERIES_ASKED // 5


@settings(max_examples=80, deadline=None)
@given(QUERIES)
def test_sql_and_memory_agree_on_the_oddest_words(lived: Life, query: Query) -> None:
    if not unresolved(query):
        found = wanted(query, lived.now, lived.workspace.clock.at)
        assert [view.defect.key for view in lived.asked(query).items] == [each.key for each in found]


@pytest.fixture
def told_of(workspace: Workspace) -> Workspace:
    workspace.act(file(component="Cart"), TESS)
    workspace.clock.forward(hours=1)
    workspace.act(file("Straße fehlt", severity="S1"), DEVON)
    workspace.act(lambda uow: releases.plan_release(uow, ask.PlanRelease("2.4")))
    workspace.act(file("100% wrong", component="pay"), DEVON)
    workspace.act(lambda uow: conversations.comment(uow, ask.Comment("DEF-3", "An Elephant in the room")))
    return workspace


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", ["DEF-2", "DEF-1", "DEF-3"]),
        ("sev:S1", ["DEF-2"]),
        ("sev:S2..S4 sort:-age", ["DEF-3", "DEF-1"]),
        ("open -comp:CART", ["DEF-2", "DEF-3"]),
        ("rel:2.4", ["DEF-3"]),
        ("rel:none sort:key", ["DEF-1", "DEF-2"]),
        ("reporter:@me", ["DEF-1"]),
        ("owner:none text:STRASSE", ["DEF-2"]),
        ('text:"100%"', ["DEF-3"]),
        ("text:_", []),
        ("age>30m", ["DEF-1"]),
        ("text:elephant", ["DEF-3"]),
        ("label:none bounce:0 build:none env:none", ["DEF-2", "DEF-1", "DEF-3"]),
        ("label:flaky", []),
        ("def-2", ["DEF-2"]),
    ],
)
def test_what_people_ask_for_is_found(told_of: Workspace, text: str, keys: list[str]) -> None:
    page = told_of.ask(lambda questions: questions.matching(parse(text), TESS))
    assert [view.defect.key for view in page.items] == keys


@pytest.mark.parametrize(
    "text",
    [
        "text:" + "|".join(f"word{n}" for n in range(250)),
        " ".join(["S1"] * 250),
        " ".join(["build:rc1"] * 250),
        " ".join(f"build:rc{n}" for n in range(100)),
        "key:" + "|".join(f"DEF-{n}" for n in range(250)),
        'text:"' + "%_\\\\" * 1000 + '"',
        "rel:" + "a/" * 2000,
        "age<99999w idle<99999w filed>1970-01-01 updated<9997-12-31",
    ],
)
def test_the_longest_queries_are_answered_too(told_of: Workspace, text: str) -> None:
    page = told_of.ask(lambda questions: questions.matching(parse(text), TESS))
    assert page.total in (0, 1, 3)


def test_every_example_of_the_page_and_of_a_refusal_is_answered(told_of: Workspace) -> None:
    texts = [text for text, _ in EXAMPLES] + [each for field in FIELDS.values() for each in field.examples]
    pages = told_of.ask(lambda questions: [questions.matching(parse(text), TESS) for text in texts])
    assert sum(page.total for page in pages) > len(texts) // 2


def test_a_page_counts_all_that_match_and_shows_some(workspace: Workspace) -> None:
    for _ in range(7):
        workspace.act(file())

    def pages(questions: Questions) -> list[tuple[list[str], int, int]]:
        asked = [questions.matching(parse("open"), TESS, offset=5, limit=5, at=at) for at in (None, questions.now)]
        return [([view.defect.key for view in page.items], page.total, page.offset) for page in asked]

    assert workspace.ask(pages) == [(["DEF-6", "DEF-7"], 7, 5)] * 2


def test_a_name_that_nobody_looked_up_is_refused(workspace: Workspace) -> None:
    with pytest.raises(UnresolvedPerson):
        workspace.ask(lambda questions: questions.matching(parse("owner:@dana"), TESS))
