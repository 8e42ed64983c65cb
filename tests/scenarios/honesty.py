"""What holds in every story: nothing failed unseen, Slack refused nothing, and every word is fit to be read."""

import re
from collections.abc import Iterator

from bot.sandbox.types import Json
from tests.scenarios.reading import words
from tests.scenarios.town import Town

# Marks of a template that said something else than it meant.
SLIPS = re.compile(
    r"\bNone\b|\{\{|\{%|Undefined|&amp;amp;|&amp;lt;|(?<!\.)\.\.(?:\s|$)|  ·|· ·|: \.|\(\)"
    r"| \.(?:\s|$)|<!(?:here|channel|everyone)"
)
# The vocabulary has one word for it.
FOREIGN = re.compile(r"\b(?:bugs?|issues?|tickets?)\b", re.IGNORECASE)


def check(town: Town, logged: list[str]) -> None:
    refused = {(name, call["_error"]) for name, call in town.space.calls if not call["_ok"]}
    assert refused <= town.refusals, refused - town.refusals
    unexpected = [line for line in logged if not any(word in line for word in town.trouble)]
    assert not unexpected, unexpected
    for said in everything_said(town):
        if town.language:
            assert not SLIPS.search(said), said
            assert not FOREIGN.search(said), said


def everything_said(town: Town) -> Iterator[str]:
    for message in _of_the_bot(town):
        yield words({key: value for key, value in message.items() if key != "metadata"})
    for view in town.space.state.views.values():
        yield words(view)


def _of_the_bot(town: Town) -> Iterator[Json]:
    for messages in town.space.state.messages.values():
        yield from (message for message in messages.values() if message.get("bot_id"))
    yield from (message for message in town.space.state.ephemerals.values() if message.get("bot_id"))
