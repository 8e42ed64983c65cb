"""`countersign learn`: suggestions of duplicates learn from what people said of earlier ones."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commandline.reading import project_of, snapshot

if TYPE_CHECKING:
    from bot.commandline.reading import Reader
    from bot.domain.project import Project
    from storage.search.learning import Lesson


def learn(
    project: Annotated[str | None, typer.Option(help="One project, by its prefix; each of them without it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON per project.")] = False,
    team: Annotated[str | None, typer.Option(help="The workspace, where the store holds several.")] = None,
) -> None:
    """Refits the order of suggested duplicates from *Same as*, *Not a duplicate* and `dup of`, by project.

    Takes 150 of them. New weights are kept only where they beat the old ones on the duplicates that were reported last.
    """
    with snapshot(team) as reader:
        named = reader.ask(lambda questions: [project_of(questions, project)] if project else questions.projects())
        for each in named:
            _teach(reader, each, as_json)


def _teach(reader: "Reader", project: "Project", as_json: bool) -> None:
    from storage.search.learning import keep
    from storage.search.learning import learn as learned

    lesson = reader.read(learned(reader.team, project.id, datetime.now(UTC)))
    version = None
    if lesson.weights is not None:
        version = reader.write(keep(reader.team, project.id, datetime.now(UTC), lesson))
    typer.echo(_line(project, lesson, version) if as_json else "\n".join(_sentences(project, lesson, version)))


def _line(project: "Project", lesson: "Lesson", version: int | None) -> str:
    told: dict[str, Any] = {
        "project": project.prefix,
        "labels": lesson.labels,
        "held_out": lesson.held_out,
        "since": lesson.since.isoformat() if lesson.since else None,
        "old": lesson.old,
        "new": lesson.new,
        "version": version,
    }
    return json.dumps(told)


def _sentences(project: "Project", lesson: "Lesson", version: int | None) -> list[str]:
    from storage.search.learning import LEAST

    if lesson.old is None or lesson.new is None:
        return [f"{project.prefix}: {lesson.labels} labels. From {LEAST} on it learns; nothing has changed."]
    since = f"reported since {lesson.since:%Y-%m-%d}" if lesson.since else "held out"
    told = [
        f"{project.prefix}: {lesson.labels} labels, {lesson.held_out} duplicates {since} held out.",
        f"  Found first / among five / mean reciprocal rank, old weights: {_figures(lesson.old)}",
        f"                                                   new weights: {_figures(lesson.new)}",
    ]
    kept = f"The new ones are in use (version {version})." if version else "The old ones stay: the new ones do not win."
    return [*told, f"  {kept}"]


def _figures(of: "Any") -> str:
    return f"{of['recall@1']:.0%} / {of['recall@5']:.0%} / {of['mrr']:.2f}"
