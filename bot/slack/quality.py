"""How much escaped a release, as a message and as Markdown: its account, the trend, why no gate spoke."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from bot.domain.gates import Rule
from bot.domain.leakage import Account
from bot.services.quality import Quality, lists
from bot.services.silence import Silence
from bot.services.speaking import written
from bot.services.views import ReleaseView
from bot.slack.acts import ACTION
from bot.slack.blocks import Json, actions, context, section
from bot.slack.chunks import chunked
from bot.slack.elements import button
from bot.slack.escaping import Mrkdwn, plain
from bot.slack.found import list_act
from bot.slack.ids import TooLong, action_id, encode
from bot.slack.mrkdwn import render, render_plain
from bot.slack.releases import text_of
from bot.slack.voices import Voice, markdown, slack

QUALITY = "release/quality"
SHOWN = 5
EVERY = 100


def quality_message(found: Quality, *, as_of: datetime | None = None) -> Json:
    """`as_of`: the moment that was asked for."""
    parts = list(_parts(found, slack({}), SHOWN, as_of))
    drawn = [section(Mrkdwn(chunk)) for part in parts for chunk in chunked(part)]
    drawn += list_buttons(found.view, found.account, found.at)
    if found.account.whole.escaped:
        drawn.append(context(render(QUALITY, "file", found=found)))
    return {"text": text_of(drawn), "blocks": drawn}


def quality_markdown(found: Quality, as_of: datetime | None = None) -> str:
    """Ends with a newline; nothing is left out that the store was asked for."""
    voice = markdown({}, found.view.project.timezone)
    return "\n\n".join(plain(part) for part in _parts(found, voice, EVERY, as_of)) + "\n"


def rules_of(found: Quality) -> tuple[tuple[Rule, tuple[str, ...]], ...]:
    """Each rule that would have spoken, and the defects that it is for."""
    keys: dict[str, list[Silence]] = defaultdict(list)
    for silence in found.silences:
        if silence.rule is not None:
            keys[silence.rule.name].append(silence)
    firsts = ((told[0].rule, told) for told in keys.values())
    return tuple((rule, tuple(each.view.defect.key for each in told)) for rule, told in firsts if rule)


def rules_file(found: Quality) -> str:
    """A gate file of these rules alone; empty where there is none."""
    rules = tuple(rule for rule, _ in rules_of(found))
    return written(rules) if rules else ""


def list_buttons(view: ReleaseView, account: Account, at: datetime) -> list[Json]:
    """Each number as a button that opens what it counts, as it was counted."""
    drawn = []
    for place, (number, when) in enumerate(lists(view, account, at)):
        label = render_plain(QUALITY, "number", count=number.count, of=number.name)
        with suppress(TooLong):
            drawn.append(button(label, action_id(ACTION, place), encode(list_act(number.query, when))))
    return [actions(*drawn)] if drawn else []


def _parts(found: Quality, voice: Voice, shown: int, as_of: datetime | None) -> Iterator[Mrkdwn]:
    facts: Mapping[str, object] = {"found": found, "account": found.account, "view": found.view, **voice.facts()}
    for block in ("headline", "parts", "trend", "silences", "rules"):
        said = render(QUALITY, block, shown=shown, as_of=as_of, rules=_pasted(found, shown), **facts)
        if said:
            yield said


def _pasted(found: Quality, shown: int) -> list[tuple[str, tuple[str, ...]]]:
    return [(written((rule,)).rstrip(), keys) for rule, keys in rules_of(found)[:shown]]
