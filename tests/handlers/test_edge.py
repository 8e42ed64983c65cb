"""Whatever goes wrong is said to its author, once, in time, and never in words that are not ours."""

import asyncio
import sqlite3
from time import monotonic
from typing import Any

import pytest

from bot.services.arrival import arrived
from bot.services.outgoing import Sort
from bot.services.ports import MaybeSaved, Overtaken
from bot.slack.answers import Ok
from bot.slack.ids import Act, encode
from handlers.later import Later
from tests.handlers.slack import DEVON, OTHER, TEAM, TESS, Office, chosen, typed


async def test_a_store_that_is_gone_is_said_within_the_answer_and_nothing_changed(office: Office) -> None:
    await office.store.close()
    said = await office.type("new Card declined")
    assert "Not saved, nothing changed" in said
    assert "R-" in said


async def test_a_store_that_another_process_holds_is_told_in_time_and_nothing_is_done_later(
    office: Office, sqlite_url: str
) -> None:
    await office.type("new Card declined")
    # The store's own deadline is meant here, not the edge's for what takes longer.
    object.__setattr__(office.desk, "deadline", 30.0)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    said = await asyncio.gather(office.type("new Cart total is wrong"), office.type("claim DEF-1"))
    assert all("Not saved, nothing changed" in each for each in said)
    other.execute("COMMIT")
    other.close()
    assert "Filed as DEF-2" in await office.type("new Cart total is wrong")
    assert await office.history("DEF-1") == ["defect_filed"]


async def test_a_store_that_takes_too_long_is_answered_in_time_and_the_truth_follows(office: Office) -> None:
    await office.type("new Card declined")
    stalled = office.stall()
    body = {
        "command": "/defect",
        "text": "claim DEF-1",
        "user_id": DEVON,
        "channel_id": OTHER,
        "team_id": "T1",
        "trigger_id": "t-slow",
        "response_url": "https://hooks.example/9",
    }
    response = await office.dispatch(body, settle=False)
    assert "Still at it" in response.body
    stalled.set()
    await office.desk.later.drain()
    assert "DEF-1 is yours now" in office.slack.heard()


async def test_the_time_that_a_request_has_waited_for_us_counts(office: Office) -> None:
    """A busy process gets round to it late; here a deadline that no test would wait for is over already."""
    await office.type("new Card declined")
    stalled = office.stall(deadline=3600.0)
    body = {"command": "/defect", "text": "claim DEF-1", "user_id": DEVON, "team_id": "T1", "trigger_id": "t-late"}
    with arrived(monotonic() - 3600.0):
        response = await office.dispatch({**body, "response_url": "https://hooks.example/9"}, settle=False)
    assert "Still at it" in response.body
    stalled.set()
    await office.desk.later.drain()
    assert "DEF-1 is yours now" in office.slack.heard()


async def test_a_form_opens_while_the_store_stalls_and_is_filled_after(office: Office) -> None:
    await office.type("new Card declined")
    stalled = office.stall(deadline=2.0)
    body = {"command": "/defect", "text": "edit DEF-1", "user_id": DEVON, "team_id": "T1", "trigger_id": "t-slow"}
    response = await office.dispatch(body, settle=False)
    assert response.status == 200
    assert office.slack.opened()["callback_id"] == "said"
    stalled.set()
    await office.desk.later.drain()
    (filled,) = office.slack.of("views.update")
    assert filled["view"]["callback_id"] == "edit"
    assert filled["hash"] == "h1"


async def test_a_form_that_is_saved_late_says_so_and_closes_when_it_is_sent_again(office: Office) -> None:
    await office.type("new x")
    await office.type("fixed DEF-1")
    await office.type("reopen DEF-1")
    view, stalled = office.slack.opened(), office.stall()
    answer = await office.submit(view, settle=False, reason=typed("it is back"))
    assert "Still at it" in answer["errors"]["reason"]
    stalled.set()
    await office.desk.later.drain()
    assert "DEF-1 is open again" in office.slack.heard()
    assert await office.submit(view, reason=typed("it is back")) == {}
    assert (await office.history("DEF-1")).count("defect_reopened") == 1


