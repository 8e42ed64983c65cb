"""`countersign decision`: the sealed records of a release, to be kept, read and re-checked anywhere."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commandline.exits import Exit, fail
from bot.commandline.reading import project_of, snapshot

if TYPE_CHECKING:
    from bot.domain.decisions import Decision
    from bot.services.questions import Questions
    from bot.services.views import ReleaseView

LARGEST = 64 * 1024 * 1024  # bytes of an exported file
# By bot.domain.decisions.Fault.
FAULTS: Mapping[str, str] = {
    "format": "is of no format that is known here",
    "number": "does not have its place: one before it is missing",
    "content": "does not have the content that it was sealed with",
    "order": "does not follow the one before it",
    "text": "has a text beside it that it was not sealed with",
}
UNSEALED = "is not the one that the event log says"
MISSING = "is missing: the event log says that it was made"


class Format(StrEnum):
    JSON = "json"
    MD = "md"


def decision(
    release: Annotated[str, typer.Argument(help="The release: 2.4, or SHOP/2.4 in another project.")],
    format_: Annotated[
        Format, typer.Option("--format", help="All its records as JSON, or the last one as Markdown.")
    ] = Format.MD,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    project: Annotated[str | None, typer.Option(help="The project's prefix, such as SHOP.")] = None,
    team: Annotated[str | None, typer.Option(help="The workspace, where the store holds several.")] = None,
) -> None:
    """Prints what was decided about a release. What was erased since is not in it; the seal still holds."""
    with snapshot(team) as reader:
        view, made = reader.ask(lambda questions: _decisions(questions, release, project))
        names = reader.everybody()
    if not made:
        fail(Exit.USAGE, f"Nothing was decided about {view.release.name} yet.")
    typer.echo(_json(view, made) if as_json or format_ is Format.JSON else markdown(made[-1], names), nl=False)


def verify_decisions(named: str, team: str | None) -> None:
    """Of a release in the store, or of an exported file where one is called so. Ends with 1 at the first fault."""
    from bot.domain.decisions import fault_in

    path = Path(named)
    made, logged = (_of_file(path), None) if path.is_file() else _of_store(named, team)
    found = fault_in(made)
    if found is not None:
        _broken(named, found[0], FAULTS[found[1].value])
    for number, digest in (logged or {}).items():
        if number > len(made):
            _broken(named, number, MISSING)
        if made[number - 1].hash != digest:
            _broken(named, number, UNSEALED)
    if logged is not None and len(made) > len(logged):
        _broken(named, len(logged) + 1, UNSEALED)
    last = made[-1]
    typer.echo(f"{named}: {len(made)} decisions hold; the last is {last.kind.value.replace('_', '-')}, {last.hash}.")


def _broken(named: str, number: int, words: str) -> None:
    typer.echo(f"{named}: decision {number} {words}.")
    raise typer.Exit(Exit.NEGATIVE)


def _decisions(questions: "Questions", name: str, prefix: str | None) -> "tuple[ReleaseView, list[Decision]]":
    view = questions.release(name, project_of(questions, prefix, name))
    return view, questions.decisions(view.release.id)


def _of_store(named: str, team: str | None) -> "tuple[list[Decision], dict[int, str]]":
    """And the hashes that the event log holds, by number."""

    def ask(questions: "Questions") -> "tuple[list[Decision], dict[int, str]]":
        from bot.domain.events import Kind

        view, made = _decisions(questions, named, None)
        told = (event for event in questions.life(view.release) if event.subject_id == view.release.id)
        sealed = (event.facts for event in told if event.kind is Kind.RELEASE_DECIDED)
        return made, {int(str(facts["number"])): str(facts["hash"]) for facts in sealed}

    with snapshot(team) as reader:
        made, logged = reader.ask(ask)
    if not made and not logged:
        fail(Exit.USAGE, f"Nothing was decided about {named} yet.")
    return made, logged


def _json(view: "ReleaseView", made: "Sequence[Decision]") -> str:
    records = [
        {
            "record": dict(each.body),
            "hash": each.hash,
            "texts": {name: {"salt": kept.salt, "text": kept.text} for name, kept in sorted(each.texts.items())},
        }
        for each in made
    ]
    return json.dumps({"release": view.named, "decisions": records}, indent=2, ensure_ascii=False) + "\n"


def _of_file(path: Path) -> "list[Decision]":
    """Ends the command at what no export wrote."""
    from bot.domain.decisions import Decision, Kept

    try:
        if path.stat().st_size > LARGEST:
            fail(Exit.USAGE, f"{path} is larger than any export.")
        told: Any = json.loads(path.read_text(encoding="utf-8"))
        made = [
            Decision(
                dict(each["record"]),
                {name: Kept(str(kept["salt"]), str(kept["text"])) for name, kept in each["texts"].items()},
                str(each["hash"]),
            )
            for each in told["decisions"]
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        fail(Exit.USAGE, f"{path} is no export of decisions: `countersign decision REL --format json` writes one.")
    return made or fail(Exit.USAGE, f"{path} holds no decision.")


def markdown(made: "Decision", names: Mapping[str, str]) -> str:
    """For people: names for ids, titles and notes where they are still there."""
    from bot.slack.escaping import plain
    from bot.slack.mrkdwn import render
    from bot.slack.voices import markdown as voice

    texts = {name: kept.text for name, kept in made.texts.items()}
    spoken = voice(names, "UTC").facts()
    return plain(render("release/decision", "record", r=made.body, hash=made.hash, texts=texts, **spoken)) + "\n"
