"""`countersign digest`: what the morning digest would say now, without Slack."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.reading import project_of, snapshot

if TYPE_CHECKING:
    from bot.services.digest_facts import DigestFacts
    from bot.services.questions import Questions


def digest(
    release: Annotated[str, typer.Argument(help="The release: 2.4, or SHOP/2.4 in another project.")],
    stdout: Annotated[bool, typer.Option("--stdout", help="Print it here; nothing is sent or recorded.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Its facts as JSON instead of Markdown.")] = False,
    project: Annotated[str | None, typer.Option(help="The project's prefix, such as SHOP.")] = None,
    check: Annotated[bool, typer.Option("--check", help="End with 1 unless the release is READY.")] = False,
    team: Annotated[str | None, typer.Option(help="The workspace, where the store holds several.")] = None,
) -> None:
    """Prints the digest of a release, since the last one that was sent."""
    if not stdout and not as_json:
        fail(Exit.USAGE, "Add --stdout to print it here. To send it, say `/release digest now` in its channel.")
    from bot.domain.readiness import Verdict

    with snapshot(team) as reader:
        facts = reader.ask(lambda questions: _facts(questions, release, project))
        names = reader.names(_people(facts))
    typer.echo(_written(facts, names, as_json), nl=False)
    if check and facts.verdict is not Verdict.READY:
        raise typer.Exit(Exit.NEGATIVE)


def _facts(questions: "Questions", release: str, project: str | None) -> "DigestFacts":
    from bot.services.composing import compose, draft

    return compose(questions, draft(questions, questions.release(release, project_of(questions, project, release))))


def _people(facts: "DigestFacts") -> frozenset[str]:
    from bot.slack.digests import people_in

    return people_in(facts)


def _written(facts: "DigestFacts", names: dict[str, str], as_json: bool) -> str:
    from bot.commandline.digest_json import digest_json
    from bot.slack.digest_markdown import digest_markdown

    if as_json:
        return json.dumps(digest_json(facts), indent=2, ensure_ascii=False) + "\n"
    return digest_markdown(facts, names)
