"""`countersign trace`: a release's whole matrix or all its gaps, as a file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.reading import instant, project_of, snapshot

if TYPE_CHECKING:
    from bot.services.questions import Questions
    from bot.services.traced import Gaps, Matrix
    from bot.services.views import ReleaseView

P = TypeVar("P", bound="Gaps | Matrix")
app = typer.Typer(help="Writes what is tied to what, and what is not.", no_args_is_help=True, rich_markup_mode=None)
# Requirements, or gaps, that are read at once.
PORTION = 500


class Format(StrEnum):
    CSV = "csv"
    HTML = "html"


Release = Annotated[str, typer.Argument(help="The release: 2.4, or SHOP/2.4.")]
Written = Annotated[Format, typer.Option("--format", help="CSV, or one HTML page that needs nothing else.")]
Out = Annotated[Path | None, typer.Option("--out", help="The file; else it is printed.", dir_okay=False)]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="Any instant: 2026-11-20 18:00, in the project's zone unless it has one.")
]
Prefix = Annotated[str | None, typer.Option("--project", help="Its prefix, where there are several: SHOP.")]
Team = Annotated[str | None, typer.Option(help="The workspace, where the store holds several.")]


@app.command()
def matrix(
    release: Release,
    written: Written = Format.CSV,
    out: Out = None,
    as_of: AsOf = None,
    project: Prefix = None,
    team: Team = None,
) -> None:
    """Each requirement with its test cases, their results on the candidate, and its defects."""
    from bot.services.traceability import matrix as ask
    from bot.slack.trace_files import matrix_csv, matrix_html

    found = _all(ask, _Asked(release, as_of, project, team))
    _write(out, {Format.CSV: matrix_csv, Format.HTML: matrix_html}[written](found))


@app.command()
def gaps(
    release: Release,
    written: Written = Format.CSV,
    out: Out = None,
    as_of: AsOf = None,
    project: Prefix = None,
    team: Team = None,
) -> None:
    """What is untested, and what nothing is tied to."""
    from bot.services.traceability import gaps as ask
    from bot.slack.trace_files import gaps_csv, gaps_html

    found = _all(ask, _Asked(release, as_of, project, team))
    _write(out, {Format.CSV: gaps_csv, Format.HTML: gaps_html}[written](found))


@dataclass(frozen=True, slots=True)
class _Asked:
    """As on the command line."""

    release: str
    as_of: str | None
    project: str | None
    team: str | None


def _all(ask: "Callable[[Questions, ReleaseView, datetime, int, int], P]", wanted: _Asked) -> list[P]:
    """All portions of one snapshot, so that they fit together."""

    def pages(q: "Questions") -> list[P]:
        view = q.release(wanted.release, project_of(q, wanted.project, wanted.release))
        at = instant(wanted.as_of, view.project) or q.now
        first = ask(q, view, at, 0, PORTION)
        return [first, *(ask(q, view, at, offset, PORTION) for offset in range(PORTION, first.total, PORTION))]

    with snapshot(wanted.team) as reader:
        return reader.ask(pages)


def _write(out: Path | None, lines: Iterable[str]) -> None:
    if out is None:
        for line in lines:
            typer.echo(line, nl=False)
        return
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
    except OSError as error:
        fail(Exit.USAGE, f"{out} cannot be written: {error.strerror}")
