"""`countersign partition`: cuts the big tables of a PostgreSQL store into partitions."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.failures import explained
from bot.commandline.settings import settings_or_exit

OWNER_CUTS = "Run `countersign partition` with COUNTERSIGN_MIGRATION_URL set to the role that owns the tables."


def partition(as_json: Annotated[bool, typer.Option("--json", help="The names of the new ones.")] = False) -> None:
    """Cuts the log, its versions, the outbox and the receipts of a PostgreSQL store into partitions, as their owner
    (COUNTERSIGN_MIGRATION_URL). Run it once while nobody serves, and then each month for what is ahead."""
    settings = settings_or_exit()
    url = settings.migration_url or settings.database_url
    if url.startswith("sqlite"):
        fail(Exit.CONFIGURATION, "SQLite has no partitions: set COUNTERSIGN_DATABASE_URL to a PostgreSQL database.")
    from bot.commandline.migrate import bring_up
    from storage.errors import MayNotMigrate
    from storage.partitions import partition_store

    bring_up(settings)
    with explained():
        try:
            made = partition_store(url, datetime.now(UTC), serving=settings.database_url)
        except MayNotMigrate as error:
            fail(Exit.STORE, f"The tables must be cut by their owner, and {error.role} is not.", OWNER_CUTS)
    typer.echo(json.dumps(made) if as_json else f"{len(made)} new partitions." if made else "All that is ahead stands.")
