"""A town: the embedded workspace and the whole bot, over Socket Mode and over signed HTTP."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.processors import format_exc_info
from structlog.testing import capture_logs

from bot.app import running
from bot.config import Settings
from bot.jobs.picture import Painter
from bot.manifest import build_manifest
from bot.sandbox.clock import Clock
from bot.sandbox.people.people import People
from bot.sandbox.server import serve
from bot.sandbox.workspace import Workspace
from tests.scenarios.clock import SlowClock, TownClock
from tests.scenarios.honesty import check
from tests.scenarios.outbox import Outbox
from tests.scenarios.town import HOME, PATIENCE, Town

INGEST_TOKEN = "sixteen-characters-or-more"
OURS = ("handlers", "bot", "storage", "countersign", "slack_bolt")


@pytest.fixture(params=["http", "socket"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def town(
    transport: str, sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Town]:
    """On SQLite. At its end the story is checked for what went wrong unseen."""
    async with founded(transport, sqlite_url, tmp_path, caplog) as made:
        yield made


@asynccontextmanager
async def founded(
    transport: str,
    url: str,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    *,
    prefix: str = "",
    slack: Clock | None = None,
    painter: Painter | None = None,
) -> AsyncIterator[Town]:
    """A town that is checked at its end for what went wrong unseen."""
    with capture_logs(processors=[format_exc_info]) as events:
        async with built(transport, url, folder, prefix=prefix, slack=slack, painter=painter) as made:
            yield made
    check(made, [*_errors(caplog), *(str(event) for event in events if event["log_level"] in ("error", "warning"))])


@asynccontextmanager
async def built(
    transport: str,
    url: str,
    folder: Path,
    *,
    prefix: str = "",
    slack: Clock | None = None,
    painter: Painter | None = None,
    before: Callable[[Workspace], None] = lambda _: None,
    **changed: Any,
) -> AsyncIterator[Town]:
    """`prefix` stands before the names of our commands; `slack` is the clock of the other side; `before` the bot
    starts; `changed` settings."""
    over_http = transport == "http"
    manifest = build_manifest(url="https://bot.example" if over_http else None, prefix=prefix)
    space = Workspace(manifest, clock=slack or SlowClock(), seed=7)
    tess, devon = space.add_person("tess", "Tess Tester"), space.add_person("devon", "Devon Developer")
    rana, omar = space.add_person("rana", "Rana Release"), space.add_person("omar", "Omar Tester")
    space.add_channel(HOME, [tess, devon, rana, omar])
    clock = TownClock()
    before(space)
    async with (
        serve(space),
        running(
            _settings(space, url, folder, over_http=over_http).model_copy(update=changed),
            clock,
            prefix=prefix,
            painter=painter,
        ) as bot,
    ):
        if over_http:
            space.delivery.use_http(f"{bot.http.address}/slack/events")
        else:
            await space.feed.wait_until(lambda: bool(space.delivery.sockets.connections), PATIENCE)
        made = Town(space, People(space), bot, clock, Outbox(space, bot, clock), tess, devon, rana, omar)
        yield made
        await made.quiet()


def _errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    worth = [r for r in records if r.levelno >= logging.ERROR and r.name.partition(".")[0] in OURS]
    return [f"{r.getMessage()} {r.exc_info[1]!r}" if r.exc_info else r.getMessage() for r in worth]


def _settings(space: Workspace, url: str, folder: Path, *, over_http: bool) -> Settings:
    return Settings(
        slack_bot_token=SecretStr(space.app["bot_token"]),
        slack_app_token=None if over_http else SecretStr(space.app["app_token"]),
        slack_signing_secret=SecretStr(space.app["signing_secret"]),
        slack_api_url=f"{space.base_url}/api/",
        database_url=url,
        data_dir=folder,
        http_port=0,
        ingest_token=SecretStr(INGEST_TOKEN),
    )