async def test_a_form_that_fails_late_says_so(office: Office) -> None:
    await office.type("new x")
    await office.type("defer DEF-1")
    view, stalled = office.slack.opened(), office.stall()
    answer = await office.submit(view, settle=False, release=chosen("9.9"), reason=typed("later"))
    assert answer["response_action"] == "errors"
    stalled.set()
    await office.desk.later.drain()
    assert "There is no release" in office.slack.heard()


async def test_a_commit_of_which_nobody_knows_is_never_called_not_saved(office: Office) -> None:
    class Unknown:
        async def perform(self, context: Any, use_case: Any) -> Any:
            raise MaybeSaved

    object.__setattr__(office.desk, "units", Unknown())
    said = await office.type("new x")
    assert "did not say whether" in said
    assert "Not saved" not in said


async def test_who_made_the_same_as_somebody_quicker_is_told_to_look_and_do_it_again(office: Office) -> None:
    class Taken:
        async def perform(self, context: Any, use_case: Any) -> Any:
            raise Overtaken

    object.__setattr__(office.desk, "units", Taken())
    assert "Somebody else was faster" in await office.type("new x")


async def test_a_picker_offers_nothing_while_the_store_is_gone(office: Office) -> None:
    await office.store.close()
    body = {"type": "block_suggestion", "user": {"id": TESS}, "team": {"id": TEAM}, "action_id": "key", "value": "x"}
    response = await office.dispatch({**body, "block_id": "key", "view": {"type": "modal"}})
    assert response.status == 200
    assert "[]" in response.body


async def test_a_click_whose_store_is_gone_is_told_so_where_it_was_made(office: Office) -> None:
    await office.type("new x")
    await office.store.close()
    await office.press(encode(Act("claim", "DEF-1", 1)))
    assert "Not saved, nothing changed" in office.slack.heard()


async def test_a_global_shortcut_that_fails_is_answered_in_a_direct_message(office: Office) -> None:
    await office.store.close()
    await office.shortcut("my_queue", None)
    (told,) = office.slack.of("chat.postMessage")
    assert told["channel"] == TESS
    assert "Not saved" in told["text"]


async def test_an_unknown_shortcut_and_a_closed_form_are_acknowledged(office: Office) -> None:
    assert (await office.shortcut("of_another_version", None)).status == 200
    view = {"id": "V1", "type": "modal", "callback_id": "file"}
    closed = {"type": "view_closed", "user": {"id": TESS}, "team": {"id": TEAM}, "view": view}
    assert (await office.dispatch(closed)).status == 200


async def test_work_after_an_answer_that_fails_is_logged_and_ends_there(caplog: pytest.LogCaptureFixture) -> None:
    async def fails() -> None:
        raise RuntimeError("late")

    later = Later()
    later.start(fails())
    await later.drain()
    await asyncio.sleep(0)
    assert "work after an answer failed" in caplog.text


async def test_the_numbers_of_a_digest_lead_to_its_defects(office: Office) -> None:
    await office.type("new 2.4", command="/release")
    await office.type("new x")
    await office.type("digest now", command="/release")
    digest = office.outbox(Sort.DIGEST)[0]["digest_id"]
    await office.press(encode(Act("digest_list", digest, extra={"of": "filed"})))
    assert "DEF-1" in office.slack.heard()


async def test_a_release_ships_past_its_gates_with_a_reason(office: Office) -> None:
    await office.type("new 2.4", command="/release")
    await office.type("new x sev:S1")
    said = await office.type("ship 2.4 anyway: the contract says so", command="/release")
    assert "2.4 shipped" in said
    assert "still open: DEF-1" in said


async def test_a_private_channels_standing_that_slack_does_not_tell_stays_as_it_was_assumed(office: Office) -> None:
    office.slack.answers["conversations.info"] = Ok({"ok": True, "channel": {}})
    message = {"type": "message", "user": DEVON, "text": "x", "ts": "1.0"}
    await office.shortcut("file_defect", message, channel={"id": OTHER, "name": "directmessage"})
    assert office.slack.opened()["callback_id"] == "file"
