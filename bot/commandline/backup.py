"""`countersign backup`: a copy of the store while the bot goes on."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.settings import settings_or_exit


def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy goes; a file that is there is never overwritten.")],
    as_json: Annotated[bool, typer.Option("--json", help="{file, bytes}.")] = False,
) -> None:
    """Copies a SQLite store as it stands at one instant, while others write. To restore it, stop the bot and put the
    copy in the database's place. For PostgreSQL it prints the command to run."""
    from storage.backup import back_up, dump_command, is_sqlite
    from storage.errors import StoreError

    settings = settings_or_exit()
    if not is_sqlite(settings.database_url):
        owner = settings.migration_url or settings.database_url
        fail(
            Exit.USAGE, "PostgreSQL has its own tool; as the owner of the tables, run:", dump_command(owner, str(file))
        )
    try:
        size = back_up(settings.database_url, file)
    except FileExistsError:
        fail(Exit.USAGE, f"{file} is there already and stays as it is: give another name.")
    except OSError as error:
        fail(Exit.USAGE, f"{file} cannot be written: {error.strerror}.")
    except StoreError as error:
        fail(Exit.STORE, f"There is no backup: {error}.")
    typer.echo(json.dumps({"file": str(file), "bytes": size}) if as_json else f"Wrote {file}: {size:,} bytes.")
