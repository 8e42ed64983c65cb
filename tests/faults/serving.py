"""`countersign serve` as a process of its own beside an embedded workspace: started, killed, started again."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.manifest import build_manifest
from bot.sandbox.clock import Clock, SystemClock
from bot.sandbox.people.people import People
from bot.sandbox.server import serve
from bot.sandbox.workspace import Workspace
from tests.process import END, START, environment

PEOPLE = ("tess", "devon", "rana", "omar", "ana", "ines", "jon", "kim")


@dataclass
class Shop:
    """A workspace with eight people in `channels` channels, `shop-0` and on, and the bot in all of them."""

    space: Workspace
    people: list[str]
    channels: list[str]
    act: People = field(init=False)

    def __post_init__(self) -> None:
        self.act = People(self.space)


@asynccontextmanager
async def shop(channels: int = 1, *, sockets: bool = False, clock: Clock | None = None) -> AsyncIterator[Shop]:
    """`sockets`: the app is reached over Socket Mode, else at the request URLs of the bots that `bot` starts."""
    manifest = build_manifest(url=None if sockets else "https://bot.example")
    space = Workspace(manifest, clock=clock, seed=7)
    people = [space.add_person(name, f"{name.title()} Tester") for name in PEOPLE]
    names = [f"shop-{number}" for number in range(channels)]
    for name in names:
        space.add_channel(name, people)
    async with serve(space):
        yield Shop(space, people, names)


@dataclass
class Bot:
    """One process. `address` is known once it serves; what it logs is kept in `folder`."""

    space: Workspace
    folder: Path
    database: str
    sockets: bool = False
    more: dict[str, str] = field(default_factory=dict)
    address: str = ""
    process: asyncio.subprocess.Process | None = None

    def _environment(self) -> dict[str, str]:
        app = self.space.app
        roads = {"SLACK_APP_TOKEN": app["app_token"]} if self.sockets else {}
        return {
            **environment(self.folder),
            "SLACK_BOT_TOKEN": app["bot_token"],
            "SLACK_SIGNING_SECRET": app["signing_secret"],
            "COUNTERSIGN_SLACK_API_URL": f"{self.space.base_url}/api/",
            "COUNTERSIGN_DATABASE_URL": self.database,
            "COUNTERSIGN_HTTP_PORT": "0",
            **roads,
            **self.more,
        }

    @property
    def log(self) -> str:
        return (self.folder / "serve.log").read_text(encoding="utf-8", errors="replace")

    async def begin(self) -> None:
        """Its first instant; `start` waits until it serves."""
        with (self.folder / "serve.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "serve"),
                env=self._environment(),
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )

    async def start(self) -> None:
        """Until it serves. Raises AssertionError with its last words when it ends instead."""
        await self.begin()
        assert self.process is not None
        assert self.process.stdout is not None
        async with asyncio.timeout(START):
            said = (await self.process.stdout.readline()).decode()
        assert "/readyz" in said, self.log[-3000:]
        self.address = next(word for word in said.split() if word.endswith("/readyz")).removesuffix("/readyz")

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """As an operator ends it; its exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        with suppress(ProcessLookupError):
            self.process.send_signal(number)
        async with asyncio.timeout(END):
            return await self.process.wait()

    async def beside(self, *words: str) -> tuple[int, str]:
        """`countersign WORDS` with the same settings; its exit code and all that it said."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            env=self._environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return await process.wait(), said.decode(errors="replace")

    async def asked(self, path: str) -> tuple[int, dict[str, Any]]:
        """The status and the JSON of `/healthz` or `/readyz`; (0, {}) when nobody answers."""
        try:
            async with aiohttp.ClientSession() as session, session.get(self.address + path) as answer:
                return answer.status, json.loads(await answer.text())
        except aiohttp.ClientError:
            return 0, {}


@asynccontextmanager
async def bots(
    shop: Shop, folder: Path, database: str, count: int = 1, *, sockets: bool = False, **more: str
) -> AsyncIterator[list[Bot]]:
    """That many serve, each payload going to one of them; none is left when the block ends. `more`: of their
    environment."""
    made = [Bot(shop.space, folder / f"bot-{number}", database, sockets, more) for number in range(count)]
    for each in made:
        each.folder.mkdir()
    try:
        # The first one migrates; the others find it done.
        for each in made:
            await each.start()
        reached(shop, made)
        yield made
    finally:
        for each in made:
            if each.process is not None and each.process.returncode is None:
                await each.kill()


def reached(shop: Shop, bots: list[Bot]) -> None:
    """Slack's request URLs, after a start: a new process has a new port."""
    if not bots[0].sockets:
        shop.space.delivery.use_http(*(f"{each.address}/slack/events" for each in bots))


class Hurried(SystemClock):
    """Slack's: what it delivers again after a minute or five comes within a moment."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(min(seconds, 0.2))
