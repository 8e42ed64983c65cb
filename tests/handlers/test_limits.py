"""What one store would keep and the other refuse is refused in words on both, and nothing is kept."""

import pytest

from bot.slack.ids import Act, encode
from storage.database import Store
from tests.handlers.slack import Office, typed


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


LONG = "x" * 101
NOBODY = f"<@U{'A' * 64}>"
NOWHERE = f"<#C{'A' * 64}|somewhere>"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (f"new Title comp:{LONG}", "cannot be the component: at most 100 characters, not 101"),
        (f"new Title env:{LONG}", "cannot be the environment: at most 100 characters, not 101"),
        (f"new Title req:REQ-7,{LONG}", "cannot be the requirement: at most 64 characters, not 101"),
        (f"edit DEF-1 comp:{LONG}", "cannot be the component: at most 100"),
        (f"assign DEF-1 {NOBODY}", "cannot be the person: at most 64 characters"),
        (f"needs info DEF-1 {NOBODY} why?", "cannot be the person"),
        (f"fixed DEF-1 commit:{'a' * 3000}", "cannot be the commit: at most 100"),
        (f"release new {'2' * 101}", "cannot be the release: a name of letters"),
        ("release new a" + "İ" * 90, "cannot be the release"),
        (f"build 2.4 {'b' * 201}", "cannot be the build: one word"),
        ("build 2.4 " + "İ" * 150, "cannot be the build"),
        (f"digest 2.4 at 09:00 {NOWHERE}", "cannot be the channel: at most 64"),
        ("list save " + "İ" * 40, "cannot be the name"),
        (f"list text:{'x' * 1001}", "cannot be the query: at most 1000"),
        (f"list save long text:{'x' * 1001}", "cannot be the query: at most 1000"),
    ],
)
async def test_a_name_that_is_too_long(office: Office, command: str, words: str) -> None:
    await office.type("new Card declined")
    await office.type("release new 2.4")
    said = await office.type(command)
    assert words in said
    assert said.endswith("Nothing changed.")
    assert "DEF-2" not in await office.type("list")
    assert await office.history("DEF-1") == ["defect_filed"]


async def test_names_that_one_store_takes_for_equal_are_equal_on_both(office: Office) -> None:
    await office.type("release new straße")
    assert "cannot be the release" in await office.type("release new STRASSE")


@pytest.mark.parametrize(
    ("act", "argument"),
    [
        (Act("fixed", "DEF-1", None, {"build": "rc{}"}), "build"),
        (Act("assign", "DEF-1", None, {"person": "U{}"}), "person"),
        (Act("list", "", None, {"query": "text:{}"}), "query"),
        (Act("show", "DEF-{}"), "key"),
    ],
    ids=["a build", "a person", "a query", "a key"],
)
async def test_a_nul_behind_a_button(office: Office, act: Act, argument: str) -> None:
    await office.type("new Card declined")
    extra = {name: value.format("\0") for name, value in act.extra.items()}
    await office.press(encode(Act(act.verb, act.subject.format("\0"), None, extra)))
    assert f"cannot be the {argument}: text without control characters" in office.slack.heard()
    assert await office.history("DEF-1") == ["defect_filed"]


async def test_a_projects_name_that_is_too_long_is_shown_at_its_field(office: Office) -> None:
    await office.type("setup")
    view = office.slack.opened()
    answer = await office.submit(view, prefix=typed("SHOP"), project=typed("x" * 101))
    assert list(answer["errors"]) == ["project"]
    assert "at most 100 characters, not 101" in answer["errors"]["project"]
    assert "DEF-1" in await office.type("new Card declined")
