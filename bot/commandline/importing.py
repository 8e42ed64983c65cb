"""`countersign import`: what a checkout or a CI system knows, straight into the store."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.reading import snapshot

if TYPE_CHECKING:
    from bot.services.commits import BuildTold

app = typer.Typer(help="Takes over what a checkout knows.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def importing() -> None:
    """Takes over what a checkout knows."""


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
    from bot.services.commits import report_build
    from bot.services.requests import ReportBuild
    from bot.slack.escaping import plain
    from bot.slack.refusals import refusal

    commits = commits_of(repository, range_) if range_ else ()
    with snapshot(team) as reader:
        try:
            told = reader.perform(lambda uow: report_build(uow, ReportBuild(release, name, commits)))
        except DomainError as error:
            fail(Exit.USAGE, plain(str(refusal(error)["text"])))
    typer.echo(json.dumps(_facts(told, len(commits))) if as_json else _words(told, len(commits)))


def _facts(told: "BuildTold", commits: int) -> dict[str, object]:
    from dataclasses import asdict

    facts = {"release": told.release.name, "build": told.build.name, "known": told.known, "commits": commits}
    return {**facts, "bound": told.bound, **asdict(told.told)}


def _words(told: "BuildTold", commits: int) -> str:
    from bot.slack.mrkdwn import render_plain

    return render_plain("ingest", "build", told=told, commits=commits)
