"""How a release stands, as a message: the verdict, its gates, the list of all releases."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from bot.domain.leakage import Account
from bot.domain.readiness import Gate
from bot.domain.turning import Signing
from bot.domain.waivers import Stage
from bot.services.numbers import numbers
from bot.services.readiness import ReleaseStatus
from bot.slack.acts import ACTION, act_button
from bot.slack.blocks import Json, actions, button, context, option, section, static_select
from bot.slack.escaping import Mrkdwn
from bot.slack.found import list_act
from bot.slack.ids import OPTION_VALUE, Act, TooLong, action_id, encode
from bot.slack.mrkdwn import render, render_plain
from bot.slack.names import Names
from bot.slack.signing import signing_blocks
from bot.slack.voices import Voice, slack

SHOWN = 5
EVERY = 40
_EXPLAIN = 90  # the place of the menu among the buttons of its message


def status_message(
    status: ReleaseStatus,
    names: Mapping[str, str] | Names,
    *,
    as_of: datetime | None = None,
    signing: Signing | None = None,
    account: Account | None = None,
) -> Json:
    """`names`: Slack id -> display name of everybody in it. `as_of`: the moment that was asked for. `signing`: how far
    it is signed; `account`: of one that has shipped, what escaped it."""
    voice = slack(names)
    head = words(status, voice, "release/status", "headline", as_of=as_of, was=None)
    told = [counts(status, voice), *tests(status, voice)]
    drawn = [section(head), *_account(status, voice, account), section(gates(status, voice, SHOWN)), context(*told)]
    return _message([*drawn, *signing_blocks(status, voice, signing, as_of), *buttons(status, at=as_of)])


def _account(status: ReleaseStatus, voice: Voice, account: Account | None) -> Iterator[Json]:
    if account is not None:
        told = words(status, voice, "release/quality", "account", account=account, view=status.view)
        act = Act("quality", status.view.named, extra={"at": status.at.isoformat()})
        yield section(told, accessory=act_button(act))


def gates_message(
    status: ReleaseStatus,
    names: Mapping[str, str] | Names,
    *,
    as_of: datetime | None = None,
    signing: Signing | None = None,
) -> Json:
    """Every gate with everything that holds it back."""
    voice = slack(names)
    head = words(status, voice, "release/status", "headline", as_of=as_of, was=None)
    held_to = context(words(status, voice, "release/gates", "policy"))
    signed = signing_blocks(status, voice, signing, as_of)
    drawn = [section(head), section(gates(status, voice, EVERY)), *_waivers(status, voice, as_of), *signed, held_to]
    return _message([*drawn, *buttons(status, explain=False, at=as_of), *_explaining(status, as_of)])


def _waivers(status: ReleaseStatus, voice: Voice, at: datetime | None) -> Iterator[Json]:
    """What waits for an approval first, then what is in force, each with what can be done about it now."""
    for waiver in sorted(status.waivers_at(Stage.ASKED, Stage.IN_FORCE), key=lambda each: each.approved_at is not None):
        yield section(words(status, voice, "release/waivers", "one", w=waiver))
        if at is None:
            yield actions(*waiver_buttons(status.view.named, waiver.number, approved=waiver.approved_at is not None))


def move_buttons(release: str) -> list[Json]:
    return [act_button(Act("move", release))]


def waiver_buttons(release: str, number: int, *, approved: bool = False) -> list[Json]:
    extra = {"number": str(number)}
    end = act_button(Act("unwaive", release, extra=extra), 1, label="take_back" if approved else "refuse")
    return [end] if approved else [act_button(Act("approve", release, extra=extra), style="primary"), end]


def _explaining(status: ReleaseStatus, at: datetime | None) -> list[Json]:
    """One entry for each gate. Of another instant a gate is explained by its command."""
    options = [_entry(status, gate) for gate in status.readiness.gates]
    menu = static_select(action_id(ACTION, _EXPLAIN), options, render_plain("release/gates", "explain"))
    return [] if at else [actions(menu)]


def _entry(status: ReleaseStatus, gate: Gate) -> Json:
    act = Act("explain", status.view.named, extra={"gate": gate.name})
    return option(render_plain("release/gates", "name", gate=gate, s=status), encode(act, OPTION_VALUE))


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


def buttons(status: ReleaseStatus, *, explain: bool = True, at: datetime | None = None) -> list[Json]:
    """`at`: the lists are of then, else of now. Nothing where there is nothing to press."""
    drawn = list(_buttons(status, explain, at))
    return [actions(*drawn)] if drawn else []


def _people(status: ReleaseStatus) -> Iterator[str | None]:
    for waiver in status.waivers:
        yield from (waiver.asked_by, waiver.approved_by)
    for standing in status.standings:
        yield from (standing.owner, status.next_of(standing).person, *standing.fixers)


def _buttons(status: ReleaseStatus, explain: bool, at: datetime | None) -> Iterator[Json]:
    """Each number as a button that opens the list of what is counted; one that a button cannot carry is left out."""
    place = 0
    for number in numbers(status):
        label = render_plain("release/status", "number", count=number.count, of=number.name)
        with suppress(TooLong):
            yield button(label, action_id(ACTION, place), encode(list_act(number.query, at)))
            place += 1
    if explain:
        act = Act("gates", status.view.named)
        yield button(render_plain("release/status", "explain_gates"), action_id(ACTION, place), encode(act))


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
