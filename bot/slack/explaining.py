"""One gate, told whole: what it asks, what it found, who can change it, and the list behind it."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from bot.domain.attention import Next
from bot.domain.readiness import Gate
from bot.services.numbers import gate_number
from bot.services.readiness import ReleaseStatus
from bot.slack.acts import ACTION
from bot.slack.blocks import Json, actions, button, section
from bot.slack.found import list_act
from bot.slack.ids import TooLong, action_id, encode
from bot.slack.mrkdwn import render_plain
from bot.slack.names import Names
from bot.slack.releases import EVERY, text_of, words
from bot.slack.voices import slack


def explain_message(
    status: ReleaseStatus, gate: Gate, names: Mapping[str, str] | Names, *, as_of: datetime | None = None
) -> Json:
    voice = slack(names)
    parts = ("headline", "evidence", "who")
    moves = _moves(status, gate)
    said = [
        words(status, voice, "release/explain", part, gate=gate, moves=moves, shown=EVERY, as_of=as_of)
        for part in parts
    ]
    blocks = [*(section(each) for each in said if each), *_list(status, gate, as_of)]
    return {"text": text_of(blocks), "blocks": blocks}


def _moves(status: ReleaseStatus, gate: Gate) -> list[tuple[Next, list[str]]]:
    """Who can change it: each next act with the defects that it is wanted on."""
    found: dict[Next, list[str]] = defaultdict(list)
    for offender in gate.offenders:
        found[status.next_of(offender.standing)].append(offender.standing.key)
    return list(found.items())


def _list(status: ReleaseStatus, gate: Gate, at: datetime | None) -> list[Json]:
    number = gate_number(status, gate)
    if not number.count or not number.query:
        return []
    with suppress(TooLong):
        label = render_plain("release/explain", "list", number=number)
        return [actions(button(label, action_id(ACTION), encode(list_act(number.query, at))))]
    return []
