"""`countersign erase`: takes away what people wrote; the sealed log still says who did what."""

import json
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.reading import opened
from bot.commandline.settings import settings_or_exit

if TYPE_CHECKING:
    from storage.database import Store
    from storage.erasure import Erased
    from storage.unit_of_work import SqlUnitsOfWork

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9]*-\d+")
_PERSON = re.compile(r"(?:<@)?([UW][A-Z0-9]+)(?:\|[^>]*)?>?")
WHOLE_DATABASE = 600.0  # seconds; a workspace of years has many rows
ASKED = {
    "defect": "Erase every word about {} for good?",
    "person": "Erase every word that {} wrote, and their name, for good?",
    "workspace": "Erase everything of workspace {} but its sealed log for good?",
}
KEPT = "The log keeps who did what and when, and still verifies. What stands in Slack is Slack's: delete it there."
NOT_SCRUBBED = (
    "Freed pages of the database may still hold the words: on SQLite stop the bot and erase again, on PostgreSQL run "
    "VACUUM FULL as the owner of the tables. Backups hold them as well."
)
NOTHING = "There was nothing to erase."


def erase(
    what: Annotated[str, typer.Argument(help="A defect (SHOP-42), a person (U0123ABCD), or a workspace (T0123ABCD).")],
    team: Annotated[str | None, typer.Option(help="The workspace, where the store holds several.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="{team, kind, what, removed, scrubbed}.")] = False,
) -> None:
    """Removes texts, comments, evidence, titles, search words and waiting messages. Ends with 1 when there was nothing,
    or when it was not confirmed."""
    with opened() as store:
        workspace, kind, name = _meant(store, what, team)
        _confirmed(kind, name, yes)
        removed = _erased(store, workspace, kind, name)
    from dataclasses import asdict

    from storage.scrubbing import scrub

    clean = scrub(settings_or_exit().database_url)
    if as_json:
        told = {"team": workspace, "kind": kind, "what": name, "removed": asdict(removed), "scrubbed": clean}
        typer.echo(json.dumps(told))
    else:
        counts = ((number, field) for field, number in asdict(removed).items() if number)
        counted = ", ".join(f"{number} {field.removesuffix('s') if number == 1 else field}" for number, field in counts)
        typer.echo(f"Erased: {counted}. {KEPT}" if counted else NOTHING)
        if not clean:
            typer.echo(NOT_SCRUBBED)
    if not removed.anything:
        raise typer.Exit(Exit.NEGATIVE)


def _meant(store: "Store", what: str, team: str | None) -> tuple[str, str, str]:
    """(workspace, kind, name)."""
    from bot.commandline.reading import chosen
    from storage.across_teams import logs

    if what in store.read_sync(logs):
        if team not in (None, what):
            fail(Exit.USAGE, f"{what} is a workspace itself: leave out --team {team}.")
        return what, "workspace", what
    if _KEY.fullmatch(what):
        return chosen(store, team), "defect", what.upper()
    if person := _PERSON.fullmatch(what):
        return chosen(store, team), "person", person[1]
    fail(Exit.USAGE, f"{what} is no defect, no person and no workspace: say SHOP-42, U0123ABCD or T0123ABCD.")


def _confirmed(kind: str, name: str, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        fail(Exit.USAGE, "Nothing was erased: nobody is there to confirm it. Add --yes.")
    if not typer.confirm(ASKED[kind].format(name), err=True):
        fail(Exit.NEGATIVE, "Nothing was erased.")


def _erased(store: "Store", team: str, kind: str, name: str) -> "Erased":
    from bot.domain.errors import NotFound
    from storage import erasure

    kinds: dict[str, Callable[[SqlUnitsOfWork, Any], Erased]] = {
        "defect": lambda units, connection: erasure.erase_defect(units, connection, team, name),
        "person": lambda units, connection: erasure.erase_person(units, connection, team, name),
        "workspace": lambda units, connection: erasure.erase_team(units, connection, team),
    }
    units = _units(store)
    try:
        return store.run_sync(lambda connection: kinds[kind](units, connection), deadline=WHOLE_DATABASE)
    except NotFound as error:
        near = f" Did you mean {error.nearest}?" if error.nearest else ""
        fail(Exit.USAGE, f"There is no {error.kind} {error.key}.{near}")


def _units(store: "Store") -> "SqlUnitsOfWork":
    from bot.commandline.reading import Now
    from bot.services.notifications import notify
    from storage.unit_of_work import SqlUnitsOfWork

    return SqlUnitsOfWork(store, Now(), notify)
