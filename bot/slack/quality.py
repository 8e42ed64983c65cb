"""How much escaped a release, as a message and as Markdown: its account, the trend, why no gate spoke."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from bot.domain.gates import Rule
from bot.domain.leakage import Account
from bot.services.quality import Quality, lists, parts
from bot.services.speaking import written
from bot.services.views import ReleaseView
from bot.slack.acts import ACTION
from bot.slack.blocks import Json, actions, context, option, section, static_select
from bot.slack.chunks import chunked
from bot.slack.elements import button
from bot.slack.escaping import Mrkdwn, plain
from bot.slack.found import list_act
from bot.slack.ids import OPTION_VALUE, TooLong, action_id, encode
from bot.slack.mrkdwn import render, render_plain
from bot.slack.releases import text_of
from bot.slack.voices import Voice, markdown, slack

QUALITY = "release/quality"
SHOWN = 5
EVERY = 100
MOST_OPTIONS = 100
_PARTS = 90  # the place of the menu among the buttons of its message


def quality_message(found: Quality, *, as_of: datetime | None = None) -> Json:
    """`as_of`: the moment that was asked for."""
    parts = list(_parts(found, slack({}), SHOWN, as_of))
    drawn = [section(Mrkdwn(chunk)) for part in parts for chunk in chunked(part)]
    drawn += list_buttons(found.view, found.account, found.at)
    if rules_of(found):
        drawn.append(context(render(QUALITY, "file", found=found)))
    return {"text": text_of(drawn), "blocks": drawn}


def quality_markdown(found: Quality, as_of: datetime | None = None) -> str:
    """Ends with a newline; nothing is left out that the store was asked for."""
    voice = markdown({}, found.view.project.timezone)
    return "\n\n".join(plain(part) for part in _parts(found, voice, EVERY, as_of)) + "\n"


def rules_of(found: Quality) -> tuple[tuple[Rule, tuple[str, ...]], ...]:
    """Each rule that would have spoken, and the defects that it is for. Two of one name, of components that differ in
    nothing that a name may hold, are numbered: a file has each name once."""
    keys: dict[str, list[str]] = defaultdict(list)
    rules: dict[str, Rule] = {}
    for silence in found.silences:
        if silence.rule is not None:
            words = written((silence.rule,))
            keys[words].append(silence.view.defect.key)
            rules[words] = silence.rule
    names = Counter[str]()
    told = []
    for words, rule in rules.items():
        names[rule.name] += 1
        own = rule if names[rule.name] == 1 else replace(rule, name=f"{rule.name}_{names[rule.name]}")
        told.append((own, tuple(keys[words])))
    return tuple(told)


def rules_file(found: Quality) -> str:
    """A gate file of these rules alone; empty where there is none."""
    rules = tuple(rule for rule, _ in rules_of(found))
    return written(rules) if rules else ""


def list_buttons(view: ReleaseView, account: Account, at: datetime) -> list[Json]:
    """Each number as a button that opens what it counts, as it was counted."""
    drawn: list[Json] = []
    for place, (number, when) in enumerate(lists(view, account, at)):
        label = render_plain(QUALITY, "number", count=number.count, of=number.name)
        with suppress(TooLong):
            drawn.append(button(label, action_id(ACTION, place), encode(list_act(number.query, when))))
    return [actions(*drawn, *_menu(view, account, at))] if drawn else []


def _menu(view: ReleaseView, account: Account, at: datetime) -> Iterator[Json]:
    """The lists behind the numbers of each severity and component; one that is too long for an option is left out."""
    options = []
    for number in parts(view, account)[:MOST_OPTIONS]:
        with suppress(TooLong):
            value = encode(list_act(number.query, at), OPTION_VALUE)
            options.append(option(render_plain(QUALITY, "part", number=number), value))
    if options:
        yield static_select(action_id(ACTION, _PARTS), options, render_plain(QUALITY, "which"))


def _parts(found: Quality, voice: Voice, shown: int, as_of: datetime | None) -> Iterator[Mrkdwn]:
    facts: Mapping[str, object] = {"found": found, "account": found.account, "view": found.view, **voice.facts()}
    for block in ("headline", "parts", "trend", "silences", "rules"):
        said = render(QUALITY, block, shown=shown, as_of=as_of, rules=_pasted(found, shown), **facts)
        if said:
            yield said


def _pasted(found: Quality, shown: int) -> list[tuple[str, tuple[str, ...]]]:
    return [(written((rule,)).rstrip(), keys) for rule, keys in rules_of(found)[:shown]]
