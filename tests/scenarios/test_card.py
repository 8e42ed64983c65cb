"""The card's buttons and menu in every state: what stands there, and what happens to whoever presses it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from bot.sandbox.types import Json
from tests.scenarios.reading import buttons, labels, menu, words
from tests.scenarios.town import Town

TRIAGED = ("rana", "/defect triage {key} sev:S2 prio:P2 rel:2.4")
STARTED = ("devon", "/defect start {key}")
FIXED = ("devon", "/defect fixed {key} in rc1")
VERIFIED = ("tess", "/verify {key} pass")
MORE = "All it can do…"
# What stands behind a label: a receipt to whoever presses it, or the title of a form.
ALWAYS = {"History": "event", "Link…": "Requirements and test cases", "Comment…": "Comment"}
OPEN = {
    "Claim": "is yours now.",
    "Fixed…": "Mark fixed",
    "Resolve…": "Why work on it stops",
    "Ask…": "Ask somebody",
    "Assign…": "Assign",
    "Edit…": "Edit",
    "Defer…": "Defer",
}


@dataclass(frozen=True, slots=True)
class State:
    """How a defect gets there, what its card says and shows, and all that can be done with it then."""

    name: str
    steps: Sequence[tuple[str, str]]
    says: str
    first: Sequence[str]
    menu: Sequence[str]
    all: Mapping[str, str]


STATES = (
    State(
        "new",
        (),
        "new · no owner",
        ["Claim", "Triage…"],
        ["Fixed…", "Resolve…", "Ask…", "Assign…", MORE],
        {**OPEN, "Triage…": "Triage", "Start": "is in progress, yours.", **ALWAYS},
    ),
    State(
        "triaged",
        (TRIAGED,),
        "triaged · no owner",
        ["Claim", "Start"],
        ["Fixed…", "Resolve…", "Ask…", "Assign…", MORE],
        {**OPEN, "Start": "is in progress, yours.", **ALWAYS},
    ),
    State(
        "in progress",
        (STARTED,),
        "in progress · Devon",
        ["Fixed…", "Ask…"],
        ["Resolve…", "Assign…", "Defer…", "Edit…", MORE],
        {**{label: OPEN[label] for label in OPEN if label != "Claim"}, "Take the owner off": "no owner now.", **ALWAYS},
    ),
    State(
        "fixed",
        (FIXED,),
        "waits for verification",
        ["Passes", "Fails…"],
        ["Blocked…", "Reopen…", "Edit…", "History", MORE],
        {
            "Passes": "is verified on 2.4.0-rc1.",
            "Fails…": "Does it hold?",
            "Blocked…": "Does it hold?",
            "Reopen…": "Reason",
            "Edit…": "Edit",
            **ALWAYS,
        },
    ),
    State(
        "not a defect",
        (("devon", "/defect resolve {key} not_a_defect"),),
        "waits for confirmation",
        ["Passes", "Fails…"],
        ["Blocked…", "Reopen…", "Edit…", "History", MORE],
        {"Passes": "is verified.", "Fails…": "Does it hold?"},
    ),
    State(
        "verified",
        (FIXED, VERIFIED),
        "verified by Tess on 2.4.0-rc1",
        ["Close", "Reopen…"],
        ["Edit…", "History", "Link…", "Comment…"],
        {"Close": "is closed.", "Reopen…": "Reason", "Edit…": "Edit", **ALWAYS},
    ),
    State(
        "closed",
        (FIXED, VERIFIED, ("tess", "/defect close {key}")),
        "closed · verified by Tess",
        ["Reopen…", "History"],
        ["Link…", "Comment…"],
        {"Reopen…": "Reason", **ALWAYS},
    ),
    State(
        "deferred",
        (("rana", "/defect defer {key} to 2.5 no time"),),
        "deferred to 2.5",
        ["Resume", "Edit…"],
        ["History", "Link…", "Comment…"],
        {"Resume": "is taken up again.", "Edit…": "Edit", **ALWAYS},
    ),
    State(
        "duplicate",
        (("devon", "/defect resolve {key} duplicate of DEF-1"),),
        "duplicate of DEF-1",
        ["Reopen…", "Edit…"],
        ["History", "Link…", "Comment…"],
        {"Reopen…": "Reason", "Edit…": "Edit", **ALWAYS},
    ),
)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
async def test_every_button_and_menu_entry_does_what_it_says(town: Town, state: State) -> None:
    await _plan(town)
    key = await _there(town, state)
    card = await town.card(key, state.says)
    assert (buttons(card), menu(card)) == (list(state.first), list(state.menu))
    everything = await _everything(town, key, card)
    if state.name != "not a defect":
        assert set(labels(everything)) == set(state.all)
    for label, answer in state.all.items():
        shown = card if label in labels(card) else everything
        if await _answer(town, shown, label, answer):
            key = await _there(town, state)
            card = await town.card(key, state.says)
            everything = await _everything(town, key, card)


async def _plan(town: Town) -> None:
    for command in ("/release new 2.4", "/release build 2.4 2.4.0-rc1", "/release new 2.5"):
        await town.types(town.rana, command)
    assert await town.files(town.tess, "The original") == "DEF-1"


async def _there(town: Town, state: State) -> str:
    key = await town.files(town.tess, "Total wraps on phones")
    for who, command in state.steps:
        await town.types(getattr(town, who), command.format(key=key))
    return key


async def _everything(town: Town, key: str, card: Json) -> Json:
    """All of its buttons: behind the last entry of a menu that is too short for them."""
    if MORE not in labels(card):
        return card
    await town.presses(town.omar, card, MORE)
    return await town.hears(town.omar, key)


async def _answer(town: Town, card: Json, label: str, answer: str) -> bool:
    """Whether it changed the defect: what opens a form or only shows something does not."""
    await town.presses(town.omar, card, label)
    if label.endswith("…"):
        assert answer in words(await town.form(town.omar, answer))
        await town.people.forms.close(town.omar)
        return False
    await town.hears(town.omar, answer)
    return label != "History"


async def test_what_waits_to_be_confirmed_names_its_own_severity_and_release(town: Town) -> None:
    for release in ("2.4", "2.5"):
        await town.types(town.rana, f"/release new {release}")
    key = await town.files(town.tess, "Total wraps sev:S2 rel:2.5")
    await town.types(town.devon, f"/defect fixed {key}")
    await town.types(town.rana, "/release build 2.5 2.5.0-rc1")
    await town.types(town.tess, f"/verify {key} fail it still wraps")
    await town.types(town.rana, f"/defect unassign {key}")
    hint = f"`edit {key} sev:S2 rel:2.5`"
    assert hint in words(await town.card(key, "to be confirmed"))
    assert hint in words(await town.types(town.rana, f"/defect triage {key} S1 P1"))


async def test_buttons_that_are_out_of_date_show_how_it_is_now(town: Town) -> None:
    await _plan(town)
    key = await town.files(town.tess, "Total wraps")
    old = await town.card(key, "new · no owner")
    shown = await town.types(town.omar, f"/defect show {key}")
    await town.types(town.devon, f"/defect fixed {key} in rc1")
    await town.types(town.tess, f"/verify {key} pass")
    await town.presses(town.omar, shown, "Claim")
    now = await town.hears(town.omar, f"{key} has changed since these buttons were drawn. Now:")
    assert "cannot be done" in words(now)
    assert "verified by" in words(now)
    assert buttons(now) == ["Close", "Reopen…"]
    assert old["ts"] == (await town.card(key, "verified by Tess"))["ts"]


async def test_a_build_that_nobody_registered_is_used_or_registered_by_a_button(town: Town) -> None:
    await _plan(town)
    key = await town.files(town.tess, "Total wraps")
    card = await town.card(key, "new · no owner")
    await town.quiet()
    town.says(town.devon, "fixed in 2.4.0-rc11", thread=card["ts"])
    asked = await town.hears(town.devon, "Build `2.4.0-rc11` is not known in 2.4, so nothing changed.")
    assert buttons(asked) == ["Use 2.4.0-rc1", "Register it in 2.4"]
    await town.presses(town.devon, asked, "Use 2.4.0-rc1")
    await town.hears(town.devon, "Fixed, in 2.4.0-rc1.")
    refused = await town.types(town.tess, f"/verify {key} pass on rc9")
    await town.presses(town.tess, refused, "Register it in 2.4")
    await town.hears(town.tess, "rc9 is registered in 2.4.")
    assert "rc9" in words(await town.types(town.rana, "/release status 2.4"))


async def test_a_verifier_who_cannot_be_told_whether_the_fix_is_in_says_that_they_looked(town: Town) -> None:
    await _plan(town)
    await town.types(town.rana, "/release build 2.5 2.5.0-rc1")
    key = await town.files(town.tess, "Total wraps rel:2.4")
    await town.types(town.devon, f"/defect fixed {key} in 2.4.0-rc1")
    asked = await town.types(town.tess, f"/verify {key} pass on 2.5.0-rc1")
    assert "Nothing says whether 2.5.0-rc1 holds the fix" in words(asked)
    assert buttons(asked) == ["I checked that the fix is in"]
    await town.presses(town.tess, asked, "I checked that the fix is in")
    await town.hears(town.tess, f"{key} is verified on 2.5.0-rc1.")
    card = await town.card(key, "verified by Tess on 2.5.0-rc1")
    await town.line(card["ts"], "and the fix is in it as far as they looked.")
