"""`countersign config show`: every setting, where it came from, secrets masked."""

import json
from typing import Annotated

import typer

from bot.commandline.settings import settings_or_exit

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
