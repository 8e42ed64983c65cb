"""`countersign migrate`: brings the store to the form that this version needs."""

import json
from typing import Annotated

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.settings import settings_or_exit


def migrate(as_json: Annotated[bool, typer.Option("--json", help="{from, to}: revisions.")] = False) -> None:
    """Creates or upgrades the tables; does nothing on a store that is up to date."""
    from storage.condition import condition
    from storage.migrations import migrate as bring_up

    url = settings_or_exit().database_url
    before = condition(url)
    if before.trouble:
        fail(Exit.STORE, f"The database cannot be read: {before.trouble}")
    bring_up(url)
    if as_json:
        typer.echo(json.dumps({"from": before.revision, "to": before.newest}))
    elif before.revision == before.newest:
        typer.echo("The store is up to date.")
    else:
        typer.echo(f"Migrated from {before.revision or 'an empty store'} to {before.newest}.")
