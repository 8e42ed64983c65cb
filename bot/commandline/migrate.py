"""`countersign migrate`: brings the store to the form that this version needs."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.settings import settings_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from storage.condition import Condition

OWNER_MIGRATES = "Run `countersign migrate` with COUNTERSIGN_MIGRATION_URL set to the role that owns the tables."


def migrate(as_json: Annotated[bool, typer.Option("--json", help="{from, to}: revisions.")] = False) -> None:
    """Creates or upgrades the tables; on PostgreSQL as their owner (COUNTERSIGN_MIGRATION_URL), who grants the bot's
    role what it needs. Does nothing else on a store that is up to date."""
    before = bring_up(settings_or_exit(), again=True)
    if as_json:
        typer.echo(json.dumps({"from": before.revision, "to": before.newest}))
    elif before.revision == before.newest:
        typer.echo("The store is up to date.")
    else:
        typer.echo(f"Migrated from {before.revision or 'an empty store'} to {before.newest}.")


def bring_up(settings: "Settings", *, again: bool = False) -> "Condition":
    """How it stood before. `again`: also grants rights anew. Ends the command where it cannot."""
    from storage.condition import condition
    from storage.errors import MayNotMigrate

    url = settings.migration_url or settings.database_url
    before = condition(url if again else settings.database_url)
    if before.trouble:
        fail(Exit.STORE, f"The database cannot be read: {before.trouble}")
    if again or before.revision != before.newest:
        from storage.migrations import migrate as upgrade

        try:
            upgrade(url, serving=settings.database_url)
        except MayNotMigrate as error:
            fail(Exit.STORE, f"The store must be migrated, and {error.role} may not.", OWNER_MIGRATES)
    return before
