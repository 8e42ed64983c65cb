"""Slack limits, resets and fails half of what is posted in one workspace, and is slow there; another one speaks beside
it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from bot.jobs.delivery import OF_ONE
from bot.sandbox.faults import FaultKind
from bot.sandbox.types import Json
from bot.services import requests as ask
from tests.faults import books
from tests.faults.flowing import Flow, flowing
from tests.faults.history import History
from tests.faults.outcome import Measured, Outcome, Row
from tests.faults.sending import NOTE, Sending, Team, sending
from tests.faults.stage import Stage

THREADS = 100
FEW = 8  # posts in each thread, where there are not enough for so many threads of 30
BESIDE = 20  # posts of the other workspace
EVERY = 0.5  # seconds from one of them to the next
PLACES = 4  # its channels, so that none of them comes too fast
CALL, STALL, SELDOM = 0.3, 3.0, 0.1  # seconds of a call, of one that takes long, and how many of the storm's do
FOR_EVER = 10**9


async def limited(stage: Stage, size: int) -> Outcome:
    """`size` posts: cards and lines, each thread in a channel of its own, so that only places are short."""
    async with sending(stage, teams=2) as post:
        stormy, calm = post.teams
        chance, slow = random.Random(11), stormy.space.app["bot_token"]

        def takes(token: str) -> float:
            return STALL if token == slow and chance.random() < SELDOM else CALL

        async with flowing(post, takes) as flow:
            beside = Beside(flow, calm, [await post.file(f"beside {n}", calm, f"beside-{n}") for n in range(PLACES)])
            await flow.empty()
            await beside.speaks("alone")
            await flow.empty()
            history, threads = await _storm(post, stormy, size)
            flow.delivery.nudge()
            await flow.passes(1)
            crowded = await beside.speaks("beside", stormy)
            waiting = books.waiting(post.url)
            await flow.empty()
        outcome = Outcome(len(stormy.space.faults.happened))
        outcome.findings += history.compare(stormy.notes())
        cards = [root for n in range(threads) for root in stormy.roots(stormy.channel(f"shop-{n}"))]
        outcome.check(len(cards) == threads, f"{len(cards)} cards of {threads}")
        outcome.check(waiting, "the storm was over before the other workspace had spoken")
        outcome.check(crowded > BESIDE / 2, f"the storm had all its places at {crowded} of {BESIDE} messages only")
        alone, during = (beside.waited(name) for name in ("alone", "beside"))
        for said in (alone, during):
            outcome.check(len(said) == BESIDE, f"{len(said)} of {BESIDE} messages of the other workspace")
        outcome.notes.append(f"the storm had all its places at {crowded} of {BESIDE} messages beside it")
        outcome.measured.append(
            Measured("the other workspace's p95 beside it / alone", _p95(during) / _p95(alone), "x", 1.1)
        )
        return outcome


async def _storm(post: Sending, team: Team, size: int) -> tuple[History, int]:
    """What is said at once, and in how many threads."""
    for kind, share in (
        (FaultKind.RESET_BEFORE, 0.025),
        (FaultKind.RESET_AFTER, 0.025),
        (FaultKind.SERVER_ERROR, 0.02),
        (FaultKind.RATE_LIMIT, 0.5),
    ):
        team.space.faults.plan("chat.postMessage", kind, share=share, times=FOR_EVER, seconds=2)
    threads = min(THREADS, size // FEW)
    keys = [await post.file(f"thread {n}", team, f"shop-{n}") for n in range(threads)]
    history = History()
    for number in range(size - threads):
        note, key = f"note {number}", keys[number % threads]
        await post.act(ask.Comment(key, note), team)
        history.done(note, key)
    return history, threads


@dataclass
class Beside:
    """The other workspace: a message every while, in one of its threads after the other."""

    flow: Flow
    team: Team
    keys: list[str]
    at: dict[str, float] = field(default_factory=dict)

    async def speaks(self, name: str, crowd: Team | None = None) -> int:
        """At how many of its messages the crowd had all the places that it can have."""
        crowded = 0
        for number in range(BESIDE):
            crowded += crowd is not None and self.flow.held[crowd.space.team_id] >= OF_ONE
            note = f"note {name}-{number}"
            self.at[note] = self.flow.post.clock.now()
            await self.flow.post.act(ask.Comment(self.keys[number % PLACES], note), self.team)
            self.flow.delivery.nudge()
            await self.flow.passes(EVERY)
        return crowded

    def waited(self, name: str) -> list[float]:
        """Seconds from each act to its line, as the workspace shows it; sorted."""
        lines = [(NOTE.search(str(line["text"])), line) for n in range(PLACES) for line in self._lines(n)]
        return sorted(float(line["ts"]) - self.at[note[0]] for note, line in lines if note and f" {name}-" in note[0])

    def _lines(self, number: int) -> list[Json]:
        return self.team.of_the_bot(self.team.channel(f"beside-{number}"))


def _p95(waits: list[float]) -> float:
    return waits[int(0.95 * len(waits))]


ROWS = (Row("storm", "429 on half of all posts, resets, server errors", limited, 200, 3_000),)
