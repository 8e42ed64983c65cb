"""`countersign import`: what a checkout or a CI system knows, straight into the store."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commandline.cataloguing import cases, requirements
from bot.commandline.exits import Exit, fail
from bot.commandline.reading import snapshot

if TYPE_CHECKING:
    from bot.services.results import ResultsTold

app = typer.Typer(help="Takes over what others know.", no_args_is_help=True, rich_markup_mode=None)
app.command()(requirements)
app.command()(cases)


@app.callback()
def importing() -> None:
    """Takes over what a checkout, a CI system or a file knows."""


@app.command()
def build(
    release: Annotated[str, typer.Argument(help="The release it is registered in: 2.4, or SHOP/2.4.")],
    name: Annotated[str, typer.Argument(help="The build's name, such as 2.4.0-rc3.")],
    range_: Annotated[
        str | None, typer.Option("--range", help="The commits that it holds and the build before it did not: a..b.")
    ] = None,
    repository: Annotated[Path, typer.Option("--repository", help="The checkout.")] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,
    team: Annotated[str | None, typer.Option(help="The workspace, where the store holds several.")] = None,
) -> None:
    """Registers a build. A commit's line `Fixes: KEY` resolves that defect in it, `Reverts: KEY` takes the fix back."""
    from bot.commandline.git import commits_of
    from bot.domain.errors import DomainError
    from bot.ingest.answers import build_told
    from bot.services.commits import report_build
    from bot.services.requests import ReportBuild
    from bot.slack.escaping import plain
    from bot.slack.mrkdwn import render_plain
    from bot.slack.refusals import refusal

    commits = commits_of(repository, range_) if range_ else ()
    with snapshot(team) as reader:
        try:
            told = reader.perform(lambda uow: report_build(uow, ReportBuild(release, name, commits)))
        except DomainError as error:
            fail(Exit.USAGE, plain(str(refusal(error)["text"])))
    facts = build_told(told) | {"commits": len(commits)}
    typer.echo(json.dumps(facts) if as_json else render_plain("ingest", "build", told=told, commits=len(commits)))


@app.command()
def junit(
    report: Annotated[Path, typer.Argument(help="The report, JUnit XML.", exists=True, dir_okay=False, readable=True)],
    release: Annotated[str, typer.Option(help="The release: 2.4, or SHOP/2.4.")],
    on_build: Annotated[str, typer.Option("--build", help="The registered build that was tested: 2.4.0-rc3, or rc3.")],
    name: Annotated[str, typer.Option(help="What the test run is called; else the file's name.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,
    team: Annotated[str | None, typer.Option(help="The workspace, where the store holds several.")] = None,
) -> None:
    """Takes the results of a test run on a build; a report that was taken before changes nothing."""
    from bot.domain.errors import DomainError
    from bot.ingest.executions import Unreadable, portions
    from bot.ingest.junit import read_junit
    from bot.ingest.junit_apart import checksum
    from bot.services.requests import ImportResults
    from bot.services.results import import_results
    from bot.slack.escaping import plain
    from bot.slack.refusals import refusal

    content = report.read_bytes()
    try:
        executions = read_junit(content)
    except Unreadable as error:
        fail(Exit.USAGE, f"{report}: {error}")
    request = ImportResults(release, on_build, (name or report.name)[:200], checksum(content))
    with snapshot(team) as reader:
        try:
            told = reader.carry_out(lambda units, by: import_results(units, by, request, portions(executions)))
        except DomainError as error:
            fail(Exit.USAGE, plain(str(refusal(error)["text"])))
    typer.echo(_told(told, as_json=as_json))


def _told(told: "ResultsTold", *, as_json: bool) -> str:
    from bot.ingest.answers import results_told
    from bot.slack.mrkdwn import render_plain

    return json.dumps(results_told(told)) if as_json else render_plain("ingest", "results", told=told)
