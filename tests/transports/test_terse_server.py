"""Beside a Slack-compatible server that answers no more than it must: `ok`, and where a message stands."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.app import running
from bot.config import Settings
from handlers.modals.memo import Memo, pack
from tests.transports.slack import as_form, as_json, signed

SECRET, PATIENCE = "short", 30
PARENT = "1690000000.000100"
ME = {"ok": True, "team_id": "T1", "user_id": "UBOT", "team": "Acme"}


class Terse:
    """Knows a few methods, whose names and arguments it keeps in order."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.news = asyncio.Condition()

    async def api(self, request: web.Request) -> web.Response:
        method, given = request.match_info["method"], await request.post()
        fields = {name: str(value) for name, value in given.items()}
        async with self.news:
            self.calls.append((method, fields))
            self.news.notify_all()
        place = {"ok": True, "channel": fields.get("channel"), "ts": f"17000000{len(self.calls):02}.000100"}
        known: dict[str, dict[str, Any]] = {
            "auth.test": ME,
            "chat.postMessage": place,
            "chat.update": place | {"ts": fields.get("ts")},
            "reactions.add": {"ok": True},
            "chat.postEphemeral": {"ok": True},
        }
        return web.json_response(known.get(method, {"ok": False, "error": "unknown_method"}))

    async def gets(self, method: str) -> dict[str, str]:
        async with asyncio.timeout(PATIENCE), self.news:
            await self.news.wait_for(lambda: method in self.methods)
        return next(fields for name, fields in self.calls if name == method)

    @property
    def methods(self) -> list[str]:
        return [name for name, _ in self.calls]


@pytest.fixture
async def terse() -> AsyncIterator[tuple[Terse, str]]:
    server, app = Terse(), web.Application()
    app.router.add_post("/some/where/{method}", server.api)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield server, f"http://127.0.0.1:{runner.addresses[0][1]}/some/where"
    await runner.cleanup()


async def test_a_card_stays_in_its_thread_where_the_answer_shows_no_message(
    terse: tuple[Terse, str], sqlite_url: str, tmp_path: Path
) -> None:
    server, address = terse
    settings = Settings(
        slack_api_url=address,
        slack_bot_token=SecretStr("xoxb-1"),
        slack_app_token=None,
        slack_signing_secret=SecretStr(SECRET),
        data_dir=tmp_path,
        database_url=sqlite_url,
        http_port=0,
    )
    async with running(settings) as bot, httpx.AsyncClient(base_url=bot.http.address, trust_env=False) as slack:
        for body, headers in (as_form({"payload": json.dumps(submitted())}), as_json(reply("claim"))):
            answer = await slack.post("/slack/events", content=body, headers=headers | signed(body, secret=SECRET))
            assert answer.status_code == 200
            posted = await server.gets("chat.postMessage")
        updated = await server.gets("chat.update")
    assert (posted["channel"], posted["thread_ts"]) == ("C1", PARENT)
    assert "Cart total is wrong" in updated["text"]
    assert server.methods.count("chat.postMessage") == 1
    assert "chat.delete" not in server.methods


def submitted() -> dict[str, Any]:
    """The form that was opened on PARENT, as Slack sends it."""
    title = {"type": "plain_text_input", "value": "Cart total is wrong"}
    asked = {"type": title["type"], "action_id": "title"}
    return {
        "type": "view_submission",
        "team": {"id": "T1", "domain": "acme"},
        "user": {"id": "U1", "username": "tess", "team_id": "T1"},
        "api_app_id": "A1",
        "trigger_id": "1.2.3",
        "enterprise": None,
        "is_enterprise_install": False,
        "response_urls": [],
        "view": {
            "id": "V1",
            "team_id": "T1",
            "type": "modal",
            "callback_id": "file",
            "private_metadata": pack(Memo("file", channel="C1", message_ts=PARENT, standing="member")),
            "blocks": [{"type": "input", "block_id": "title", "element": asked}],
            "state": {"values": {"title": {"title": title}}},
        },
    }


def reply(text: str) -> dict[str, Any]:
    """Somebody writes it in PARENT's thread."""
    place = {"channel": "C1", "channel_type": "channel", "thread_ts": PARENT, "ts": "1690000001.000100"}
    return {
        "type": "event_callback",
        "token": "t",
        "team_id": "T1",
        "api_app_id": "A1",
        "event_id": "Ev1",
        "event_time": 1690000001,
        "authorizations": [{"enterprise_id": None, "team_id": "T1", "user_id": "UBOT", "is_bot": True}],
        "event": {"type": "message", "user": "U2", "team": "T1", "text": text, "event_ts": place["ts"], **place},
    }
