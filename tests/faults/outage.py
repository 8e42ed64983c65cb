"""Slack answers nothing for hours; people work on, and afterwards everybody sees where things stand."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.sandbox.faults import FaultKind
from bot.services import requests as ask
from bot.services.delivery import State
from storage.tables import outbox
from tests.faults import books
from tests.faults.history import History
from tests.faults.outcome import Measured, Outcome, Row
from tests.faults.sending import sending
from tests.faults.stage import Stage

CHANNELS = 4
MINUTE, LIMIT = 60.0, 600.0  # seconds


async def away(stage: Stage, size: int) -> Outcome:
    """For `size` minutes; in each a defect is filed, somebody comments on it, and it changes hands twice."""
    async with sending(stage) as post:
        space, history = post.team.space, History()
        space.faults.plan("*", FaultKind.SERVER_ERROR, times=10**9)
        for minute in range(size):
            key = await post.file(f"filed in the dark {minute}", channel=f"shop-{minute % CHANNELS}")
            note = f"note {minute}"
            await post.act(ask.Comment(key, note))
            history.done(note, key)
            for person in (post.team.tess, post.team.devon):
                await post.act(ask.Assign(key, person))
            await post.passes(MINUTE)
        outcome = Outcome(len(space.faults.happened))
        outcome.check(not post.team.notes(), "something was said while Slack was away")
        space.faults.script.clear()
        back = await post.empty()
        outcome.measured.append(Measured("the backlog was gone after", back, limit=LIMIT))
        outcome.findings += history.compare(post.team.notes())
        cards = [root for n in range(CHANNELS) for root in post.team.roots(post.team.channel(f"shop-{n}"))]
        standing = [card for card in cards if "Devon" in str(card["text"])]
        outcome.check(len(cards) == len(standing) == size, f"{len(standing)} of {len(cards)} cards are up to date")
        folded = select(func.count()).where(outbox.c.team_id == space.team_id, outbox.c.state == State.FOLDED.value)
        count = books.read(post.url, lambda connection: connection.execute(folded).scalar_one())
        outcome.check(count, "no stale change of a card was left out")
        outcome.notes.append(f"{count} stale changes folded")
        return outcome


ROWS = (Row("outage", "Slack is down while people work", away, 2, 120),)
