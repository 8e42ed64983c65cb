"""The whole bot against the embedded workspace, over Socket Mode and over signed HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import Countersign, running
from bot.config import Settings
from bot.manifest import build_manifest
from bot.sandbox.people.people import People
from bot.sandbox.server import serve
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace

PATIENCE = 10.0  # seconds that anything may take to show


@dataclass
class Shop:
    """Three people in a channel of a shop, and the bot among them."""

    space: Workspace
    people: People
    bot: Countersign
    tess: str
    devon: str
    rhea: str
    channel: str = "shop-defects"

    @property
    def channel_id(self) -> str:
        return str(self.space.named(self.channel)["id"])

    async def type(self, person: str, text: str, channel: str | None = None) -> str:
        """The text of the answer, which that person alone sees."""
        result = await self.people.commands.slash(person, channel or self.channel, text)
        assert result.ok, result.shown
        return str(result.shown.get("text", ""))

    def thread(self, ts: str) -> list[Json]:
        return self.space.thread(self.channel_id, ts)

    async def sees(self, what: Any) -> Any:
        return await self.space.feed.wait_until(what, PATIENCE)

    async def card(self, root: str, words: str) -> Json:
        """The card in that thread, when it says these words."""

        def found() -> Json | None:
            return next((m for m in self.thread(root) if m.get("bot_id") and words in m["text"]), None)

        shown: Json = await self.sees(found)
        return shown

    def whispers(self, person: str) -> list[str]:
        return [str(m["text"]) for m in self.space.state.ephemerals.values() if m["_user"] == person]

    async def hears(self, person: str, words: str) -> str:
        """Something that only this person sees."""
        found: str = await self.sees(lambda: next((said for said in self.whispers(person) if words in said), None))
        return found

    async def knows(self, kind: str, key: str = "DEF-1") -> None:
        """The record holds an event of that kind."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while kind not in await self._kinds(key):
            assert asyncio.get_running_loop().time() < end, f"no {kind} of {key}"
            await self.space.feed.next_change(timeout=0.05)

    async def _kinds(self, key: str) -> list[str]:
        log = await self.bot.units.ask(self.space.team_id, lambda questions: questions.history(key))
        return [entry.event.kind.value for entry in log]

    def reactions(self, ts: str) -> set[str]:
        return {each["name"] for each in self.space.message(self.channel_id, ts).get("reactions", ())}


@pytest.fixture(params=["http", "socket"])
async def shop(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Any) -> AsyncIterator[Shop]:
    over_http = request.param == "http"
    space = Workspace(build_manifest(url="https://bot.example" if over_http else None), seed=7)
    tess = space.add_person("tess", "Tess Tester")
    devon, rhea = space.add_person("devon", "Devon Developer"), space.add_person("rhea", "Rhea Release")
    space.add_channel("shop-defects", [tess, devon, rhea])
    space.add_channel("elsewhere", [tess, devon])
    async with serve(space):
        people = People(space)
        people.talk.invite_bot("shop-defects")
        async with running(_settings(space, sqlite_url, tmp_path, over_http=over_http)) as bot:
            if over_http:
                space.delivery.use_http(f"{bot.http.address}/slack/events")
            else:
                await space.feed.wait_until(lambda: bool(space.delivery.sockets.connections), PATIENCE)
            yield Shop(space, people, bot, tess, devon, rhea)


def _settings(space: Workspace, url: str, data_dir: Any, *, over_http: bool) -> Settings:
    return Settings(
        slack_bot_token=SecretStr(space.app["bot_token"]),
        slack_app_token=None if over_http else SecretStr(space.app["app_token"]),
        slack_signing_secret=SecretStr(space.app["signing_secret"]),
        slack_api_url=f"{space.base_url}/api/",
        database_url=url,
        data_dir=data_dir,
        http_port=0,
    )
