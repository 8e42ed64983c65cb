"""Slack limits, resets and fails half of what is posted in one workspace; another one speaks beside it."""

from __future__ import annotations

from sqlalchemy import select

from bot.sandbox.faults import FaultKind
from bot.services import requests as ask
from bot.services.outgoing import Sort
from storage.tables import outbox
from tests.faults import books
from tests.faults.history import History
from tests.faults.outcome import Measured, Outcome, Row
from tests.faults.sending import Sending, Team, sending
from tests.faults.stage import Stage

CHANNELS = 10
POSTS = 30  # in each thread, the card included: 3,000 posts are 100 threads
BESIDE = 20  # posts of the other workspace
FOR_EVER = 10**9


async def limited(stage: Stage, size: int) -> Outcome:
    """`size` posts: cards and lines."""
    async with sending(stage, teams=2) as post:
        stormy, calm = post.teams
        alone = await _beside(post, calm, "alone")
        faults = stormy.space.faults
        for kind, share in (
            (FaultKind.RESET_BEFORE, 0.025),
            (FaultKind.RESET_AFTER, 0.025),
            (FaultKind.SERVER_ERROR, 0.02),
            (FaultKind.RATE_LIMIT, 0.5),
        ):
            faults.plan("chat.postMessage", kind, share=share, times=FOR_EVER, seconds=2)
        threads = -(-size // POSTS)
        keys = [await post.file(f"thread {n}", stormy, f"shop-{n % CHANNELS}") for n in range(threads)]
        history = History()
        for number in range(size - threads):
            note, key = f"note {number}", keys[number % threads]
            await post.act(ask.Comment(key, note), stormy)
            history.done(note, key)
        beside = await _beside(post, calm, "beside")
        outcome = Outcome(len(faults.happened))
        outcome.findings += history.compare(stormy.notes())
        cards = [root for n in range(CHANNELS) for root in stormy.roots(stormy.channel(f"shop-{n}"))]
        outcome.check(len(cards) == threads, f"{len(cards)} cards of {threads}")
        outcome.check(beside[1] == BESIDE, f"{beside[1]} of {BESIDE} messages of the other workspace")
        outcome.measured.append(Measured("the other workspace's p95 beside it / alone", beside[0] / alone[0], "x", 1.1))
        return outcome


async def _beside(post: Sending, team: Team, name: str) -> tuple[float, int]:
    """The p95 in seconds from an act to its line, and how many lines there are. Until everything is said. What was said
    before is long ago."""
    post.clock.advance(60)
    key = await post.file(f"beside {name}", team)
    for number in range(BESIDE):
        await post.act(ask.Comment(key, f"note {name}-{number}"), team)
    await post.empty()
    waits = sorted(waited(post.url, team.space.team_id)[-BESIDE:])
    said = [effect for effect in team.notes() if effect.id.startswith(f"note {name}-")]
    return waits[int(0.95 * len(waits))], len(said)


def waited(url: str, team: str) -> list[float]:
    """Seconds from an act to its line, in the order of the acts."""
    rows = (
        select(outbox.c.created_at, outbox.c.settled_at)
        .where(outbox.c.team_id == team, outbox.c.sort == Sort.LINE.value)
        .order_by(outbox.c.after_seq, outbox.c.id)
    )
    found = books.read(url, lambda connection: connection.execute(rows).all())
    return [(row.settled_at - row.created_at).total_seconds() for row in found]


ROWS = (Row("storm", "429 on half of all posts, resets, server errors", limited, 200, 3_000),)
