"""People delete the message that a thread hangs on, or our card, in the moment in which something is said there."""

from __future__ import annotations

from sqlalchemy import select

from bot.jobs.senders import NO_THREAD_LASTED
from bot.sandbox.faults import FaultKind
from bot.services import requests as ask
from bot.services.delivery import State
from storage.tables import outbox
from tests.faults import books
from tests.faults.history import History, Seen
from tests.faults.outcome import Outcome, Row
from tests.faults.sending import Sending, sending
from tests.faults.stage import Stage
from tests.scenarios.town import is_card

SHARE = 0.25  # of the threads lose their parent
LINES = 3  # in each thread
HOME = "home"


async def deleted(stage: Stage, size: int) -> Outcome:
    """`size` parents of four times as many threads; and every eighth card that still stands."""
    async with sending(stage) as post:
        space, shop, home = post.team.space, post.team.channel(), post.team.channel(HOME)
        await post.act(ask.SetUp(shop, "DEF", home_channel=home))
        history, threads = History(), round(size / SHARE)
        keys = [await post.file(f"thread {n}", from_message=True) for n in range(threads)]
        before = await post.empty()
        space.faults.plan("chat.postMessage", FaultKind.DELETE_PARENT, share=SHARE, times=size)
        cards = await _say(post, keys, history, 0)
        # What is said from now on stands, so that nobody's deleting it is counted as our loss.
        space.faults.script.clear()
        for card in cards[::8]:
            # Whoever may delete our message; Slack does not tell us of that.
            space.state.messages[shop].pop(str(card["ts"]), None)
        for number in range(1, LINES):
            await _say(post, keys, history, number)
        for key in keys:
            await post.act(ask.Claim(key))
        await post.empty()
        outcome = Outcome(len(space.faults.happened), notes=[f"{threads} threads", f"filed in {before:.0f} s"])
        given_up = _given_up(post)
        for note in given_up:
            history.end(note, Seen.UNKNOWN)
        outcome.check(len(given_up) <= size // 10, f"{len(given_up)} lines were given up")
        outcome.notes += [f"{len(given_up)} given up"] if given_up else []
        outcome.findings += history.compare(post.team.notes())
        strays = post.team.roots(shop)
        outcome.check(not strays, f"{len(strays)} strays left")
        live = [message for channel in (shop, home) for message in post.team.of_the_bot(channel) if is_card(message)]
        claimed = [card for card in live if "Devon" in str(card["text"])]
        outcome.check(len(claimed) == threads, f"{len(claimed)} cards of {threads} are up to date")
        outcome.check(post.team.roots(home), "no card moved home")
        return outcome


def _given_up(post: Sending) -> list[str]:
    """Lines that lost three threads in a row, each within the moment of being said there: kept as dead, and said no
    more. The fault hits one in four, so one in 64 meets it three times."""
    dead = select(outbox.c.body).where(outbox.c.state == State.DEAD.value, outbox.c.reason == NO_THREAD_LASTED)
    rows = books.read(post.url, lambda connection: list(connection.scalars(dead)))
    return [str(body["facts"]["note"]) for body in rows]


async def _say(post: Sending, keys: list[str], history: History, number: int) -> list[dict[str, object]]:
    """One line in each thread; the cards in the shop then."""
    for key in keys:
        note = f"note {key}-{number}"
        await post.act(ask.Comment(key, note))
        history.done(note, key)
    await post.empty()
    return [message for message in post.team.of_the_bot(post.team.channel()) if is_card(message)]


ROWS = (Row("parents", "the parent message, or the card, is deleted", deleted, 10, 500),)
