"""Slack refuses for good: archived, deleted, left, not allowed, revoked, uninstalled, a right that was never given."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.faults import FaultKind
from bot.services.roads import ALL
from tests.faults.history import History
from tests.faults.outcome import Outcome, Row
from tests.faults.sending import Sending, sending
from tests.faults.stage import Stage
from tests.scenarios.reading import words

POST, CHANNEL, EVERYTHING = "chat.postMessage", "", "*"
FOR_EVER = 10**9


@dataclass(frozen=True, slots=True)
class Closed:
    """`road`: what the code closes: the channel, the method, or everything; `told`: somebody hears the remedy."""

    code: str
    road: str = CHANNEL
    told: bool = True


CODES = (
    Closed("is_archived"),
    Closed("channel_is_archived"),
    Closed("channel_not_found"),
    Closed("restricted_action"),
    Closed("restricted_action_read_only_channel"),
    Closed("restricted_action_thread_locked"),
    Closed("message_limit_exceeded"),
    Closed("posting_to_channel_denied"),
    # Nothing can be told where nothing can be said.
    Closed("missing_scope", POST, told=False),
    Closed("token_revoked", EVERYTHING, told=False),
    Closed("account_inactive", EVERYTHING, told=False),
    Closed("invalid_auth", EVERYTHING, told=False),
)


async def refused(stage: Stage, size: int) -> Outcome:
    """`size` messages for each code."""
    outcome = Outcome(0)
    for case in CODES:
        async with sending(stage) as post:
            await _one(post, case, size, outcome)
    return outcome


async def _one(post: Sending, case: Closed, size: int, outcome: Outcome) -> None:
    """The first message finds out. The fault is there for whoever tries again, until somebody mends it."""
    space, shop = post.team.space, post.team.channel()
    await post.file("an earlier one")
    await post.empty()
    told_before = len(_told(post))
    fault = space.faults.plan(POST, FaultKind.ERROR, code=case.code, times=1 if case.told else FOR_EVER)
    history = History()
    for number in range(size):
        title = f"{case.code} {number}"
        history.done(title)
        await post.file(title)
        await post.empty()
    outcome.injected += 1
    tries = len(space.faults.happened) + sum(call["channel"] == shop for name, call in space.calls if name == POST) - 1
    outcome.check(tries == 1, f"{case.code}: {tries - 1} tries after the first")
    told = len(_told(post)) - told_before
    outcome.check(told == case.told, f"{case.code}: told {told} times")
    fault.times = 0
    await post.delivery.resume(space.team_id, shop if case.road == CHANNEL else ALL)
    await post.empty()
    cards = [str(card["text"]).partition("  ")[2].splitlines()[0] for card in post.team.roots(shop)]
    shown = [title for title in cards if title in history.operations]
    outcome.check(sorted(shown) == sorted(history.operations), f"{case.code}: shown afterwards {shown}")


def _told(post: Sending) -> list[str]:
    """What Devon heard in person."""
    direct = post.team.space.direct_channel(post.team.devon)
    return [words(message) for message in post.team.of_the_bot(direct)]


ROWS = (Row("closed", "12 codes by which Slack refuses for good", refused, 2, 50),)
