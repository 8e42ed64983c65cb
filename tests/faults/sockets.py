"""Socket Mode dies: dropped without a word, told to go, refused when it comes back. People speak meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.clock import SystemClock
from bot.sandbox.faults import FaultKind
from tests.faults import books
from tests.faults.history import History, Seen
from tests.faults.outcome import Measured, Outcome, Row
from tests.faults.people import Thread, acknowledged, says, threads
from tests.faults.serving import Bot, Shop, bots, shop
from tests.faults.stage import PATIENCE, Stage, until

BOTH = 2
OPENING = "apps.connections.open"
# What Slack says of the way back, one after the other; None lets it be.
BACK: tuple[tuple[FaultKind, dict[str, Any]] | None, ...] = (
    None,
    (FaultKind.RATE_LIMIT, {"seconds": 1.0}),
    (FaultKind.SERVER_ERROR, {}),
    (FaultKind.RESET_BEFORE, {}),
    (FaultKind.ERROR, {"code": "internal_error"}),
)
REASONS = ("", "refresh_requested", "warning")
ANSWER = 3.0  # seconds that Slack waits for an answer; a longer pause is one between two tries
LIMIT = 30.0  # seconds until both connections stand again


class Patient(SystemClock):
    """Slack's: what could not be delivered comes again when the bot is back; its minutes last no longer."""

    def __init__(self) -> None:
        self.back: Callable[[], Awaitable[bool]] | None = None

    async def sleep(self, seconds: float) -> None:
        if self.back is None or seconds <= ANSWER:
            await super().sleep(seconds)
            return
        end = self.now() + min(seconds, LIMIT)
        while self.now() < end and not await self.back():
            await super().sleep(0.05)


async def dropped(stage: Stage, size: int) -> Outcome:
    """`size` times every connection ends."""
    room = stage.room()
    url = stage.sqlite(room)
    clock = Patient()
    async with shop(sockets=True, clock=clock) as town, bots(town, room, url, sockets=True) as (bot,):
        filings, comments = History(), History()
        await _connected(town)
        (there,) = await threads(town, 1, filings)
        waits = [await _one(town, clock, there, number, comments) for number in range(size)]
        outcome = Outcome(size)
        await _stays_away(town, bot, outcome)
        await books.drained(url)
        acknowledged(town, comments)
        outcome.findings += comments.compare(books.commented(url, town.space.team_id))
        silent = len(comments.operations) - comments.count(Seen.OK)
        outcome.check(not silent, f"{silent} replies were never acknowledged")
        waits.sort()
        outcome.measured.append(Measured("both connections again, p99", waits[int(0.99 * (size - 1))], limit=LIMIT))
        return outcome


async def _one(town: Shop, clock: Patient, there: Thread, number: int, comments: History) -> float:
    """Seconds until both connections stand again. Somebody speaks before it, in the moment of it, and behind it."""
    fault, sockets = BACK[number % len(BACK)], town.space.delivery.sockets
    if fault is not None:
        town.space.faults.plan(OPENING, fault[0], **fault[1])
    says(town, there, f"before {number}", comments)
    gone = set(sockets.connections)

    async def back() -> bool:
        return len(set(sockets.connections) - gone) >= BOTH

    clock.back = back
    if reason := REASONS[number % len(REASONS)]:
        await sockets.disconnect(reason, end=True)
    else:
        await sockets.drop()
    says(town, there, f"in the moment of {number}", comments)
    began = time.monotonic()
    await until(back, f"both connections stand again after drop {number}")
    waited = time.monotonic() - began
    says(town, there, f"behind {number}", comments)
    await town.space.settled(PATIENCE)
    return waited


async def _connected(town: Shop) -> None:
    async def both() -> bool:
        return len(town.space.delivery.sockets.connections) >= BOTH

    await until(both, "both connections stand")


async def _stays_away(town: Shop, bot: Bot, outcome: Outcome) -> None:
    """While no connection can be had `/readyz` is red and says why; afterwards it is green again."""
    away = town.space.faults.plan(OPENING, FaultKind.ERROR, code="service_unavailable", times=10**9)
    await town.space.delivery.sockets.drop()
    told: list[str] = []

    async def red() -> bool:
        status, body = await bot.asked("/readyz")
        told[:] = [str(check["reason"]) for check in body.get("checks", ()) if check["name"] == "socket"]
        return status == 503 and any("service_unavailable" in reason for reason in told)

    async def green() -> bool:
        return (await bot.asked("/readyz"))[0] == 200

    await until(red, "/readyz is red and says why")
    outcome.check(any("no connection for" in reason for reason in told), f"/readyz says {told}")
    away.times = 0
    await until(green, "/readyz is green again")
    await asyncio.gather(_connected(town))


ROWS = (Row("sockets", "Socket Mode dies: dropped, told to go, refused on the way back", dropped, 3, 200),)
