"""Who acts while nobody can say whose request it is hears so, wherever words reach them without a token."""

import asyncio
import json
import logging
from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.context.async_context import AsyncBoltContext

from bot.services.arrival import arrived
from bot.services.roads import KeyMissing
from bot.slack.answers import Ambiguous, Answer, refused
from bot.transports.nameless import in_words
from bot.transports.workspaces import Workspaces
from tests.transports.slack import Heard, KnowsOneToken, event, tiny_app

URL = "https://hooks.slack.example/actions/1"
WORDS = "Slack does not tell me who I am just now, so nothing changed."
COMMAND = {"command": "/defect", "text": "list", "team_id": "T1", "user_id": "U1"}
CLICK = {"type": "block_actions", "team": {"id": "T1"}, "actions": [{"action_id": "claim", "type": "button"}]}
VIEW = {"type": "modal", "callback_id": "file", "blocks": [{"type": "section"}, {"type": "input", "block_id": "title"}]}
FORM = {"type": "view_submission", "team": {"id": "T1"}, "view": VIEW}


class Said:
    def __init__(self, why: Answer = Ambiguous("TimeoutError")) -> None:
        self.why = why
        self.heard = Heard()
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.told = asyncio.Event()

    async def send(self, url: str, message: dict[str, Any]) -> None:
        self.sent.append((url, message))
        self.told.set()

    async def answer(self, body: dict[str, Any]) -> tuple[int, Any]:
        app = tiny_app(self.heard, KnowsOneToken(self.why))
        app.error(in_words(self.send))
        response = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        return response.status, json.loads(response.body) if response.body else None


async def test_a_command_is_answered_in_its_ack() -> None:
    said = Said()
    status, answer = await said.answer(COMMAND)
    assert (status, answer["response_type"], answer["text"].startswith(WORDS)) == (200, "ephemeral", True)
    assert said.heard.commands == []


async def test_a_command_whose_ack_nobody_hears_is_answered_beside_it() -> None:
    said = Said()
    with arrived(mute=True):
        assert await said.answer({**COMMAND, "response_url": URL}) == (200, None)
    async with asyncio.timeout(30):
        await said.told.wait()
    ((url, message),) = said.sent
    assert (url, message["response_type"], message["text"].startswith(WORDS)) == (URL, "ephemeral", True)


@pytest.mark.parametrize("code", ["token_revoked", "invalid_auth", "account_inactive"])
async def test_whoever_meets_a_refused_token_reads_the_code_and_the_remedy_and_of_no_minute(code: str) -> None:
    _, answer = await Said(refused("auth.test", code)).answer(COMMAND)
    assert answer["text"].startswith(f"Slack refuses my token (`{code}`), so nothing changed.")
    assert "new Bot User OAuth Token into `SLACK_BOT_TOKEN` and start me again" in answer["text"]
    assert "minute" not in answer["text"]


async def test_a_click_is_answered_beside_its_message() -> None:
    said = Said()
    assert await said.answer({**CLICK, "response_url": URL}) == (200, None)
    async with asyncio.timeout(30):
        await said.told.wait()
    ((url, message),) = said.sent
    assert (url, message["text"].startswith(WORDS), message["replace_original"]) == (URL, True, False)


async def test_a_form_stays_open_with_the_words_at_its_first_field() -> None:
    status, answer = await Said().answer(FORM)
    assert (status, answer["response_action"], list(answer["errors"])) == (200, "errors", ["title"])


ODD = [{**FORM, "view": {**VIEW, "blocks": blocks}} for blocks in (None, "x", [None, "x", {"type": "section"}])]


@pytest.mark.parametrize("body", [CLICK, event(), *ODD])
async def test_what_no_words_reach_is_refused_and_an_event_comes_again(body: dict[str, Any]) -> None:
    said = Said()
    assert await said.answer(body) == (500, None)
    assert (said.sent, said.heard.events) == ([], [])


class Locked:
    async def token(self, team_id: str) -> str | None:
        raise KeyMissing(team_id, "0123abcd")

    async def teams(self) -> list[str]:
        return ["T1"]

    async def remove(self, team_id: str) -> bool:
        return False


async def test_whose_token_no_key_opens_is_told_where_its_name_stands(caplog: pytest.LogCaptureFixture) -> None:
    workspaces = Workspaces(KnowsOneToken(), "", Locked())
    with pytest.raises(KeyMissing) as raised:
        await workspaces(context=AsyncBoltContext(), team_id="T1", user_id="U1")
    response = await in_words(Said().send)(raised.value, COMMAND, logging.getLogger("test"))
    assert response is not None
    assert "`countersign doctor` names the missing key" in json.loads(response.body)["text"]
    assert "0123abcd" not in response.body
