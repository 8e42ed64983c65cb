"""What Slack, the network and people send again, in any order, to two processes on one PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from bot.sandbox.delivery.http import HttpRoad, encode
from bot.sandbox.faults import FaultKind
from bot.sandbox.types import Json
from tests.faults import books
from tests.faults.history import History, Seen
from tests.faults.outcome import Outcome, Row
from tests.faults.people import Thread, acknowledged, says, threads, types
from tests.faults.serving import Bot, Hurried, Shop, bots, shop
from tests.faults.stage import Stage

CROWD = 50  # who act at once
REPLICAS = 2


async def delivered_again(stage: Stage, size: int) -> Outcome:
    """`size` replies in threads; beside them a tenth as many commands, each clicked twice or replayed to the byte."""
    with stage.postgres() as url:
        async with shop(4, clock=Hurried()) as town, bots(town, stage.room(), url, REPLICAS) as both:
            filings, comments = History(), History()
            there = await threads(town, 8, filings)
            seen = len(town.space.delivery.log)
            town.space.faults.plan("message", FaultKind.SCATTER, times=4 * size, count=3, seconds=0.3)
            # Slack's first try never arrived: the one that bears X-Slack-Retry-Num is all there is.
            town.space.faults.plan("message", FaultKind.LOSE, times=4 * size, share=0.1)
            town.space.faults.plan("slash_command", FaultKind.REPEAT, times=size, count=2)
            for start in range(0, size, CROWD):
                wave = range(start, min(start + CROWD, size))
                await _wave(town, both, there, wave, filings, comments)
            sent = len(town.space.delivery.log) - seen
            await books.drained(url)
            acknowledged(town, comments)
            return _judged(url, town, filings, comments, sent - size)


async def _wave(
    town: Shop, both: list[Bot], there: list[Thread], wave: Iterable[int], filings: History, comments: History
) -> None:
    for number in wave:
        says(town, there[number % len(there)], f"note {number}", comments)
    tenth = [number for number in wave if number % 10 == 0]
    clicked = [types(town, number, f"clicked twice {number}", filings) for number in tenth if number % 20]
    replays = [replayed(town, both, f"replayed {number}", filings) for number in tenth if not number % 20]
    await asyncio.gather(*clicked, *replays)
    await town.space.settled(60)


async def replayed(town: Shop, both: list[Bot], title: str, filings: History) -> None:
    """The same signed bytes at both processes, and once more at each."""
    filings.begin(title)
    payload = town.act.commands.payload(town.people[0], town.channels[0], "/defect", f"new {title}")
    roads = [HttpRoad(f"{bot.address}/slack/events", town.space.app["signing_secret"], Hurried()) for bot in both]
    body, content_type = encode("slash_commands", payload)
    headers = {"Content-Type": content_type} | roads[0].signature(body)
    acks = await asyncio.gather(*(road.post(body, headers) for road in [*roads, *roads]))
    for road in roads:
        await road.close()
    if any("Filed as" in str(ack.body) for ack in acks):
        filings.end(title, Seen.OK)


async def in_eleven_events(stage: Stage, size: int) -> Outcome:
    """github.com/slackapi/node-slack-sdk/issues/2141: one message as eleven events, each with an id of its own."""
    folder = stage.room()
    url = stage.sqlite(folder)
    async with shop(4) as town, bots(town, folder, url):
        filings, comments = History(), History()
        there = await threads(town, 8, filings)
        outcome = Outcome(0)
        for start in range(0, size, CROWD):
            seen = len(town.space.delivery.log)
            for number in range(start, min(start + CROWD, size)):
                says(town, there[number % len(there)], f"note {number}", comments)
            await town.space.settled(60)
            copies = list(_copies(town, seen, comments))
            acks = await asyncio.gather(*map(town.space.delivery.event, copies))
            outcome.injected += len(copies)
            outcome.check(all(ack.ok for ack in acks), "a copy was refused")
        await books.drained(url)
        acknowledged(town, comments)
        judged = _judged(url, town, filings, comments, outcome.injected)
        judged.wrong += outcome.wrong
        return judged


def _copies(town: Shop, seen: int, comments: History) -> Iterable[Json]:
    """Ten more of each message that was delivered since."""
    for each in town.space.delivery.log[seen:]:
        if (each.payload.get("event") or {}).get("text") in comments.operations:
            yield from ({**each.payload, "event_id": town.space.ids.make("Ev")} for _ in range(10))


def _judged(url: str, town: Shop, filings: History, comments: History, again: int) -> Outcome:
    team = town.space.team_id
    outcome = Outcome(again, notes=[f"{len(comments.operations)} replies, {len(filings.operations)} commands"])
    outcome.findings += comments.compare(books.commented(url, team))
    outcome.findings += filings.compare(books.filed(url, team))
    outcome.findings += filings.compare(books.cards(town.space))
    outcome.findings += books.spoken(url, town.space)
    outcome.wrong += books.unsound(url, team)
    # Where all of Slack's tries were lost, or a busy machine took its three seconds, nobody was promised anything.
    for name, history in (("replies", comments), ("commands", filings)):
        silent = len(history.operations) - history.count(Seen.OK)
        outcome.check(silent * 10 < len(history.operations), f"{silent} {name} without an answer")
        outcome.notes += [f"{silent} {name} without an answer"] if silent else []
    return outcome


ROWS = (
    Row("redelivery", "delivered again x1-4, clicked twice, replayed", delivered_again, 500, 10_000),
    Row("eleven", "one message in eleven events with ids of their own", in_eleven_events, 50, 1_000),
)
