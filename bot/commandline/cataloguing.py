"""`countersign import requirements` and `cases`: a file into the store, all of it or nothing."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.reading import snapshot

if TYPE_CHECKING:
    from bot.services.importing import ImportTold
    from bot.services.ports import UnitOfWork

T = TypeVar("T")
File = Annotated[Path, typer.Argument(help="CSV or JSON, in UTF-8.", exists=True, dir_okay=False, readable=True)]
Project = Annotated[str | None, typer.Option("--project", help="Its prefix, where there are several: SHOP.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Tells what it would do, and does nothing.")]
Json = Annotated[bool, typer.Option("--json", help="One object.")]
Team = Annotated[str | None, typer.Option(help="The workspace, where the store holds several.")]


def requirements(
    file: File, project: Project = None, dry_run: Dry = False, as_json: Json = False, team: Team = None
) -> None:
    """Takes requirements over, by key. Columns: key, title, component, parent, cases, retired."""
    from bot.ingest.sheets import checksum, requirement_lines
    from bot.services.importing import import_requirements
    from bot.services.requests import ImportRequirements

    content = file.read_bytes()
    request = ImportRequirements(_read(file, requirement_lines, content), checksum(content), project, dry_run)
    _take(lambda uow: import_requirements(uow, request), as_json=as_json, team=team)


def cases(file: File, project: Project = None, dry_run: Dry = False, as_json: Json = False, team: Team = None) -> None:
    """Takes test cases over, by key. Columns: key, title, name, steps, expected, requirements, releases, retired."""
    from bot.ingest.sheets import case_lines, checksum
    from bot.services.importing import import_cases
    from bot.services.requests import ImportCases

    content = file.read_bytes()
    request = ImportCases(_read(file, case_lines, content), checksum(content), project, dry_run)
    _take(lambda uow: import_cases(uow, request), as_json=as_json, team=team)


def _read(file: Path, read: Callable[[bytes], T], content: bytes) -> T:
    from bot.ingest.sheets import UnreadableSheet
    from bot.slack.mrkdwn import render_plain

    try:
        return read(content)
    except UnreadableSheet as error:
        unit = "entry" if content.lstrip()[:1] in (b"[", b"{") else "line"
        fail(Exit.USAGE, f"{file}: {render_plain('ingest', 'unreadable_sheet', unit=unit, **asdict(error))}")


def _take(use_case: "Callable[[UnitOfWork], ImportTold]", *, as_json: bool, team: str | None) -> None:
    from bot.domain.errors import DomainError, RefusedLines
    from bot.slack.escaping import plain
    from bot.slack.mrkdwn import render_plain
    from bot.slack.refusals import refusal

    with snapshot(team) as reader:
        try:
            told = reader.perform(use_case)
        except DomainError as error:
            if as_json and isinstance(error, RefusedLines):
                typer.echo(json.dumps({"refused": [asdict(line) for line in error.lines], "lines": error.of}))
            fail(Exit.USAGE, plain(str(refusal(error)["text"])))
    facts = {name: value for name, value in asdict(told).items() if name not in ("project", "what")}
    words = json.dumps({"project": told.project.prefix, **facts}) if as_json else ""
    typer.echo(words or render_plain("ingest", "imported", told=told))
