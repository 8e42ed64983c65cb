"""Several `countersign serve` on one PostgreSQL: one dies or stands still in mid-call, the others take over."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from functools import partial

from sqlalchemy import Select, select

from bot.jobs.delivery import OF_ONE
from bot.sandbox.faults import FaultKind
from storage.database import Store
from storage.tables.across import across_outbox
from tests.faults import books
from tests.faults.history import History, Seen
from tests.faults.outcome import Measured, Outcome, Row
from tests.faults.people import seen_in, types
from tests.faults.serving import Bot, Hurried, Shop, bots, reached, shop
from tests.faults.stage import Stage, until
from tests.scenarios.reading import words

REPLICAS = 2
LANES = 6  # defects that are commented on; each is one lane of the outbox
EACH = 4  # comments per lane and round
TAKEN_OVER = 30.0  # seconds
LONG = 6.0  # seconds that Slack takes for a call while the fault happens, so that it happens in mid-call
_UNSETTLED = select(across_outbox.c.id).where(across_outbox.c.settled_at.is_(None))
_LEASED = _UNSETTLED.where(across_outbox.c.lease_until.isnot(None))
Strike = Callable[[Shop, list[Bot], Bot], Awaitable[None]]


async def struck(stage: Stage, size: int, strike: Strike, recover: Strike, *, sockets: bool) -> Outcome:
    """`size` times: people file and comment, one of the replicas is struck in mid-call, the others go on."""
    with stage.postgres() as url, books.opened(url) as store:
        async with (
            shop(LANES, sockets=sockets, clock=Hurried()) as town,
            bots(town, stage.room(), url, REPLICAS, sockets=sockets) as crew,
        ):
            filings, comments, waits = History(), History(), list[float]()
            await asyncio.gather(*(types(town, n, f"lane {n}", filings) for n in range(LANES)))
            await books.drained(url)
            for number in range(size):
                victim = crew[number % REPLICAS]
                for method in ("chat.postMessage", "chat.update"):
                    town.space.faults.plan(method, FaultKind.SLOW, seconds=LONG, times=10**6)
                spoken = asyncio.create_task(_talk(town, number, filings, comments))
                await until(partial(_under_way, store), "calls are under way")
                await strike(town, crew, victim)
                town.space.faults.script.clear()
                waits.append(await _taken_over(store))
                await spoken
                await recover(town, crew, victim)
                await books.drained(url)
            return _judged(url, town, filings, comments, size, waits)


async def _talk(town: Shop, number: int, filings: History, comments: History) -> None:
    async def lane(place: int) -> None:
        for turn in range(EACH):
            await _comments(town, place, f"round {number} turn {turn} on {place}", comments)

    crowd = (types(town, place, f"round {number} defect {place}", filings) for place in range(LANES))
    await asyncio.gather(*map(lane, range(LANES)), *crowd)


async def _comments(town: Shop, place: int, text: str, comments: History) -> None:
    """From outside the thread, which hears of it in one line."""
    comments.begin(text, f"DEF-{place + 1}")
    person = town.people[place]
    said = await town.act.commands.slash(person, town.channels[place], f"/defect comment DEF-{place + 1} {text}")
    shown = words(said.shown)
    comments.end(text, Seen.OK if "Noted on" in shown else seen_in(shown, said.ok))


async def _ids(store: Store, rows: Select[tuple[str]]) -> set[str]:
    return await store.read(lambda connection: set(connection.scalars(rows)))


async def _under_way(store: Store) -> bool:
    """More than one process can have in hand, so that each has something."""
    return len(await _ids(store, _LEASED)) > OF_ONE


async def _taken_over(store: Store) -> float:
    """Seconds until everything that was under way at the blow has been settled by somebody."""
    loop = asyncio.get_running_loop()
    began, held = loop.time(), await _ids(store, _LEASED)

    async def settled() -> bool:
        return not held & await _ids(store, _UNSETTLED)

    await until(settled, "the others settle what was under way", 120)
    return loop.time() - began


def _judged(url: str, town: Shop, filings: History, comments: History, size: int, waits: list[float]) -> Outcome:
    team = town.space.team_id
    outcome = Outcome(size, measured=[Measured("taken over within", max(waits), limit=TAKEN_OVER)])
    outcome.findings += filings.compare(books.filed(url, team))
    outcome.findings += filings.compare(books.cards(town.space))
    outcome.findings += comments.compare(books.commented(url, team))
    outcome.findings += books.spoken(url, town.space)
    outcome.wrong += books.unsound(url, team)
    done = comments.count(Seen.OK) + filings.count(Seen.OK)
    outcome.notes.append(f"{done} acts confirmed, {comments.count(Seen.UNKNOWN) + filings.count(Seen.UNKNOWN)} unknown")
    outcome.check(done >= size * LANES, "most acts were not confirmed")
    return outcome


async def _killed(_: Shop, __: list[Bot], victim: Bot) -> None:
    await victim.kill()


async def _started(town: Shop, crew: list[Bot], victim: Bot) -> None:
    await victim.start()
    reached(town, crew)


async def _stopped(_: Shop, __: list[Bot], victim: Bot) -> None:
    assert victim.process is not None
    victim.process.send_signal(signal.SIGSTOP)


async def _continued(_: Shop, __: list[Bot], victim: Bot) -> None:
    """It wakes with calls in hand that others have made meanwhile."""
    assert victim.process is not None
    victim.process.send_signal(signal.SIGCONT)
    await until(partial(_well, victim), "it serves again")


async def _well(bot: Bot) -> bool:
    return (await bot.asked("/readyz"))[0] == 200


ROWS = (
    Row(
        "replica-killed",
        "1 of 2 replicas on PostgreSQL killed in mid-call (HTTP)",
        partial(struck, strike=_killed, recover=_started, sockets=False),
        1,
        20,
    ),
    Row(
        "replica-killed-sockets",
        "1 of 2 replicas killed in mid-call (Socket Mode)",
        partial(struck, strike=_killed, recover=_started, sockets=True),
        1,
        20,
    ),
    Row(
        "replica-frozen",
        "1 of 2 replicas stopped in mid-call, and then goes on",
        partial(struck, strike=_stopped, recover=_continued, sockets=False),
        1,
        20,
    ),
)
