"""`countersign sandbox`: the whole product on this machine, without a Slack account."""

import asyncio
import logging
import signal
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.settings import settings_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.sandbox.run import Sandbox

PORT = 8765


def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = PORT,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what earlier runs left.")] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page.")] = False,
    workspace_only: Annotated[
        bool, typer.Option("--workspace-only", help="Start no bot, so that any Slack app can be tried.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="One line: page, api_url, bot_token, app_token, signing_secret. Opens no page."),
    ] = False,
) -> None:
    """A Slack-compatible workspace with a web page, the bot on SQLite, and a sample project. Loopback only."""
    from bot.commandline.failures import explained

    folder = settings_or_exit().data_dir / "sandbox"
    folder.mkdir(parents=True, exist_ok=True)
    browser = not (no_browser or as_json)
    with explained("name another folder in COUNTERSIGN_DATA_DIR"):
        asyncio.run(_until_stopped(folder, port, fresh=fresh, bot=not workspace_only, quiet=as_json, browser=browser))


async def _until_stopped(folder: Path, port: int, *, fresh: bool, bot: bool, quiet: bool, browser: bool) -> None:
    from bot import logs
    from bot.manifest import build_manifest
    from bot.sandbox.run import sandbox as workspace
    from storage.lock import ServingLock

    logs.configure(logging.WARNING)
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    database = folder / "countersign.db"
    async with AsyncExitStack() as stack:
        # Before anything is forgotten: what another process serves is not this one's to remove.
        stack.callback(ServingLock(folder / "workspace.json").release)
        if fresh:
            _forget(database)
        here = await stack.enter_async_context(
            workspace(folder / "workspace.json", port, build_manifest(), fresh=fresh)
        )
        if bot:
            await _start_bot(stack, here, folder, database)
        typer.echo(here.as_json() if quiet else _welcome(here, database if bot else None))
        if browser:
            typer.launch(here.page)
        await told.wait()


async def _start_bot(stack: AsyncExitStack, here: "Sandbox", folder: Path, database: Path) -> None:
    """The bot as it runs anywhere: an address and tokens are all that it gets."""
    from datetime import UTC, datetime

    from bot.app import running
    from bot.commandline.sample import SampleFailed, play
    from storage.migrations import migrate

    if here.fresh:
        # A workspace that begins anew has other people and channels than the records of the last one.
        _forget(database)
    url = f"sqlite:///{database}"
    migrate(url)
    await stack.enter_async_context(running(_settings(here, folder, url)))
    await here.space.feed.wait_until(lambda: bool(here.space.delivery.sockets.connections), 10)
    if here.fresh:
        try:
            await play(here.space, datetime.now(UTC).date())
        except (SampleFailed, TimeoutError) as error:
            fail(Exit.NEGATIVE, f"The sample project could not be made: {error}. Begin anew with --fresh.")


def _settings(here: "Sandbox", folder: Path, url: str) -> "Settings":
    from pydantic import SecretStr

    from bot.config import Settings

    return Settings(
        slack_bot_token=SecretStr(here.bot_token),
        slack_app_token=SecretStr(here.app_token),
        slack_signing_secret=SecretStr(here.signing_secret),
        slack_api_url=here.api_url,
        database_url=url,
        data_dir=folder,
        http_port=0,
    )


def _forget(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def _welcome(here: "Sandbox", database: Path | None) -> str:
    if database is None:
        return f"The workspace is open at {here.page} - no bot is in it. Stop it with Ctrl-C."
    return (
        f"Countersign is in its sandbox: {here.page}\n"
        "Be Tess, open the menu of her message in #shop-defects and choose File a defect. Stop it with Ctrl-C.\n"
        f"Other commands see the same with COUNTERSIGN_DATABASE_URL=sqlite:///{database}"
    )
