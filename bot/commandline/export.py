"""`countersign export`: the defects that a query finds, for other programs; now, or as they stood at an instant."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commandline.asking import asked, instant
from bot.commandline.exits import Exit, fail
from bot.commandline.reading import project_of, snapshot

if TYPE_CHECKING:
    from bot.domain.project import Project
    from bot.domain.query import Query
    from bot.services.questions import Questions
    from bot.services.views import DefectView

PAGE = 500


class Format(StrEnum):
    JSONL = "jsonl"
    JSON = "json"
    CSV = "csv"


def export(
    query: Annotated[str, typer.Option(help='Which ones, as in /defect list: "status:open sev:S1..S2 rel:2.4".')] = "",
    project: Annotated[str | None, typer.Option(help="One project, by its prefix; all of them without it.")] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="JSON, one defect a line or one array; or CSV with a head.")
    ] = Format.JSONL,
    as_of: Annotated[
        str | None,
        typer.Option(help='As they stood then: "2026-11-20 18:00" where the project is, or ISO 8601 with an offset.'),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format jsonl.")] = False,
    team: Annotated[str | None, typer.Option(help="The workspace, where the store holds several.")] = None,
) -> None:
    """Prints defects in the order that the query asks for, one snapshot of the store. People are Slack ids, instants
    UTC. A mistake in the query is pointed at on stderr, and nothing is printed."""
    from bot.commandline.export_rows import csv_lines, json_array, json_lines

    with snapshot(team) as reader:
        wanted = asked(reader, query)
        views = reader.ask(lambda questions: list(_matching(questions, wanted, project, as_of, query)))
    written = {Format.JSONL: json_lines, Format.JSON: json_array, Format.CSV: csv_lines}
    for line in written[Format.JSONL if as_json else format_](views):
        typer.echo(line, nl=False)


def _matching(
    questions: "Questions", query: "Query", prefix: str | None, as_of: str | None, text: str
) -> "Iterator[DefectView]":
    from zoneinfo import ZoneInfo

    project = project_of(questions, prefix) if prefix else questions.project_for(None)
    only = project if prefix else None
    at = _then(questions, project, as_of, query, text) if as_of else None
    offset, total = 0, 1
    while offset < total:
        page = questions.matching(query, None, only, offset, PAGE, at=at, zone=ZoneInfo(project.timezone))
        yield from page.items
        offset, total = offset + PAGE, page.total


def _then(questions: "Questions", project: "Project", as_of: str, query: "Query", text: str) -> datetime:
    from bot.commandline.asking import pointed
    from bot.domain.query import QueryError, answerable

    at = instant(as_of, project.timezone)
    if at > questions.now:
        fail(Exit.USAGE, f"{as_of} is still to come.")
    try:
        answerable(query, text)
    except QueryError as error:
        pointed(error)
    return at
