"""`countersign quality`: what escaped a release, why no gate spoke, and the rules that would have, as a gate file."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.reading import instant, project_of, snapshot

if TYPE_CHECKING:
    from bot.services.quality import Quality
    from bot.services.questions import Questions


def quality(
    release: Annotated[
        str | None, typer.Argument(help="The release: 2.4, or SHOP/2.4. Without it the one that shipped last.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="Any instant: 2026-11-20 18:00, in the project's zone unless it has one."),
    ] = None,
    rules: Annotated[
        bool, typer.Option("--rules", help="Only the rules that would have spoken, as a gate file.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Its facts as JSON instead of Markdown.")] = False,
    project: Annotated[str | None, typer.Option(help="The project's prefix, such as SHOP.")] = None,
    team: Annotated[str | None, typer.Option(help="The workspace, where the store holds several.")] = None,
) -> None:
    """Prints leakage and removal efficiency of a release by severity and component, and how they compare."""
    from bot.slack.quality import quality_markdown, rules_file

    with snapshot(team) as reader:
        found = reader.ask(lambda questions: _found(questions, release, project, as_of))
    if rules:
        typer.echo(
            rules_file(found) or fail(Exit.NEGATIVE, "No rule over what was known then would have spoken."), nl=False
        )
    elif as_json:
        typer.echo(json.dumps(_told(found), indent=2, ensure_ascii=False))
    else:
        typer.echo(quality_markdown(found, found.at if as_of else None), nl=False)


def _found(questions: "Questions", release: str | None, prefix: str | None, as_of: str | None) -> "Quality":
    from bot.services.quality import last_shipped, quality

    project = project_of(questions, prefix, release or "")
    at = instant(as_of, project)
    last = None if release else last_shipped(questions, project.id, at or questions.now)
    return quality(questions, last or questions.release(release, project), at)


def _told(found: "Quality") -> dict[str, Any]:
    from bot.commandline.digest_json import account_json
    from bot.slack.quality import rules_of

    rules = rules_of(found)
    named = {key: str(rule.name) for rule, keys in rules for key in keys}
    return {
        "at": found.at.isoformat(),
        **account_json(found.account),
        "trend": [account_json(each) for each in found.trend],
        "defects": [
            {
                "key": each.view.defect.key,
                "severity": each.view.defect.severity.value,
                "component": each.view.defect.component,
                "silent": [str(gate.name) for gate in each.silent],
                "spoke": [str(gate.name) for gate in each.spoke],
                "rule": named.get(each.view.defect.key),
            }
            for each in found.silences
        ],
        "rules": {str(rule.name): dict(rule.arguments) for rule, _ in rules},
    }
