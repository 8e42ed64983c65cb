"""What people and CI write looks like a mention, a link, a call to everybody: wherever the bot shows it, it is dead."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import quoteattr

import httpx

from bot.ingest.secrets import Source
from bot.sandbox.clock import SystemClock
from bot.sandbox.workspace import Workspace
from tests.faults.outcome import Outcome, Row
from tests.faults.stage import Stage
from tests.ingest.conftest import Ci
from tests.ingest.test_junit import suite
from tests.scenarios.conftest import INGEST_TOKEN, built
from tests.scenarios.reading import words
from tests.scenarios.town import Town, key_in

# EVE is of the workspace and takes part in nothing, so that every mention of hers is one too many.
PIECES = (
    *("<!channel>", "<!here>", "<!everyone>", "<!here|here>", "<!subteam^S0EVIL>", "<@EVE>", "<@EVE|eve>", "<<!here>>"),
    *("<https://evil.example|Sign in>", "<mailto:eve@evil.example|x>", "<!date^0^{date}^https://evil.example|now>"),
    *("https://evil.example", "@here", "@channel", "&lt;!channel&gt;", "&amp;lt;!here&amp;gt;", "<#C0EVIL>"),
    *("`", "```", "*", "_", "~", ">", "<", "&", "|", "\u202e", "\u2028", "\U0001f600", "{{ 7*7 }}", "<!he\u200dre>"),
    *("card declined", "total"),
)
REFERENCE = re.compile(r"<([^<>]*)>")
OVERVIEWS = (
    "/defect list",
    "/defect queue",
    "/release status",
    "/release diff",
    "/trace gaps",
    "/verify",
    "/defect mine",
)
AT_ONCE = 20


@dataclass
class Readers:
    """What the bot may make live: the people who act, the channels there are, its own links and instants."""

    space: Workspace
    ours: frozenset[str]
    live: set[str] = field(default_factory=set)
    read: int = 0

    def take(self, shown: Any) -> None:
        """One message, form or answer, as it was sent."""
        self.read += 1
        self.live |= {each for each in _references(shown) if not self._own(each)}

    def _own(self, reference: str) -> bool:
        address = f"https://{self.space.team['domain']}.slack.com/"
        return reference in self.ours or (reference.startswith((address, "!date^")) and "evil" not in reference)


def _references(node: Any) -> Iterator[str]:
    """What Slack makes live: docs.slack.dev/messaging/formatting-message-text, and the elements of rich text."""
    if isinstance(node, str) and node.startswith(("{", "[")):
        node = _read(node)
    if isinstance(node, list):
        for each in node:
            yield from _references(each)
    elif isinstance(node, dict):
        kind = node.get("type")
        if kind in ("user", "usergroup", "broadcast", "link", "channel"):
            yield str(node)
        if kind == "mrkdwn" and not node.get("verbatim"):
            yield f"addresses are linked in {node['text'][:40]}"
        text = node.get("text")
        if isinstance(text, str) and kind not in ("plain_text", "text"):
            yield from REFERENCE.findall(text)
        for name, value in node.items():
            if name != "metadata":
                yield from _references(value)


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


@dataclass
class Mallory:
    """`writes` in the places where text comes from; what was shown there goes to the readers."""

    town: Town
    readers: Readers
    dice: random.Random
    eve: str
    keys: list[str] = field(default_factory=list)

    def text(self, number: int) -> str:
        """Also what nobody types by hand: a payload may say anything."""
        pieces = self.dice.choices(PIECES, k=self.dice.randint(1, 6))
        return f"{number} {''.join(pieces)}".replace("EVE", self.eve)

    async def title(self, number: int) -> None:
        shown = await self.town.types(self.town.tess, f"/defect new {self.text(number)}")
        self.readers.take(shown)
        if "Filed as" in words(shown):
            self.keys.append(key_in(words(shown)))

    async def comment(self, number: int) -> None:
        key = self.dice.choice(self.keys)
        self.readers.take(await self.town.types(self.town.devon, f"/defect comment {key} {self.text(number)}"))

    async def reports(self, first: int, count: int) -> None:
        """CI: names of test cases and their errors."""
        cases = (
            f"<testcase classname={self._quoted(number)} name={self._quoted(number)}>"
            f"<failure message={self._quoted(number)}/></testcase>"
            for number in range(first, first + count)
        )
        async with httpx.AsyncClient(base_url=self.town.bot.http.address, timeout=60) as http:
            answer = await Ci(http, self.town.space.team_id, INGEST_TOKEN).posts(
                Source.CI, suite(*cases), path="junit", query=f"&release=2.4&build=2.4.0-rc1&name=run{first}"
            )
        assert answer.status_code == 200, answer.text

    def _quoted(self, number: int) -> str:
        return quoteattr(self.text(number))

    async def looks(self) -> None:
        for typed in (*OVERVIEWS, *(f"/defect {verb} {key}" for key in self.keys[-2:] for verb in ("history", "dups"))):
            self.readers.take(await self.town.types(self.town.rana, typed))


async def hostile(stage: Stage, size: int) -> Outcome:
    """`size` texts: a quarter titles, a quarter comments, the rest test cases in reports of CI."""
    added: list[str] = []
    folder = stage.room()

    def people(space: Workspace) -> None:
        added.append(space.add_person("eve", "Eve Elsewhere"))

    async with built("http", stage.sqlite(folder), folder, slack=SystemClock(), before=people) as town:
        town.language = False
        ours = {f"@{person}" for person in (town.tess, town.devon, town.rana, town.omar, town.space.bot_user_id)}
        readers = Readers(town.space, frozenset(ours | {f"#{channel}" for channel in town.space.state.channels}))
        mallory = Mallory(town, readers, random.Random(size), added[0])
        await town.types(town.rana, "/release new 2.4")
        await town.types(town.rana, "/release build 2.4 2.4.0-rc1")
        for start in range(0, size, 4 * AT_ONCE):
            for number in range(start, start + AT_ONCE):
                await mallory.title(number)
                await mallory.comment(number)
            await mallory.reports(start, 2 * AT_ONCE)
            await mallory.looks()
            await town.quiet()
        await town.types(town.rana, "/release digest 2.4 now")
        await town.quiet()
        for _, arguments in town.space.calls:
            readers.take(arguments)
        return _judged(readers, mallory, size)


def _judged(readers: Readers, mallory: Mallory, size: int) -> Outcome:
    outcome = Outcome(size, notes=[f"{readers.read} messages and answers read", f"{len(mallory.keys)} filed"])
    outcome.check(len(mallory.keys) * 8 > size, f"only {len(mallory.keys)} titles were filed")
    outcome.check(not readers.live, f"{len(readers.live)} are live: {sorted(readers.live)[:5]}")
    shown = "".join(words(arguments) for _, arguments in readers.space.calls)
    outcome.check("&lt;!channel&gt;" in shown, "nothing hostile was ever shown")
    return outcome


ROWS = (Row("live", "mentions, links and calls to everybody in what people and CI write", hostile, 160, 10_000),)
