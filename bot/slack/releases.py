"""How a release stands, as a message: the verdict, its gates, the list of all releases."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.services.readiness import ReleaseStatus
from bot.slack.acts import ACTION
from bot.slack.blocks import Json, actions, button, context, section
from bot.slack.escaping import Mrkdwn
from bot.slack.ids import Act, action_id, encode
from bot.slack.mrkdwn import render, render_plain
from bot.slack.names import Names
from bot.slack.voices import Voice, slack

SHOWN = 5
EVERY = 40


def status_message(status: ReleaseStatus, names: Mapping[str, str] | Names, *, as_of: datetime | None = None) -> Json:
    """`names`: Slack id -> display name of everybody in it. `as_of`: the moment that was asked for."""
    voice = slack(names)
    head = words(status, voice, "release/status", "headline", as_of=as_of, was=None)
    told = [counts(status, voice), *tests(status, voice)]
    return _message([section(head), section(gates(status, voice, SHOWN)), context(*told), buttons(status)])


def gates_message(status: ReleaseStatus, names: Mapping[str, str] | Names, *, as_of: datetime | None = None) -> Json:
    """Every gate with everything that holds it back."""
    voice = slack(names)
    head = words(status, voice, "release/status", "headline", as_of=as_of, was=None)
    return _message([section(head), section(gates(status, voice, EVERY)), buttons(status, explain=False)])


def list_message(statuses: Sequence[ReleaseStatus], names: Mapping[str, str] | Names) -> Json:
    if not statuses:
        return _message([section(render("release/status", "none"))])
    voice = slack(names)
    return _message([section(words(status, voice, "release/status", "row")) for status in statuses])


def gates(status: ReleaseStatus, voice: Voice, shown: int) -> Mrkdwn:
    return words(status, voice, "release/gates", "lines", shown=shown)


def counts(status: ReleaseStatus, voice: Voice) -> Mrkdwn:
    return words(status, voice, "release/status", "counts")


def tests(status: ReleaseStatus, voice: Voice) -> list[Mrkdwn]:
    """One line, where anything was run on the candidate."""
    return [words(status, voice, "release/status", "tests")] if status.tests.all else []


def words(status: ReleaseStatus, voice: Voice, template: str, block: str, **more: object) -> Mrkdwn:
    return render(template, block, s=status, **voice.facts(), **more)


def people_of(status: ReleaseStatus) -> frozenset[str]:
    """Everybody whom these messages may name."""
    return frozenset(filter(None, _people(status)))


def buttons(status: ReleaseStatus, *, explain: bool = True) -> Json:
    return actions(*_buttons(status, explain))


def _people(status: ReleaseStatus) -> Iterator[str | None]:
    for standing in status.standings:
        yield from (standing.owner, status.next_of(standing).person, *standing.fixers)


def _buttons(status: ReleaseStatus, explain: bool) -> Iterator[Json]:
    """A defect of no release counts as well, so the list behind a number asks for both."""
    name = status.release.name
    of_it = f"rel:{name}|none" if status.release.undecided else f"rel:{name}"
    yield list_button("open_defects", f"status:open {of_it} sort:severity", 0)
    yield list_button("to_verify", f"status:unverified {of_it} sort:age", 1)
    if explain:
        subject = f"{status.view.project.prefix}/{name}"
        yield button(
            render_plain("release/status", "explain_gates"), action_id(ACTION, 2), encode(Act("gates", subject))
        )


def list_button(label: str, query: str, ordinal: int) -> Json:
    act = Act("list", extra={"query": query})
    return button(render_plain("release/status", label), action_id(ACTION, ordinal), encode(act))


def _message(blocks: list[Json]) -> Json:
    """The text says what the blocks say."""
    return {"text": text_of(blocks), "blocks": blocks}


def text_of(blocks: Sequence[Json]) -> Mrkdwn:
    return Mrkdwn("\n".join(said for block in blocks for said in _said(block)))


def _said(block: Json) -> Iterator[str]:
    if block["type"] == "section":
        yield block["text"]["text"]
    elif block["type"] == "context":
        yield from (element["text"] for element in block["elements"])
