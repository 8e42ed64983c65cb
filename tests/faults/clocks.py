"""Clocks change, processes are started again, all of them are down for a while: each local date gets its digest once,
and one that comes too late is skipped aloud."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.local_time import instant
from bot.services import requests as ask
from bot.services.digests import stop_digest
from bot.services.outgoing import Sort
from tests.domain.test_schedule import SOME, changes
from tests.faults.history import Effect, History
from tests.faults.outcome import Outcome, Row
from tests.faults.stage import Stage
from tests.jobs.fleet import REPLICAS, Fleet, around, fleet_on
from tests.storage.acting import RUTH

TIMES = ("00:00", "00:30", "01:30", "02:00", "02:30", "03:00", "09:00", "23:30")
PLAIN = date(2026, 7, 1)
START = datetime(2025, 1, 1, tzinfo=UTC)
FEW = 2  # changes of each zone at the small size
DOWN = timedelta(hours=5)


@dataclass
class Played:
    """`sent` in the order of their sending; `skipped`: how many days nobody ticked in time."""

    history: History = field(default_factory=History)
    sent: list[Effect] = field(default_factory=list)
    changes: int = 0
    restarts: int = 0
    skipped: int = 0


async def everywhere(stage: Stage, size: int) -> Outcome:
    """`size` zones, the awkward ones first, on one process with SQLite and on four with PostgreSQL."""
    zones = [*SOME, *sorted(available_timezones() - set(SOME))][:size]
    outcome = Outcome(0)
    with stage.postgres() as postgres:
        for url, replicas in ((stage.sqlite(), 1), (postgres, REPLICAS)):
            async with fleet_on(url, START, replicas) as fleet:
                await _played(fleet, zones, len(zones) <= len(SOME), outcome)
    return outcome


async def _played(fleet: Fleet, zones: list[str], few: bool, outcome: Outcome) -> None:
    played, chance = Played(), random.Random(2026)
    for name in zones:
        known = changes(ZoneInfo(name))
        for change in [*(chance.sample(known, min(FEW, len(known))) if few else known), PLAIN]:
            await _around(fleet, name, change, chance, played)
        await _down(fleet, name, played)
    outcome.injected += played.changes + played.restarts
    outcome.findings += played.history.compare(played.sent)
    rows = fleet.rows()
    outcome.check(rows[Sort.DIGEST] == len(played.sent), f"{rows[Sort.DIGEST]} digests for {len(played.sent)} slots")
    outcome.check(rows[Sort.NOTICE] == played.skipped, f"{rows[Sort.NOTICE]} notices of {played.skipped} skipped days")
    said = f"{fleet.replicas} replicas: {len(played.sent)} dates, {played.restarts} restarts, {played.skipped} skipped"
    outcome.notes.append(said)


async def _around(fleet: Fleet, name: str, change: date, chance: random.Random, played: Played) -> None:
    """Three days, on the second of which the clock changes."""
    zone, at, channel = ZoneInfo(name), chance.choice(TIMES), f"C-{name}-{change}"
    days = around(change)
    _plan(fleet, name, at, channel, instant(days[0], time.fromisoformat(at), zone))
    end = instant(days[-1], time.fromisoformat(at), zone) + timedelta(hours=2)
    while fleet.clock.at < end:
        fleet.clock.forward(minutes=chance.choice([20, 60, 180]))
        if chance.random() < 0.1:
            played.restarts += 1
            await asyncio.to_thread(fleet.restart, chance.randrange(fleet.replicas))
        await fleet.tick()
    played.changes += 1
    _write(fleet, channel, days, played)


async def _down(fleet: Fleet, name: str, played: Played) -> None:
    """Nobody ticks from before one slot until it is too late; the next day all is well."""
    channel, slot = f"C-{name}-down", instant(PLAIN, time(9), ZoneInfo(name))
    _plan(fleet, name, "09:00", channel, slot)
    fleet.clock.at = slot + DOWN
    await fleet.tick()
    played.skipped += 1
    fleet.clock.at = slot + timedelta(days=1, minutes=1)
    await fleet.tick()
    _write(fleet, channel, [PLAIN + timedelta(days=1)], played)


def _plan(fleet: Fleet, name: str, at: str, channel: str, first: datetime) -> None:
    fleet.clock.at = first - timedelta(minutes=5)
    fleet.plan(name, at, channel)


def _write(fleet: Fleet, channel: str, days: list[date], played: Played) -> None:
    for day in days:
        played.history.done(f"{channel} {day}", channel)
    played.sent += [Effect(f"{channel} {day}", channel) for day in fleet.slots(channel)]
    fleet.workspace.act(lambda uow: stop_digest(uow, ask.StopDigest(channel=channel)), RUTH)


ROWS = (Row("clocks", "clock changes, restarts, processes down for hours", everywhere, len(SOME), 600),)
