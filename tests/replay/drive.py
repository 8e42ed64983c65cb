"""Types the commands of a history at the bot, in one process, with the clock set to each row's time."""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from slack_bolt.async_app import AsyncBoltRequest

from bot.app import Countersign, wired
from bot.config import Settings
from bot.manifest import build_manifest
from bot.sandbox.people.people import People
from bot.sandbox.server import serve
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace
from bot.slack.gateway import SlackGateway
from storage.database import open_store
from storage.migrations import migrate
from tests.replay.history import History
from tests.replay.mapping import LATER, SCRIBE, Model, Typed, quotable

CHANNEL = "history"
STAND_IN = "The original, which this history does not name"
MOST_TITLE = 250
_KEY = re.compile(r"\b[A-Z][A-Z0-9]+-\d+\b")
_RELEASE = re.compile(r'(?:rel:|to )"([^"]+)"')
# Where a verb is not simply `/defect VERB KEY words`.
FORMS = {
    "verify pass": "/verify {key} pass {words}",
    "new": '/defect new "{title}" {words}',
}
TRIES = 20
PATIENCE = 60.0  # seconds


@dataclass
class MovableClock:
    at: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass
class Refusal:
    command: str
    reply: str


Pause = Callable[["Driver", datetime], Awaitable[None]]


@dataclass
class Driver:
    space: Workspace
    bot: Countersign
    clock: MovableClock
    people: People
    ids: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    releases: set[str] = field(default_factory=set)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], Refusal] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    stand_in: str = ""

    async def begin(self, history: History) -> None:
        self.clock.at = history.steps[0].at
        await self._plan(LATER)
        self.stand_in = _key(await self.type(SCRIBE, f'/defect new "{STAND_IN}"'))

    async def play(self, history: History, model: Model, pause: Pause) -> None:
        """`pause` is had between two steps of which the second is later."""
        for place, step in enumerate(history.steps, 1):
            self.clock.at = max(self.clock.at, step.at)
            title = history.titles.get(step.defect) or f"Defect {step.defect} of this history"
            for typed in model.commands(step):
                await self._act(step.defect, title, typed)
            until = history.steps[place].at if place < len(history.steps) else self.clock.at
            if until > self.clock.at:
                await pause(self, until)

    async def _act(self, defect: str, title: str, typed: Typed) -> None:
        for name in _RELEASE.findall(typed.words):
            await self._plan(name)
        words = typed.words.replace("{stand_in}", self.stand_in)
        form = FORMS.get(typed.verb, "/defect {verb} {key} {words}")
        plain = quotable(title)[:MOST_TITLE].strip() or "Untitled"
        command = form.format(verb=typed.verb, key=self.keys.get(defect, ""), words=words, title=plain)
        before = await self._seq()
        reply = await self.type(typed.who, command.strip())
        if await self._seq() == before:
            self._note(typed.verb, command, reply)
            return
        self.done[typed.verb] += 1
        if typed.verb == "new":
            self.keys[defect] = _key(reply)

    def _note(self, verb: str, command: str, reply: str) -> None:
        reason = _KEY.sub("KEY", reply)[:120]
        self.refused[verb, reason] += 1
        self.examples.setdefault((verb, reason), Refusal(command, reply))

    async def _seq(self) -> int:
        return (await self.bot.units.ask(self.space.team_id, lambda questions: questions.head()))[0]

    async def _plan(self, name: str) -> None:
        if name not in self.releases:
            self.releases.add(name)
            await self.type(SCRIBE, f'/release new "{name}"')

    async def type(self, who: str, text: str) -> str:
        """What the person reads in answer; told to try again, because the machine is busy, they do."""
        for _ in range(TRIES):
            reply = await self._once(who, text)
            if not reply.startswith("Not saved, nothing changed."):
                break
        return reply

    async def _once(self, who: str, text: str) -> str:
        name, _, rest = text.partition(" ")
        payload = self.people.commands.payload(self._person(who), CHANNEL, name, rest, escaped=True)
        request = AsyncBoltRequest(body=payload, mode="socket_mode")
        response = await self.bot.bolt.async_dispatch(request)
        if response.status != 200:
            raise RuntimeError(f"{text!r} was answered with {response.status}")
        return _words(response.body)

    def _person(self, who: str) -> str:
        if who not in self.ids:
            self.ids[who] = self.space.add_person(who, who)
            self.space.state.members[self.space.named(CHANNEL)["id"]].append(self.ids[who])
        return self.ids[who]


def _words(body: str) -> str:
    try:
        answer: Json = json.loads(body or "{}")
    except ValueError:
        return body
    return str(answer.get("text", ""))


def _key(reply: str) -> str:
    found = _KEY.search(reply)
    if found is None:
        raise RuntimeError(f"nothing was filed: {reply}")
    return found[0]


@asynccontextmanager
async def driver(url: str, folder: Path) -> AsyncIterator[Driver]:
    """The whole bot but its delivery: what it would say stays in the outbox."""
    migrate(url)
    space = Workspace(build_manifest(), clock=None, seed=1)
    clock = MovableClock()
    async with serve(space):
        space.add_channel(CHANNEL, [])
        settings = Settings(
            slack_bot_token=space.app["bot_token"],
            slack_signing_secret=space.app["signing_secret"],
            slack_api_url=f"{space.base_url}/api/",
            database_url=url,
            data_dir=folder,
        )
        store = open_store(url)
        async with SlackGateway(settings.slack_api_url) as slack:
            bot = wired(settings, clock, store, slack)
            # One person after the other: nobody is told "still at it", whose answer would follow later.
            object.__setattr__(bot.desk, "deadline", PATIENCE)
            yield Driver(space, bot, clock, People(space))
            await bot.desk.later.drain()
        await store.close()
