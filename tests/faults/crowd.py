"""Sixteen people write at once, and other commands write and read beside the bot, on one SQLite file: nobody hears that
it is locked."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field

from sqlalchemy import select

from storage.tables import builds
from tests.faults import books
from tests.faults.history import Effect, History, Seen
from tests.faults.outcome import Measured, Outcome, Row
from tests.faults.people import Thread, acknowledged, says, threads, types
from tests.faults.serving import Bot, Hurried, Shop, bots, shop
from tests.faults.stage import Stage
from tests.scenarios.reading import words

WRITERS = 16
CHANNELS = 24  # a card each in a second


@dataclass
class Crowd:
    town: Shop
    bot: Bot
    there: list[Thread]
    filings: History
    end: float
    comments: History = field(default_factory=History)
    builds: History = field(default_factory=History)
    refused: list[str] = field(default_factory=list)
    commands: int = 0

    async def act(self) -> None:
        """All at once, again and again: one files a defect, the others reply in a thread each."""
        while time.monotonic() < self.end:
            number = len(self.filings.operations)
            for thread in self.there[1:]:
                says(self.town, thread, f"note {len(self.comments.operations)}", self.comments)
            await types(self.town, number, f"title {number}", self.filings)
            await self.town.space.settled(60)

    async def command(self) -> None:
        """One after the other, each a process of its own: two of them write, two read all there is."""
        for number in itertools.count(1):
            for each in COMMANDS:
                await self._runs([word.format(number=number, folder=self.bot.folder) for word in each])
            if time.monotonic() > self.end:
                return

    async def _runs(self, typed: list[str]) -> None:
        built = typed[-1] if typed[0] == "import" else None
        if built:
            self.builds.begin(built)
        code, said = await self.bot.beside(*typed)
        self.commands += 1
        if code:
            self.refused.append(f"{' '.join(typed[:2])} ended with {code}: {said[-200:]}")
        elif built:
            self.builds.end(built, Seen.OK)


COMMANDS = (
    ("import", "build", "2.4", "2.4.0-rc{number}"),
    ("audit", "verify"),
    ("import", "build", "2.4", "2.4.0-hotfix{number}"),
    ("backup", "{folder}/copy-{number}.db"),
)


async def crowded(stage: Stage, size: int) -> Outcome:
    """For `size` seconds, and at least once through the commands."""
    folder = stage.room()
    url = stage.sqlite(folder)
    async with shop(CHANNELS, clock=Hurried()) as town, bots(town, folder, url) as (bot,):
        filings = History()
        there = await threads(town, WRITERS, filings)
        planned = await town.act.commands.slash(town.people[0], town.channels[0], "/release new 2.4")
        assert planned.ok, words(planned.shown)
        crowd = Crowd(town, bot, there, filings, time.monotonic() + size)
        await asyncio.gather(crowd.act(), crowd.command())
        await books.drained(url)
        return _judged(crowd, url)


def _judged(crowd: Crowd, url: str) -> Outcome:
    team = crowd.town.space.team_id
    acknowledged(crowd.town, crowd.comments)
    histories = (crowd.filings, crowd.comments, crowd.builds)
    outcome = Outcome(sum(len(history.operations) for history in histories))
    outcome.findings += crowd.filings.compare(books.filed(url, team))
    outcome.findings += crowd.filings.compare(books.cards(crowd.town.space))
    outcome.findings += crowd.comments.compare(books.commented(url, team))
    outcome.findings += crowd.builds.compare(_registered(url, team))
    outcome.findings += books.spoken(url, crowd.town.space)
    outcome.wrong += [*crowd.refused, *books.unsound(url, team)]
    outcome.check("database is locked" not in crowd.bot.log, "the log says that the database is locked")
    silent = sum(len(history.operations) - history.count(Seen.OK) for history in histories)
    # A machine that does much else may take more than the two seconds after which people are asked to try again.
    outcome.measured.append(Measured("not saved at once", silent, "", 0))
    outcome.notes.append(f"{crowd.commands} commands")
    return outcome


def _registered(url: str, team: str) -> list[Effect]:
    names = select(builds.c.name).where(builds.c.team_id == team).order_by(builds.c.ordinal)
    return books.read(url, lambda connection: [Effect(name) for name in connection.scalars(names)])


ROWS = (Row("crowd", "sixteen write at once, commands beside them, one file", crowded, 5, 600),)
