"""The people of a shop, their workspace and the bot among them, in verbs that read like sentences."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.app import Countersign
from bot.sandbox.people.acting import Result
from bot.sandbox.people.people import People
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace
from tests.scenarios.clock import TownClock
from tests.scenarios.outbox import Outbox
from tests.scenarios.reading import Press, presses, words

PATIENCE = 30.0  # seconds that anything may take to show
HOME = "shop-defects"
HARMLESS = {("conversations.info", "channel_not_found")}


class NotSeen(AssertionError):
    pass


@dataclass
class Town:
    """`tess` tests, `devon` develops, `rana` manages the release, `omar` tests too. Channels are given by name.

    `refusals`: what Slack is expected to refuse in this story, as (method, code).
    `trouble`: logged failures that the story provokes.
    """

    space: Workspace
    people: People
    bot: Countersign
    clock: TownClock
    outbox: Outbox
    tess: str
    devon: str
    rana: str
    omar: str
    refusals: set[tuple[str, str]] = field(default_factory=lambda: set(HARMLESS))
    trouble: set[str] = field(default_factory=set)
    language: bool = True  # False where the words of the story are not fit to be checked
    _mark: dict[str, str] = field(default_factory=dict)
    _replaced: dict[str, str] = field(default_factory=dict)

    # --- saying and reading

    def says(self, person: str, text: str, *, thread: str | None = None, channel: str = HOME, files: Any = None) -> str:
        """The message's ts."""
        self._begins(person)
        return self.people.talk.say(person, channel, text, thread_ts=thread, files=files)

    def id_of(self, channel: str) -> str:
        return str(self.space.named(channel)["id"])

    def name_of(self, person: str) -> str:
        return str(self.space.user(person)["profile"]["display_name"])

    def messages(self, channel: str = HOME) -> list[Json]:
        """The bot's root messages."""
        found = self.space.state.messages[self.id_of(channel)].values()
        return [m for m in found if m.get("bot_id") and m.get("thread_ts") in (None, m["ts"])]

    def direct_messages(self, person: str) -> list[Json]:
        channel = self.space.direct_channel(person)
        return [m for m in self.space.state.messages[channel].values() if m.get("bot_id")]

    def replies(self, root: str, channel: str = HOME) -> list[Json]:
        """What the bot says in that thread, the card included."""
        return [m for m in self.space.thread(self.id_of(channel), root) if m.get("bot_id")]

    def lines(self, root: str, channel: str = HOME) -> list[str]:
        """What it says there besides the card."""
        return [str(m["text"]) for m in self.replies(root, channel) if not is_card(m)]

    def reactions(self, ts: str, channel: str = HOME) -> set[str]:
        return {each["name"] for each in self.space.message(self.id_of(channel), ts).get("reactions", ())}

    def calls(self, method: str) -> list[Json]:
        return [arguments for name, arguments in self.space.calls if name == method]

    # --- waiting for what shows

    async def sees(self, what: Any, why: str | Callable[[], str] = "") -> Any:
        """The first truthy answer of `what`. NotSeen after PATIENCE."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while not (found := what()):
            if asyncio.get_running_loop().time() > end:
                raise NotSeen(why() if callable(why) else why or str(what))
            if not await self.space.feed.next_change(timeout=0.05):
                await self.outbox.hurry()
        return found

    async def history(self, key: str) -> list[str]:
        """The kinds of its events."""
        log = await self.bot.units.ask(self.space.team_id, lambda questions: questions.history(key))
        return [entry.event.kind.value for entry in log]

    async def records(self, kind: str, key: str = "DEF-1") -> None:
        """An event of that kind is in the record."""
        await self.space.settled()
        assert kind in await self.history(key)

    async def card(self, key: str, text: str = "", *, channel: str = HOME) -> Json:
        """The live card, once it says these words."""

        def found() -> Json | None:
            there = self.space.state.messages[self.id_of(channel)].values()
            return next((m for m in there if is_card(m, key) and text in words(m)), None)

        shown: Json = await self.sees(found, lambda: f"no card of {key} says {text!r}:\n{self._cards(channel)}")
        return shown

    def _cards(self, channel: str) -> str:
        there = self.space.state.messages[self.id_of(channel)].values()
        return "\n---\n".join(words(m) for m in there if is_card(m))

    async def line(self, root: str, text: str, *, channel: str = HOME) -> Json:
        """A line of the bot in that thread."""

        def found() -> Json | None:
            there = self.replies(root, channel)
            return next((m for m in there if not is_card(m) and text in words(m)), None)

        shown: Json = await self.sees(found, lambda: f"{text!r} not among {self.lines(root, channel)}")
        return shown

    async def hears(self, person: str, text: str) -> Json:
        """An answer that only this person sees, since they began to act."""

        def found() -> Json | None:
            return next((m for m in self.whispers(person) if text in words(m)), None)

        shown: Json = await self.sees(found, lambda: f"{text!r} not among {[words(m) for m in self.whispers(person)]}")
        return shown

    def whispers(self, person: str) -> list[Json]:
        """New ones, and the one whose button was pressed when the answer took its place."""
        since = self._mark.get(person, "")
        mine = [m for m in self.space.state.ephemerals.values() if m["_user"] == person]
        return [m for m in mine if m["ts"] > since or self._replaced.get(m["ts"], words(m)) != words(m)]

    async def form(self, person: str, title: str = "") -> Json:
        """The form in front of this person, once it is there and filled."""

        def found() -> Json | None:
            view = self.people.forms.shown(person)
            ready = view is not None and "One moment." not in words(view)
            return view if ready and view and title in words(view) else None

        shown: Json = await self.sees(found, lambda: f"no form {title!r}; there is {self.people.forms.shown(person)}")
        return shown

    async def quiet(self) -> None:
        """Everything that is under way has ended, and nothing is left to be sent now."""
        await self.space.settled()
        await self.bot.desk.later.drain()
        await self.outbox.empty(3 * PATIENCE)

    async def passes(self, **time: float) -> None:
        """Time, for everybody at once, while nobody has a lease to lose; what waits for its hour comes."""
        await self.outbox.leap(timedelta(**time), 3 * PATIENCE)
        await self.outbox.tick()

    # --- acting

    async def types(self, person: str, text: str, *, channel: str = HOME) -> Json:
        """The answer to a slash command; empty when a form opened."""
        self._begins(person)
        result = await self.people.commands.slash(person, channel, text)
        assert result.ok, f"{text}: {result.shown}"
        assert result.ack.seconds < 3
        return result.shown

    async def presses(self, person: str, message: Json, label: str, *, channel: str = HOME) -> Result:
        """A button or a menu entry, by what is written on it."""
        self._begins(person)
        press = pick(message, label)
        self._replaced = {str(message["ts"]): words(message)}
        where = message.get("_channel") or channel
        acted = self.people.clicks.on_message(
            person, where, message["ts"], press.action_id, press.choice, value=press.value
        )
        result = await acted
        assert result.ok, result.shown
        return result

    async def uses(self, person: str, shortcut: str, ts: str | None = None, *, channel: str = HOME) -> Json:
        """A shortcut of a message, or a global one; the form that it opens."""
        self._begins(person)
        asked = self.people.shortcuts
        acted = asked.on_message(person, channel, ts, shortcut) if ts else asked.globally(person, shortcut)
        result = await acted
        assert result.ok, result.shown
        return await self.form(person)

    async def submits(self, person: str, **filled: Any) -> Result:
        """The form closes, or shows its answer in its place."""
        self._begins(person)
        result = await self.people.forms.submit(person, filled)
        assert result.ok, result.shown
        assert "errors" not in result.shown
        return result

    async def is_refused(self, person: str, **filled: Any) -> dict[str, str]:
        """The form stays open; the errors by field."""
        result = await self.people.forms.submit(person, filled)
        assert "errors" in result.shown, result.shown
        assert self.people.forms.shown(person) is not None
        errors: dict[str, str] = result.shown["errors"]
        return errors

    async def files_from_message(self, person: str, ts: str, channel: str = HOME, **filled: Any) -> str:
        """The key, when the card stands in the message's thread."""
        await self.uses(person, "file_defect", ts, channel=channel)
        await self.submits(person, **filled)
        heard = await self.hears(person, "Filed as ")
        return key_in(words(heard))

    async def files(self, person: str, title: str, *, channel: str = HOME) -> str:
        """By command: the key."""
        return key_in(words(await self.types(person, f"/defect new {title}", channel=channel)))

    def _begins(self, person: str) -> None:
        self._mark[person] = self.space.next_ts()


def key_in(text: str) -> str:
    return next(word.strip(".,:*`") for word in text.split() if word.startswith("DEF-"))


def is_card(message: Json, key: str = "DEF-") -> bool:
    """A card is headed by the key and the title, and stands among the messages."""
    first: Json = next(iter(message.get("blocks", ())), {})
    head = words(first) if first.get("type") == "rich_text" else ""
    return bool(message.get("bot_id")) and head.startswith(f"{key}  " if key[-1].isdigit() else key)


def pick(message: Json, label: str) -> Press:
    found = [press for press in presses(message) if press.label == label]
    assert found, f"no {label!r} among {[press.label for press in presses(message)]}"
    return found[0]
