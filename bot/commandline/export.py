"""`countersign export`: the defects of a project or of all, for other programs."""

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.reading import project_of, snapshot

if TYPE_CHECKING:
    from bot.domain.query import Query
    from bot.services.questions import Questions
    from bot.services.views import DefectView

PAGE = 500


class Format(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"


def export(
    query: Annotated[str, typer.Option(help='Which ones, as in /defect list: "status:open sev:S1..S2 rel:2.4".')] = "",
    project: Annotated[str | None, typer.Option(help="One project, by its prefix; all of them without it.")] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="JSON, one defect a line; or CSV with a head.")
    ] = Format.JSONL,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format jsonl.")] = False,
    team: Annotated[str | None, typer.Option(help="The workspace, where the store holds several.")] = None,
) -> None:
    """Prints defects: JSON lines or CSV, one snapshot of the store. People are Slack ids, instants UTC."""
    from bot.commandline.export_rows import csv_lines, json_lines

    wanted = _parsed(query)
    with snapshot(team) as reader:
        views = reader.ask(lambda questions: list(_matching(questions, wanted, project)))
    for line in (csv_lines if format_ is Format.CSV and not as_json else json_lines)(views):
        typer.echo(line, nl=False)


def _parsed(query: str) -> "Query":
    from bot.domain.query import Me, QueryError, parse, unresolved

    try:
        wanted = parse(query)
    except QueryError as error:
        pointed = error.pointed()
        near = f"Did you mean {error.nearest}?" if error.nearest else f"Known: {' '.join(error.expected)}"
        fail(Exit.USAGE, pointed.line, pointed.carets, near)
    if unresolved(wanted) or any(isinstance(value, Me) for term in wanted.terms for value in term.values):
        fail(Exit.USAGE, "Name people by their Slack id here, such as owner:<@U0123ABCD>: nobody is `me`.")
    return wanted


def _matching(questions: "Questions", query: "Query", prefix: str | None) -> "Iterator[DefectView]":
    project = project_of(questions, prefix) if prefix else None
    offset, total = 0, 1
    while offset < total:
        page = questions.matching(query, None, project, offset, PAGE)
        yield from page.items
        offset, total = offset + PAGE, page.total
