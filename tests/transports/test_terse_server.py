"""Beside a Slack-compatible server that answers no more than it must: `ok`, and where a message stands."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.slack.answers import Ok
from bot.transports.authorization import installation_of
from handlers.modals.memo import Memo, pack, unpack
from tests.transports.terse import ME, PATIENCE, Town, beside

PARENT = "1690000000.000100"
LOST = "outbox_ambiguous_total"


async def test_a_card_stays_in_its_thread_where_the_answer_shows_no_message(sqlite_url: str, tmp_path: Path) -> None:
    async with beside({}, sqlite_url, tmp_path) as town:
        await submit(town)
        posted = await town.server.gets("chat.postMessage")
        await town.event(user="U2", text="claim", thread_ts=PARENT, ts="1690000001.000100")
        updated = await town.server.gets("chat.update")
    assert (posted["channel"], posted["thread_ts"]) == ("C1", PARENT)
    assert "Cart total is wrong" in updated["text"]
    assert town.server.methods.count("chat.postMessage") == 1
    assert "chat.delete" not in town.server.methods


async def test_a_card_reaches_a_person_where_no_conversation_can_be_opened(sqlite_url: str, tmp_path: Path) -> None:
    direct = {"chat.postMessage": {"ok": True, "channel": "D7", "ts": "1700000000.000100"}}
    async with beside(direct, sqlite_url, tmp_path) as town:
        await town.command("new Cart total is wrong", "1.1")
        posted = await town.server.gets("chat.postMessage")
        await town.command(f"claim {posted['text'].split()[0]}", "1.2")
        updated = await town.server.gets("chat.update")
    assert posted["channel"] == "U1"
    assert "Cart total is wrong" in posted["text"]
    assert (updated["channel"], updated["ts"]) == ("D7", "1700000000.000100")


async def test_a_post_whose_place_is_not_told_is_counted_and_not_repeated(sqlite_url: str, tmp_path: Path) -> None:
    async with beside({"chat.postMessage": {"ok": True}}, sqlite_url, tmp_path) as town:
        await submit(town)
        await counted(town, LOST)
    assert town.server.methods.count("chat.postMessage") == 1


async def test_a_method_that_the_server_does_not_have_says_nothing_of_a_channel(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with beside({"views.open": {"ok": True, "view": {"id": "V1"}}}, sqlite_url, tmp_path) as town:
        for times in (1, 2, 3):
            await press(town)
            form = json.loads((await town.server.gets("views.open", times))["view"])
            assert unpack(form["private_metadata"]).standing == "joinable"
            await town.server.gets("conversations.info", times)
    assert "views.update" not in town.server.methods


async def test_a_form_that_the_server_does_not_name_is_left_as_it_was_opened(sqlite_url: str, tmp_path: Path) -> None:
    private = {"ok": True, "channel": {"id": "C1", "is_private": True}}
    async with beside({"views.open": {"ok": True}, "conversations.info": private}, sqlite_url, tmp_path) as town:
        await press(town)
        await town.server.gets("conversations.info")
        assert (await town.command("new", "1.9")).text == ""
        await town.server.gets("views.open", 2)
    assert "views.update" not in town.server.methods


@pytest.mark.parametrize(
    ("answer", "event"),
    [({"ok": False, "error": "invalid_auth"}, "token_refused"), ({"ok": False, "error": "ratelimited"}, "slack_away")],
)
async def test_a_start_says_once_that_slack_does_not_know_the_token(
    sqlite_url: str, tmp_path: Path, answer: dict[str, Any], event: str
) -> None:
    with capture_logs() as logs:
        async with beside({"auth.test": answer}, sqlite_url, tmp_path), asyncio.timeout(PATIENCE):
            while not (said := [log for log in logs if log["event"] == event]):  # noqa: ASYNC110 - a log sets no event
                await asyncio.sleep(0.01)
    (line,) = said
    assert "countersign doctor" in line["remedy"] or "HTTPS_PROXY" in line["remedy"]


def test_what_auth_test_leaves_out_is_no_word() -> None:
    ours = installation_of(Ok(ME))
    assert (ours.team_name, ours.team_url, ours.bot_id, ours.bot_user_id) == ("", "", "", "UBOT")


async def press(town: Town) -> None:
    """Somebody files a defect from PARENT."""
    message = {"type": "message", "user": "U2", "text": "the cart is broken", "ts": PARENT}
    place = {"channel": {"id": "C1", "name": "general"}, "message_ts": PARENT, "action_ts": "1.1"}
    await town.interaction(type="message_action", callback_id="file_defect", message=message, **place)


async def submit(town: Town) -> None:
    """The form that was opened on PARENT is sent."""
    title: dict[str, Any] = {"type": "plain_text_input", "action_id": "title"}
    view = {
        "id": "V1",
        "team_id": "T1",
        "type": "modal",
        "callback_id": "file",
        "private_metadata": pack(Memo("file", channel="C1", message_ts=PARENT, standing="member")),
        "blocks": [{"type": "input", "block_id": "title", "element": title}],
        "state": {"values": {"title": {"title": {"type": title["type"], "value": "Cart total is wrong"}}}},
    }
    await town.interaction(type="view_submission", response_urls=[], view=view)


async def counted(town: Town, counter: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while f"{counter} 1" not in (await town.http.get("/metrics")).text:  # noqa: ASYNC110 - a figure sets no event
            await asyncio.sleep(0.05)
