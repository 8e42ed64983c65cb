"""`countersign serve`: the bot on Slack, until it is told to stop."""

import asyncio
import signal
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.settings import settings_or_exit

if TYPE_CHECKING:
    from bot.config import Settings

NO_TOKEN = "SLACK_BOT_TOKEN is missing: copy the Bot User OAuth Token from OAuth & Permissions of your app."
NO_ROAD = (
    "Slack cannot reach the bot: set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP "
    "(`countersign manifest --url https://...`)."
)


def serve(
    prefix: Annotated[str, typer.Option(help="What stands before the command names in the manifest.")] = "",
) -> None:
    """Socket Mode when SLACK_APP_TOKEN is set, else signed HTTP. Migrates the store first."""
    settings = settings_or_exit()
    if settings.slack_bot_token is None and not settings.encryption_keys:
        fail(Exit.CONFIGURATION, NO_TOKEN)
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        fail(Exit.CONFIGURATION, NO_ROAD)
    from bot.commandline.failures import explained

    with explained():
        _serve(settings, prefix)


def _serve(settings: "Settings", prefix: str) -> None:
    import uvloop

    from bot import logs
    from bot.commandline.migrate import bring_up
    from storage.lock import serving_lock

    logs.configure(secrets=settings.secrets())
    # Before anything is changed under whoever serves it.
    with serving_lock(settings.database_url):
        bring_up(settings)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        ended = runner.run(_until_stopped(settings, prefix))
    if ended:
        fail(Exit.SLACK, ended)


async def _until_stopped(settings: "Settings", prefix: str) -> str | None:
    """Why it ended, when nobody told it to."""
    from bot.app import running
    from bot.lean import settle

    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    async with running(settings, prefix=prefix) as bot:
        settle()
        road = "Socket Mode" if bot.socket else "HTTP"
        typer.echo(f"Countersign serves over {road}; {bot.http.address}/readyz tells how it is.")
        waits = {asyncio.ensure_future(told.wait())}
        ended = bot.socket.stopped if bot.socket else None
        done, _ = await asyncio.wait(waits | ({ended} if ended else set()), return_when=asyncio.FIRST_COMPLETED)
        return ended.result() if ended in done and ended is not None else None
