"""Socket Mode dies: dropped without a word, told to go, refused when it comes back. People speak meanwhile."""

from __future__ import annotations

import asyncio
import time
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
LIMIT = 30.0  # seconds until both connections stand again


class Patient(SystemClock):
    """Slack's: what could not be delivered comes again soon, and not before the bot had a chance to be back."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(min(seconds, 8.0))


async def dropped(stage: Stage, size: int) -> Outcome:
    """`size` times every connection ends."""
    room = stage.room()
    url = stage.sqlite(room)
    async with shop(sockets=True, clock=Patient()) as town, bots(town, room, url, sockets=True) as (bot,):
        filings, comments = History(), History()
        await _connected(town)
        (there,) = await threads(town, 1, filings)
        waits = [await _one(town, there, number, comments) for number in range(size)]
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


async def _one(town: Shop, there: Thread, number: int, comments: History) -> float:
    """Seconds until both connections stand again. Somebody speaks before it, in the moment of it, and behind it."""
    fault, sockets = BACK[number % len(BACK)], town.space.delivery.sockets
    if fault is not None:
        town.space.faults.plan(OPENING, fault[0], **fault[1])
    says(town, there, f"before {number}", comments)
    gone = set(sockets.connections)
    if reason := REASONS[number % len(REASONS)]:
        await sockets.disconnect(reason, end=True)
    else:
        await sockets.drop()
    says(town, there, f"in the moment of {number}", comments)
    began = time.monotonic()

    async def back() -> bool:
        return len(set(sockets.connections) - gone) >= BOTH

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
