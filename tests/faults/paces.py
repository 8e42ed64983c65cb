"""Several `countersign serve` post into one channel, each at its own pace: Slack tells both to wait."""

from __future__ import annotations

import asyncio

from bot.sandbox.limit import Limit
from tests.faults import books
from tests.faults.history import History, Seen
from tests.faults.outcome import Outcome, Row
from tests.faults.people import seen_in, types
from tests.faults.serving import Hurried, Shop, bots, shop
from tests.faults.stage import Stage
from tests.scenarios.reading import words

REPLICAS = 2
LANES = 4  # defects that are commented on; each is one lane of the outbox
BURST = 4  # messages that a channel takes at once


async def together(stage: Stage, size: int) -> Outcome:
    """`size` posts in one channel: cards and lines."""
    with stage.postgres() as url:
        async with shop(clock=Hurried()) as town, bots(town, stage.room(), url, REPLICAS):
            filings, comments = History(), History()
            town.space.limit = Limit(BURST)
            await asyncio.gather(*(types(town, n, f"lane {n}", filings) for n in range(LANES)))
            await asyncio.gather(*(_talk(town, n, size // LANES - 1, comments) for n in range(LANES)))
            await books.drained(url)
            outcome = Outcome(town.space.limit.refused)
            outcome.findings += filings.compare(books.filed(url, town.space.team_id))
            outcome.findings += filings.compare(books.cards(town.space))
            outcome.findings += comments.compare(books.commented(url, town.space.team_id))
            outcome.findings += books.spoken(url, town.space)
            outcome.wrong += books.unsound(url, town.space.team_id)
            done = filings.count(Seen.OK) + comments.count(Seen.OK)
            outcome.check(done > size / 2, f"only {done} of {size} acts were confirmed")
            outcome.notes.append(f"{done} acts confirmed")
            return outcome


async def _talk(town: Shop, place: int, turns: int, comments: History) -> None:
    """From outside the thread, which hears of each comment in one line."""
    for turn in range(turns):
        text = f"turn {turn} on {place}"
        comments.begin(text, f"DEF-{place + 1}")
        line = f"/defect comment DEF-{place + 1} {text}"
        said = await town.act.commands.slash(town.people[place % len(town.people)], town.channels[0], line)
        shown = words(said.shown)
        comments.end(text, Seen.OK if "Noted on" in shown else seen_in(shown, said.ok))


ROWS = (Row("replica-pace", "2 replicas post into a channel that takes 1 message/s", together, 20, 300),)
