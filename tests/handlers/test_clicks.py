"""Buttons and menus, from Slack's payload to the record and the answer."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.values import Status
from bot.services import requests as ask
from bot.slack import acts
from bot.slack.answers import Fate
from bot.slack.ids import Act, decode, encode
from handlers.buttons import FORMS, REQUESTS, act_of, request_of
from tests.handlers.slack import CHANNEL, DEVON, RHEA, TEAM, TESS, Office, refused


def buttons(message: Any) -> list[str]:
    """The values of all buttons and menu entries."""
    found: list[str] = []
    for block in message["blocks"]:
        for element in block.get("elements", ()):
            found += [element["value"]] if element.get("type") == "button" else []
            found += [option["value"] for option in element.get("options", ())]
    return found


async def test_every_button_that_a_card_can_show_is_understood(office: Office) -> None:
    await office.type("new x")
    for status in Status:
        view = await office.defect("DEF-1")
        view.defect.status = status
        for verb in (*acts.verbs(view.defect), acts.MORE):
            act = decode(encode(Act(verb, "DEF-1", 1)))
            assert act is not None
            assert request_of(act) is not None or act.verb in FORMS


async def test_a_claim_by_button_is_done_and_answered_to_whoever_pressed(office: Office) -> None:
    await office.type("new x")
    await office.press(encode(Act("claim", "DEF-1", 1)), DEVON)
    assert (await office.defect("DEF-1")).defect.owner == DEVON
    assert "DEF-1 is yours now" in office.slack.heard()
    assert office.slack.posts[-1][1]["response_type"] == "ephemeral"


async def test_a_menu_entry_does_the_same_as_a_button(office: Office) -> None:
    await office.type("new x")
    chosen = {"value": encode(Act("start", "DEF-1", 1))}
    await office.press("", actions=[{"type": "overflow", "action_id": "act#2", "selected_option": chosen}])
    assert (await office.defect("DEF-1")).defect.status is Status.IN_PROGRESS


async def test_a_button_of_a_stale_card_changes_nothing_and_shows_what_is_now(office: Office) -> None:
    await office.type("new x")
    await office.type("fixed DEF-1", DEVON)
    seen = (await office.defect("DEF-1")).defect.version
    await office.type("reopen DEF-1 no", RHEA)
    await office.type("fixed DEF-1", DEVON)
    await office.press(encode(Act("verify_pass", "DEF-1", seen)), TESS)
    assert (await office.defect("DEF-1")).defect.status is Status.RESOLVED
    assert "has changed since" in office.slack.heard()
    fresh = [value for value in buttons(office.slack.posts[-1][1]) if value.startswith("verify_pass")]
    await office.press(fresh[0], TESS)
    assert (await office.defect("DEF-1")).defect.status is Status.VERIFIED


async def test_a_step_that_a_stale_card_still_shows_is_refused_with_the_card_as_it_is(office: Office) -> None:
    await office.type("new x")
    await office.type("fixed DEF-1", DEVON)
    await office.press(encode(Act("start", "DEF-1", 1)), TESS)
    assert "resolved" in office.slack.heard()
    assert "has changed since" in office.slack.heard()


async def test_undo_by_button_takes_the_receipts_place(office: Office) -> None:
    await office.type("new x")
    await office.type("claim DEF-1", DEVON)
    await office.press(encode(Act("undo", "DEF-1", 2)), DEVON)
    assert (await office.defect("DEF-1")).defect.owner is None
    assert office.slack.posts[-1][1]["replace_original"] is True


async def test_whoever_cannot_be_sure_ticks_that_they_looked(office: Office) -> None:
    for text in ("new 2.4", "new 2.5", "build 2.4 2.4.0-rc1", "build 2.5 2.5.0-rc1"):
        await office.type(text, command="/release")
    await office.type("new x rel:2.4")
    await office.type("fixed DEF-1 in 2.4.0-rc1", DEVON)
    said = await office.type("pass DEF-1 on 2.5.0-rc1")
    assert "Nothing says whether" in said
    await office.press(encode(Act("verify_pass", "DEF-1", None, {"build": "2.5.0-rc1", "sure": "yes"})), TESS)
    assert (await office.defect("DEF-1")).defect.status is Status.VERIFIED


async def test_a_fix_in_the_next_build_can_be_given_its_build_afterwards(office: Office) -> None:
    for text in ("new 2.4", "build 2.4 2.4.0-rc1"):
        await office.type(text, command="/release")
    await office.type("new x")
    await office.type("fixed DEF-1", DEVON)
    await office.press(encode(Act("name_build", "DEF-1", 2)), DEVON)
    view = office.slack.opened()
    await office.submit(view, DEVON, build={"type": "external_select", "selected_option": {"value": "2.4.0-rc1"}})
    fixed_in = (await office.defect("DEF-1")).fixed_in
    assert fixed_in is not None
    assert fixed_in.name == "2.4.0-rc1"


async def test_a_list_turns_its_pages_in_place(office: Office) -> None:
    for number in range(12):
        await office.type(f"new defect number {number}")
    await office.type("list status:open")
    await office.press(encode(Act("list", extra={"query": "status:open", "offset": "10"})))
    _, message = office.slack.posts[-1]
    assert message["replace_original"] is True
    assert "DEF-12" in message["text"]
    assert "DEF-1 " not in message["text"]


@pytest.mark.parametrize("verb", ["show", "history", "more", "gates", "status", "queue", "verify", "mine", "list"])
async def test_buttons_that_only_show_change_nothing(office: Office, verb: str) -> None:
    await office.type("new 2.4", command="/release")
    await office.type("new x")
    subject = "2.4" if verb in ("gates", "status") else "DEF-1" if verb in ("show", "history", "more") else ""
    await office.press(encode(Act(verb, subject)))
    assert office.slack.heard()
    assert await office.history("DEF-1") == ["defect_filed"]


# What becomes of failures is pressed where there are some: tests/scenarios/test_failures.py.
@pytest.mark.parametrize("verb", sorted(FORMS.keys() - {"file_failures"}))
async def test_buttons_that_open_a_form_open_it(office: Office, verb: str) -> None:
    await office.type("new x")
    await office.press(encode(Act(verb, "DEF-1" if verb not in ("build", "digest", "ship", "new") else "", 1)))
    assert office.slack.opened()["callback_id"] == FORMS[verb]


async def test_the_next_form_after_an_expired_trigger_is_asked_for_in_words(office: Office) -> None:
    await office.type("new x")
    office.slack.answers["views.open"] = refused("expired_trigger_id", Fate.TRIGGER)
    await office.press(encode(Act("edit", "DEF-1", 1)))
    assert "again" in office.slack.heard()


async def test_an_answer_that_comes_too_late_for_a_view_of_app_home_is_a_direct_message(office: Office) -> None:
    await office.type("new Card declined")
    office.slack.answers["views.open"] = refused("expired_trigger_id", Fate.TRIGGER)
    home = {"id": "VH", "type": "home", "hash": "h"}
    await office.press(encode(Act("claim", "DEF-1", 1)), view=home, response_url=None, channel=None, container=None)
    (told,) = office.slack.of("chat.postMessage")
    assert (told["channel"], told["text"].split("\n")[0]) == (TESS, "DEF-1 is yours now.")


async def test_a_click_in_app_home_is_answered_in_a_view(office: Office) -> None:
    await office.type("new x")
    home = {"id": "VH", "type": "home", "hash": "h"}
    await office.press(encode(Act("claim", "DEF-1", 1)), view=home, response_url=None, channel=None, container=None)
    assert "DEF-1 is yours now" in str(office.slack.opened()["blocks"])


@pytest.mark.parametrize(
    "value", ["", "garbage in", "ship_it:2.4", "launch", "fixed:DEF-1@1?x", "claim:NOPE-1@1", "undo"]
)
async def test_a_button_that_we_never_drew_is_answered_and_changes_nothing(office: Office, value: str) -> None:
    await office.type("new x")
    response = await office.press(value, RHEA)
    assert response.status == 200
    assert await office.history("DEF-1") == ["defect_filed"]


async def test_a_link_button_and_a_field_that_changed_need_no_answer(office: Office) -> None:
    await office.press("", actions=[{"type": "button", "action_id": "x", "url": "https://host"}])
    await office.press("", actions=[{"type": "static_select", "action_id": "severity"}])
    assert office.slack.posts == []


REQUEST = st.one_of(
    st.builds(ask.Claim, key=st.just("DEF-1")),
    st.builds(
        ask.MarkFixed, st.just("DEF-1"), st.none() | st.text(min_size=1, max_size=20), st.none() | st.just("abc1234")
    ),
    st.builds(ask.Assign, st.just("DEF-1"), st.just(DEVON)),
    st.builds(ask.VerifyFail, st.just("DEF-1"), st.text(min_size=1, max_size=100), st.none() | st.just("rc1")),
    st.builds(ask.VerifyPass, st.just("DEF-1"), sure=st.booleans(), note=st.text(max_size=50)),
    st.builds(ask.Defer, st.just("DEF-1"), st.just("2.5"), st.text(min_size=1, max_size=50)),
)


@given(REQUEST)
def test_a_request_on_a_button_is_the_same_request_when_it_is_pressed(request_: Any) -> None:
    act = act_of(request_, 3)
    assert act is not None
    again = decode(encode(act))
    assert again is not None
    if again.extra or again.verb not in FORMS:
        assert request_of(again) == request_


def test_every_verb_of_a_button_has_one_request() -> None:
    assert len(set(REQUESTS.values())) == len(REQUESTS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("channel", "container", "message", "view", "actions", "trigger_id", "response_url", "state", "callback_id")
BODIES = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6)


@given(body=BODIES, kind=st.sampled_from(["block_actions", "message_action", "shortcut", "block_suggestion"]))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bodies_that_nobody_of_us_wrote_never_break_a_listener(body: dict[str, Any], kind: str) -> None:
    """What Bolt itself cannot read never comes to us; here it does."""
    from bot.domain.values import Surface
    from handlers.actions import act_of_click
    from handlers.context import Authorized, incoming, trigger_receipt, view_receipt
    from handlers.views import submission_of

    whole = {"type": kind, "user": {"id": TESS}, "team": {"id": TEAM}, **body}
    here = incoming(whole, Authorized(team=TEAM), Surface.BUTTON, (*trigger_receipt(whole), *view_receipt(whole)))
    assert here.context.team_id == TEAM
    act_of_click(here)
    assert submission_of(here).memo.form == ""
    assert CHANNEL
