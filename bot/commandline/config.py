"""`countersign config`: every setting and where it came from, secrets masked; the secrets of those who report."""

import json
from typing import Annotated

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.reading import snapshot
from bot.commandline.settings import settings_or_exit
from bot.domain.project import Suggesting
from bot.ingest.secrets import Source, secret_of

NO_TOKEN = (
    "COUNTERSIGN_INGEST_TOKEN is missing: give at least 16 characters, such as the output of `openssl rand -hex 24`."
)


app = typer.Typer(help="The settings.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def config() -> None:
    """The settings."""


@app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="A list of {name, value, source}.")] = False,
) -> None:
    """Shows every setting and where it came from; secrets are masked."""
    rows = settings_or_exit().masked()
    if as_json:
        typer.echo(json.dumps([dict(zip(("name", "value", "source"), row, strict=True)) for row in rows], indent=2))
        return
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, value, source in rows:
        typer.echo(f"{name:<{widths[0]}}  {value:<{widths[1]}}  {source}")


@app.command("ingest-secret")
def ingest_secret(
    source: Annotated[Source, typer.Option(help="Who reports with it.")],
    team: Annotated[str, typer.Option(help="The workspace that it reports to, such as T0123.")],
) -> None:
    """Prints the secret that one source signs with for one workspace; a new COUNTERSIGN_INGEST_TOKEN voids them all."""
    token = settings_or_exit().ingest_token
    if token is None:
        fail(Exit.CONFIGURATION, NO_TOKEN)
    typer.echo(secret_of(token.get_secret_value(), source, team))


@app.command()
def suggestions(
    when: Annotated[Suggesting | None, typer.Argument(help="Without it nothing changes.")] = None,
    team: Annotated[str | None, typer.Option(help="The workspace, where the store holds several.")] = None,
) -> None:
    """Says, or chooses, when possible duplicates of a new defect are shown in a workspace: while it is typed, at the
    press of a button, or only to who asks with `/defect dups`."""
    from bot.services.requests import ChooseSuggestions
    from bot.services.setup import choose_suggestions

    with snapshot(team) as reader:
        if when is not None:
            chosen = ChooseSuggestions(when)
            reader.perform(lambda uow: choose_suggestions(uow, chosen))
        typer.echo(reader.ask(lambda questions: questions.suggestions()).value)
