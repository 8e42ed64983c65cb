"""A Slack-compatible server that answers no more than it must: `ok`, and where a message stands."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from aiohttp import web
from pydantic import SecretStr

from bot.app import running
from bot.config import Settings
from tests.transports.slack import as_form, as_json, signed

SECRET, PATIENCE = "short", 30
UNKNOWN = {"ok": False, "error": "unknown_method"}
ME = {"ok": True, "team_id": "T1", "user_id": "UBOT", "team": None, "url": None, "bot_id": None}


@dataclass
class Terse:
    """Knows a few methods, and those of `also`; keeps their names and arguments in order."""

    also: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    address: str = ""

    async def api(self, request: web.Request) -> web.Response:
        method, given = request.match_info["method"], await request.post()
        fields = {name: str(value) for name, value in given.items()}
        async with self.news:
            self.calls.append((method, fields))
            self.news.notify_all()
        place = {"ok": True, "channel": fields.get("channel"), "ts": f"17000000{len(self.calls):02}.000100"}
        known: dict[str, Mapping[str, Any]] = {
            "auth.test": ME,
            "chat.postMessage": place,
            "chat.update": place | {"ts": fields.get("ts")},
            "reactions.add": {"ok": True},
            "chat.postEphemeral": {"ok": True},
        }
        return web.json_response({**known, **self.also}.get(method, UNKNOWN))

    async def gets(self, method: str, times: int = 1) -> dict[str, str]:
        """What the call of that method said, once there were so many."""
        async with asyncio.timeout(PATIENCE), self.news:
            await self.news.wait_for(lambda: self.methods.count(method) >= times)
        return [fields for name, fields in self.calls if name == method][times - 1]

    @property
    def methods(self) -> list[str]:
        return [name for name, _ in self.calls]


@dataclass
class Town:
    """The bot beside that server."""

    server: Terse
    http: httpx.AsyncClient

    async def feed(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        answer = await self.http.post("/slack/events", content=body, headers=headers | signed(body, secret=SECRET))
        assert answer.status_code == 200
        return answer

    async def event(self, **event: Any) -> None:
        await self.feed(*as_json(event_of(event)))

    async def interaction(self, **payload: Any) -> httpx.Response:
        return await self.feed(*as_form({"payload": json.dumps(ORIGIN | payload)}))

    async def command(self, text: str, trigger: str, user: str = "U1") -> httpx.Response:
        told = {"command": "/defect", "text": text, "team_id": "T1", "channel_id": "C1", "user_id": user}
        return await self.feed(*as_form({**told, "trigger_id": trigger}))


@asynccontextmanager
async def beside(also: Mapping[str, Mapping[str, Any]], url: str, folder: Path) -> AsyncIterator[Town]:
    """`also`: what the server answers beyond its few methods, or in their place."""
    server, app = Terse(also), web.Application()
    app.router.add_post("/some/where/{method}", server.api)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    settings = Settings(
        slack_api_url=f"http://127.0.0.1:{runner.addresses[0][1]}/some/where",
        slack_bot_token=SecretStr("xoxb-1"),
        slack_app_token=None,
        slack_signing_secret=SecretStr(SECRET),
        data_dir=folder,
        database_url=url,
        http_port=0,
    )
    try:
        async with running(settings) as bot, httpx.AsyncClient(base_url=bot.http.address, trust_env=False) as http:
            yield Town(server, http)
    finally:
        await runner.cleanup()


ORIGIN = {
    "team": {"id": "T1", "domain": "acme"},
    "user": {"id": "U1", "username": "tess", "team_id": "T1"},
    "api_app_id": "A1",
    "trigger_id": "1.2.3",
    "enterprise": None,
    "is_enterprise_install": False,
}


def event_of(event: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "event_callback",
        "token": "t",
        "team_id": "T1",
        "api_app_id": "A1",
        "event_id": f"Ev{event.get('ts')}",
        "event_time": 1690000001,
        "authorizations": [{"enterprise_id": None, "team_id": "T1", "user_id": "UBOT", "is_bot": True}],
        "event": {"type": "message", "channel": "C1", "channel_type": "channel", "event_ts": event.get("ts"), **event},
    }
