"""kill -9 at any instant while people act: what was acknowledged is there, once, and nothing else is."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from sqlalchemy import select

from bot.domain.events import Kind
from bot.sandbox.clock import SystemClock
from bot.sandbox.delivery.ack import Ack
from bot.sandbox.faults import FaultKind
from storage.tables import event_texts, events
from tests.faults import books
from tests.faults.history import Effect, History, Seen
from tests.faults.outcome import Outcome, Row
from tests.faults.people import Thread, acknowledged, says, seen_in, threads, types
from tests.faults.serving import Bot, Shop, bots, reached, shop
from tests.faults.stage import Stage, until
from tests.scenarios.reading import words

CHANNELS = 24  # posting is paced per channel
CROWD = 6  # people who act without a pause
ANSWERS = 10  # that come, at most, before the process is killed
MOMENT = 0.02  # seconds until then, beside
STARTING = 1.5  # seconds in which a process that is starting may be killed
ACTS = 24  # per life of the process, so that what is said can also be delivered


class Doors(SystemClock):
    """Slack's clock: what it delivers again after a minute or five waits until the bot is back."""

    def __init__(self) -> None:
        self.open = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        if seconds < 30:
            await super().sleep(seconds)
        else:
            await self.open.wait()


@dataclass
class Day:
    town: Shop
    doors: Doors
    there: list[Thread] = field(default_factory=list)
    filings: History = field(default_factory=History)
    comments: History = field(default_factory=History)
    questions: History = field(default_factory=History)
    left: int = 0
    answers: int = 0
    _count: int = 0

    async def act(self) -> None:
        """One of the crowd, until this life's acts are used up or the doors close."""
        while self.left and self.doors.open.is_set():
            self.left -= 1
            self._count += 1
            await ACT[self._count % len(ACT)](self, self._count)
            self.answers += 1

    async def files(self, number: int) -> None:
        await types(self.town, number, f"title {number}", self.filings)

    async def comments_on(self, number: int) -> None:
        says(self.town, self.there[number % len(self.there)], f"note {number}", self.comments)

    async def asks(self, number: int) -> None:
        """A line in the thread that mentions somebody."""
        text, person = f"question {number}", self.town.people[number % len(self.town.people)]
        self.questions.begin(text)
        key = f"DEF-{number % len(self.there) + 1}"
        asked = f"/defect needs info {key} @ana {text}"
        result = await self.town.act.commands.slash(person, self.town.channels[0], asked)
        self.questions.end(text, _asked(result.ack, words(result.shown), key))


ACT = (Day.files, Day.comments_on, Day.asks, Day.comments_on)


def _asked(ack: Ack, shown: str, key: str) -> Seen:
    confirmed = ack.ok and shown.startswith(key)
    return Seen.OK if confirmed else seen_in(shown, ack.ok)


async def killed(stage: Stage, size: int) -> Outcome:
    """`size` times. Every fifth time the process is killed while it starts, before anybody can reach it."""
    folder, dice, doors = stage.room(), random.Random(size), Doors()
    url = stage.sqlite(folder)
    async with shop(CHANNELS, clock=doors) as town, bots(town, folder, url) as serving:
        (bot,) = serving
        day = Day(town, doors)
        doors.open.set()
        day.there = await threads(town, 8, day.filings)
        # So that many a call to Slack is under way when the process dies.
        town.space.faults.plan("*", FaultKind.SLOW, seconds=0.1, share=0.3, times=1_000_000)
        outcome = Outcome(0)
        for number in range(size):
            if number % 5 == 4:
                await _killed_while_starting(bot, dice)
                outcome.injected += 1
            await _life(day, bot, dice)
            outcome.injected += 1
        await _again(day, bot)
        await town.space.settled(60)
        await _healthy(bot, outcome)
        await books.drained(url)
        code = await bot.stop()
        outcome.check(code == 0, f"it ended with {code}")
        return _judged(day, url, outcome)


async def _life(day: Day, bot: Bot, dice: random.Random) -> None:
    if bot.process is None or bot.process.returncode is not None:
        await _again(day, bot)
    day.left, day.answers = ACTS, 0
    crowd = asyncio.gather(*(day.act() for _ in range(CROWD)))
    enough = dice.randint(0, ANSWERS)

    async def answered() -> bool:
        return day.answers >= enough

    await until(answered, f"{enough} answers", pause=0.001)
    await asyncio.sleep(dice.uniform(0, MOMENT))
    day.doors.open.clear()
    await bot.kill()
    await crowd


async def _again(day: Day, bot: Bot) -> None:
    await bot.start()
    reached(day.town, [bot])
    day.doors.open.set()


async def _killed_while_starting(bot: Bot, dice: random.Random) -> None:
    await bot.begin()
    await asyncio.sleep(dice.uniform(0, STARTING))
    await bot.kill()


async def _healthy(bot: Bot, outcome: Outcome) -> None:
    for path in ("/healthz", "/readyz"):
        status, body = await bot.asked(path)
        outcome.check(status == 200, f"{path} says {status} {body}")


def _judged(day: Day, url: str, outcome: Outcome) -> Outcome:
    team = day.town.space.team_id
    acknowledged(day.town, day.comments)
    there = (
        (day.filings, books.filed(url, team)),
        (day.filings, books.cards(day.town.space)),
        (day.comments, books.commented(url, team)),
        (day.questions, _questions(url, team)),
    )
    for history, effects in there:
        outcome.findings += history.compare(effects)
    outcome.findings += books.spoken(url, day.town.space)
    outcome.wrong += books.unsound(url, team)
    for history in (day.filings, day.comments, day.questions):
        outcome.check(history.count(Seen.OK), "nothing was ever acknowledged")
    told = {seen: sum(h.count(seen) for h in (day.filings, day.comments, day.questions)) for seen in Seen}
    outcome.notes.append(f"{told[Seen.OK]} acknowledged, {told[Seen.UNKNOWN]} without an answer")
    return outcome


def _questions(url: str, team: str) -> list[Effect]:
    asked = (
        select(event_texts.c.text)
        .join(events, (events.c.team_id == event_texts.c.team_id) & (events.c.seq == event_texts.c.seq))
        .where(events.c.team_id == team, events.c.kind == Kind.INFO_REQUESTED.value, event_texts.c.name == "question")
        .order_by(events.c.seq)
    )
    return books.read(url, lambda connection: [Effect(text) for text in connection.scalars(asked)])


ROWS = (Row("kill", "kill -9 at random instants under load", killed, 10, 1_000),)
