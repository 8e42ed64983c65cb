"""Starting the workspace on its own: where it listens, what it keeps, and what an app needs to know of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from pathlib import Path

from bot.sandbox.seed import seed
from bot.sandbox.server import serve
from bot.sandbox.state.persistence import Disk
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace

PORT = 8765


@dataclass(frozen=True, slots=True)
class Address:
    """All that an app needs to be tried here."""

    page: str
    api_url: str
    bot_token: str
    app_token: str
    signing_secret: str

    def as_json(self) -> str:
        """One line with these five and nothing else."""
        return json.dumps({each.name: getattr(self, each.name) for each in fields(Address)})


@dataclass(frozen=True, slots=True)
class Sandbox(Address):
    """A running workspace. `fresh`: it began with this run, so that an app may want to tell it something."""

    space: Workspace
    fresh: bool


@asynccontextmanager
async def sandbox(
    path: Path | None, port: int = PORT, manifest: Json | None = None, *, fresh: bool = False
) -> AsyncIterator[Sandbox]:
    """Serves on 127.0.0.1 until the block ends. `path`: where it is kept, None keeps nothing; `fresh` forgets what an
    earlier run left; port 0 takes a free one. Raises PortTaken, StateUnreadable."""
    if fresh:
        Disk(path).forget()
    space = Workspace(manifest, path=path)
    if space.fresh:
        seed(space)
    async with serve(space, port) as base:
        secrets = {name: str(space.app[name]) for name in ("bot_token", "app_token", "signing_secret")}
        yield Sandbox(f"{base}/", f"{base}/api/", **secrets, space=space, fresh=space.fresh)


async def run(
    path: Path | None, port: int = PORT, manifest: Json | None = None, *, fresh: bool = False, as_json: bool = False
) -> None:
    """Prints the address (or one line of JSON) and serves until it is cancelled."""
    async with sandbox(path, port, manifest, fresh=fresh) as running:
        line = running.as_json() if as_json else f"The workspace is open at {running.page}"
        print(line, flush=True)  # noqa: T201 - this is what it was started for
        await asyncio.Event().wait()
