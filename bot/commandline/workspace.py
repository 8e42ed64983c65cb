"""`countersign workspace` and `countersign keys`: the tokens of several workspaces, sealed in the store."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.reading import Now, opened
from bot.commandline.settings import settings_or_exit

if TYPE_CHECKING:
    from storage.installations import SqlInstallations

app = typer.Typer(help="Workspaces beside that of SLACK_BOT_TOKEN.", no_args_is_help=True, rich_markup_mode=None)
keys = typer.Typer(help="The keys that seal their tokens.", no_args_is_help=True, rich_markup_mode=None)
NO_KEYS = (
    "COUNTERSIGN_ENCRYPTION_KEYS is missing: a token is kept only sealed.",
    "Put the output of `countersign keys new` there, and keep a copy where no backup of the database goes.",
)
NO_TOKEN = "Give the Bot User OAuth Token, which starts with xoxb-, on standard input: `workspace add < FILE`."


@contextmanager
def _vault() -> "Iterator[SqlInstallations]":
    """Ends the command without keys, and where one is missing."""
    from bot.services.roads import KeyMissing
    from storage.installations import NoKeys, SqlInstallations

    given = [key.get_secret_value() for key in settings_or_exit().encryption_keys]
    with opened() as store:
        try:
            yield SqlInstallations(store, Now(), given)
        except NoKeys:
            fail(Exit.CONFIGURATION, *NO_KEYS)
        except KeyMissing as error:
            fail(Exit.CONFIGURATION, f"Not done: {error}.", "Add that key at the end of the list.")


@app.command()
def add() -> None:
    """Reads a bot token from standard input, asks Slack whose it is, and keeps it sealed. A bot that serves takes it up
    with the next request."""
    token = sys.stdin.readline().strip()
    if not token.startswith("xoxb-"):
        fail(Exit.USAGE, NO_TOKEN)
    with _vault() as vault:
        team, name = asyncio.run(_whose(token))
        vault.add(team, token)
    typer.echo(f"{name} ({team}) is served from now on.")


async def _whose(token: str) -> tuple[str, str]:
    from bot.slack.answers import Ok
    from bot.slack.gateway import SlackGateway
    from bot.transports.authorization import installation_of

    async with SlackGateway(settings_or_exit().slack_api_url) as slack:
        answer = await slack.call(token, "auth.test", {})
    if not isinstance(answer, Ok):
        fail(Exit.SLACK, f"Nothing was kept: Slack does not say whose token that is ({answer}).")
    found = installation_of(answer)
    if found.org_wide or not found.team_id:
        fail(Exit.USAGE, "Nothing was kept: that token is of a whole organisation. Set it as SLACK_BOT_TOKEN.")
    return found.team_id, found.team_name


@app.command("list")
def list_all() -> None:
    """Each workspace with a token in the store, and the key that seals it. Ends with 1 where one cannot be opened."""
    with _vault() as vault:
        found = vault.all()
    for each in found:
        state = "opens" if each.opens else "CANNOT BE OPENED"
        typer.echo(f"{each.team_id}  key {each.key_id}  {state}  since {each.added_at:%Y-%m-%d}")
    if not all(each.opens for each in found):
        raise typer.Exit(Exit.NEGATIVE)


@app.command()
def remove(team: Annotated[str, typer.Argument(help="The workspace, such as T0123ABCD.")]) -> None:
    """Deletes its token; its data stays. Ends with 1 where there is none."""
    with _vault() as vault:
        gone = asyncio.run(vault.remove(team))
    if not gone:
        fail(Exit.NEGATIVE, f"There is no token of {team} in the store.")
    typer.echo(f"{team} is no longer served.")


@keys.callback()
def about_keys() -> None:
    """The keys that seal tokens in the store."""


@keys.command()
def new() -> None:
    """Prints a new key, for the front of COUNTERSIGN_ENCRYPTION_KEYS."""
    from cryptography.fernet import Fernet

    typer.echo(Fernet.generate_key().decode())


@keys.command()
def rotate() -> None:
    """Seals every token with the first key, beside a bot that serves. When it is done the other keys can go."""
    with _vault() as vault:
        changed = vault.rotate()
        total = len(vault.all())
    typer.echo(f"{changed} of {total} tokens were sealed anew; all are under the first key.")
