"""`countersign gates`: the exit criteria of a project's releases as a file: checked, applied, shown, tried."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.reading import project_of, snapshot

if TYPE_CHECKING:
    from bot.commandline.reading import Reader
    from bot.domain.gates import GatePolicy
    from bot.services.gates import Replayed
    from bot.services.questions import Questions

app = typer.Typer(help="Gates as a file.", no_args_is_help=True, rich_markup_mode=None)

# Characters of a Slack id at least: a shorter word in capitals is a name that was mistyped.
_ID = 9

_File = Annotated[Path, typer.Argument(help="The gate file, YAML.", exists=True, dir_okay=False, readable=True)]
_Project = Annotated[str | None, typer.Option(help="The project's prefix, such as SHOP.")]
_Team = Annotated[str | None, typer.Option(help="The workspace, where the store holds several.")]
_AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.callback()
def gates() -> None:
    """Gates as a file."""


@app.command()
def check(file: _File) -> None:
    """Reads the file and says each mistake with its line and column; asks no store."""
    policy = _read(file)
    typer.echo(f"{file}: {len(policy.rules)} gates: {', '.join(rule.name for rule in policy.rules)}.")


@app.command()
def apply(
    file: _File,
    project: _Project = None,
    by: Annotated[
        str | None, typer.Option(help="Who edits, and may: a Slack id, or a name the bot has heard of.")
    ] = None,
    as_operator: Annotated[
        bool, typer.Option("--as-operator", help="Whoever runs the store edits; the event says so.")
    ] = False,
    team: _Team = None,
) -> None:
    """Holds the project's undecided releases to these gates from now on. Who, when and what changed is an event."""
    from bot.domain.errors import DomainError
    from bot.services.gates import OPERATOR, apply_gates
    from bot.services.requests import ApplyGates
    from bot.slack.escaping import plain
    from bot.slack.mrkdwn import render_plain
    from bot.slack.refusals import refusal

    if (by is None) is not as_operator:
        fail(Exit.USAGE, "Nothing was applied. Say who edits: --by NAME, or --as-operator where you run the store.")
    policy = _read(file)
    with snapshot(team) as reader:
        prefix = reader.ask(lambda questions: project_of(questions, project).prefix)
        request = ApplyGates(prefix, policy)
        try:
            applied = reader.perform(lambda uow: apply_gates(uow, request), _person(reader, by) if by else OPERATOR)
        except DomainError as error:
            fail(Exit.USAGE, plain(str(refusal(error)["text"])))
    typer.echo(render_plain("release/policy", "applied", applied=applied))


@app.command()
def show(project: _Project = None, as_json: _AsJson = False, team: _Team = None) -> None:
    """Prints the gates that hold now, as the file that was applied; with --json every version with who and when."""
    from bot.domain.gates import in_force

    with snapshot(team) as reader:
        versions, now = reader.ask(lambda q: (q.gate_policies(project_of(q, project).id), q.now))
    if not as_json:
        typer.echo(in_force(versions, now).text, nl=False)
        return
    told = [
        {
            "version": each.policy.version,
            "gates": [rule.name for rule in each.policy.rules],
            "by": each.written_by,
            "at": each.written_at.isoformat(),
            "since": each.since.isoformat() if each.since else None,
            "text": each.policy.text,
        }
        for each in versions
    ]
    typer.echo(json.dumps(told, indent=2, ensure_ascii=False))


@app.command("test")
def try_out(
    file: _File,
    against: Annotated[
        list[str] | None, typer.Option(help="A release that shipped, such as 2.3; again for more. All without it.")
    ] = None,
    project: _Project = None,
    as_json: _AsJson = False,
    team: _Team = None,
) -> None:
    """Tries the file on releases that shipped, by the facts of the instant before: what would it have stopped?"""
    from bot.slack.mrkdwn import render_plain

    policy = _read(file)
    with snapshot(team) as reader:
        replays = reader.ask(lambda questions: list(_replays(questions, policy, against or [], project)))
    if as_json:
        typer.echo(json.dumps([_told(each) for each in replays], indent=2))
        return
    for each in replays:
        typer.echo(render_plain("release/policy", "replayed", was=each.was, would=each.would))


def _replays(questions: "Questions", policy: "GatePolicy", names: list[str], prefix: str | None) -> "list[Replayed]":
    from bot.services.gates import replay

    project = project_of(questions, prefix)
    known = [questions.release(name, project) for name in names] or [
        questions.release_by_id(each.id) for each in questions.releases(project) if not each.undecided
    ]
    replays = []
    for view in known:
        found = replay(questions, view, policy)
        if found is None:
            fail(
                Exit.USAGE, f"{view.release.name} has not shipped: `/release gates {view.release.name}` judges it now."
            )
        replays.append(found)
    return replays or fail(Exit.USAGE, f"No release of {project.prefix} has shipped yet.")


def _told(each: "Replayed") -> dict[str, Any]:
    from bot.commandline.digest_json import gate_json

    return {
        "release": each.was.release.name,
        "at": each.was.at.isoformat(),
        "was": each.was.readiness.verdict.value,
        "would": each.would.readiness.verdict.value,
        "gates": [gate_json(each.would, gate) for gate in each.would.readiness.gates],
    }


def _read(file: Path) -> "GatePolicy":
    """Ends the command at mistakes: each with its place, its line, and carets under it."""
    from bot.commandline.gate_file import LARGEST, Mistaken, read

    try:
        with file.open(encoding="utf-8-sig") as opened:
            text = opened.read(LARGEST + 1)
    except UnicodeDecodeError:
        fail(Exit.USAGE, f"{file}: this is no text in UTF-8.")
    try:
        return read(text)
    except Mistaken as error:
        said = [
            line for each in error.mistakes for line in (f"{file}:{each.line}:{each.column}: {each.words}", *each.shown)
        ]
        fail(Exit.USAGE, *said)


def _person(reader: "Reader", named: str) -> str:
    """A Slack id, or the one person who is called so."""
    from bot.domain.nearest import nearest
    from bot.slack.names import PERSON

    known, word = reader.everybody(), named.removeprefix("@")
    called = [person for person, its in known.items() if word in (person, its) or its.casefold() == word.casefold()]
    if not called and len(word) >= _ID and PERSON.fullmatch(word):
        return word  # who has not spoken here yet; whether they may is the policy's matter
    if len(called) != 1:
        near = nearest(word, known.values())
        fail(
            Exit.USAGE,
            f"Nobody is clearly called {named}, so nothing was applied." + (f" Did you mean {near}?" if near else ""),
            "Name them by their Slack id (in their profile, behind ⋮): --by U0123ABCD. Whoever runs the store says "
            "--as-operator instead.",
        )
    return called[0]
