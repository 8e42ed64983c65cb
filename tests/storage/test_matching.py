"""A query means the same in SQL as it does in memory."""

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings

from bot.domain.query import Query, UnresolvedPerson, matches, ordered, parse, unresolved
from bot.services import conversations, releases
from bot.services import requests as ask
from bot.services.questions import Questions
from bot.services.views import DefectView
from tests.domain.query.queries import QUERIES
from tests.storage.acting import DEVON, TESS, Workspace, file
from tests.storage.lives import live, many_deeds


@dataclass(frozen=True, repr=False)
class Seen:
    """A view as the query language sees it."""

    view: DefectView
    searchable: str
    labels: tuple[str, ...] = ()

    def __getattr__(self, name: str) -> object:
        if name == "release":
            return self.view.release.name if self.view.release else None
        if name == "build":
            return self.view.found_build.name if self.view.found_build else None
        return getattr(self.view.defect, name)


def everything(questions: Questions) -> list[Seen]:
    views = questions.matching(parse(""), None, limit=1000).items
    return [Seen(view, _searchable(questions, view)) for view in views]


def _searchable(questions: Questions, view: DefectView) -> str:
    log = questions.history(view.defect.key)
    comments = [entry.event.texts["text"] for entry in log if entry.event.kind == "comment_added"]
    return "\n".join([view.defect.title, *comments])


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(QUERIES)
def test_sql_and_memory_agree_on_every_query(lived: tuple[Workspace, list[Seen]], query: Query) -> None:
    workspace, all_of_them = lived
    workspace.ask(lambda questions: compare(questions, query, all_of_them))


@pytest.fixture
def lived(workspace: Workspace) -> tuple[Workspace, list[Seen]]:
    """One workspace in which much has happened, for all queries."""
    assert live(workspace, many_deeds(300)) > 100
    return workspace, workspace.ask(everything)


def compare(questions: Questions, query: Query, everybody: list[Seen]) -> None:
    if unresolved(query):
        return
    wanted = [each for each in everybody if matches(query, each, TESS, questions.now)]  # type: ignore[arg-type]
    page = questions.matching(query, TESS, limit=1000)
    assert [view.defect.key for view in page.items] == [each.view.defect.key for each in ordered(query, wanted)]  # type: ignore[type-var]
    assert page.total == len(wanted)


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
    ],
)
def test_what_people_ask_for_is_found(workspace: Workspace, text: str, keys: list[str]) -> None:
    workspace.act(file(component="Cart"), TESS)
    workspace.clock.forward(hours=1)
    workspace.act(file("Straße fehlt", severity="S1"), DEVON)
    workspace.act(lambda uow: releases.plan_release(uow, ask.PlanRelease("2.4")))
    workspace.act(file("100% wrong", component="pay"), DEVON)
    workspace.act(lambda uow: conversations.comment(uow, ask.Comment("DEF-3", "An Elephant in the room")))
    page = workspace.ask(lambda questions: questions.matching(parse(text), TESS))
    assert [view.defect.key for view in page.items] == keys


def test_a_page_counts_all_that_match_and_shows_some(workspace: Workspace) -> None:
    for _ in range(7):
        workspace.act(file())
    page = workspace.ask(lambda questions: questions.matching(parse("open"), TESS, offset=5, limit=5))
    assert ([view.defect.key for view in page.items], page.total, page.offset) == (["DEF-6", "DEF-7"], 7, 5)


def test_a_name_that_nobody_looked_up_is_refused(workspace: Workspace) -> None:
    with pytest.raises(UnresolvedPerson):
        workspace.ask(lambda questions: questions.matching(parse("owner:@dana"), TESS))
