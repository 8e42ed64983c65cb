"""The outbox on a real store, delivered by the real courier to embedded workspaces, all on one clock that is put
forward to the hour of what waits: hours pass in seconds, and nothing sleeps."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.values import Surface
from bot.jobs.alarm import ClockAlarm
from bot.jobs.delivery import Delivery
from bot.jobs.office import Office
from bot.manifest import build_manifest
from bot.sandbox.clock import ManualClock
from bot.sandbox.people.people import People as Persons
from bot.sandbox.server import serve
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace as Space
from bot.services import requests as ask
from bot.services.context import Context
from bot.services.notifications import notify
from bot.slack.answers import Answer
from bot.slack.gateway import SlackGateway
from bot.slack.people import People
from handlers.acting import USE_CASES
from storage.across_teams import next_due
from storage.database import Store, open_store
from storage.deliveries import SqlOutboxStore
from storage.unit_of_work import SqlUnitsOfWork
from tests.faults.history import Effect
from tests.faults.stage import Stage
from tests.jobs.post import SpaceClock, Tokens
from tests.scenarios.town import is_card

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
# Nothing may take longer than this of the workspaces' time: after a day a row is given up.
LONGEST = timedelta(hours=23)
NOTE = re.compile(r"note [\w-]+")


@dataclass
class Team:
    """A workspace with two people in `shop`, and the bot."""

    space: Space
    tess: str
    devon: str
    act: Persons = field(init=False)

    def __post_init__(self) -> None:
        self.act = Persons(self.space)

    def channel(self, name: str = "shop") -> str:
        """Its id; it is made when it is first named."""
        try:
            return str(self.space.named(name)["id"])
        except KeyError:
            return self.space.add_channel(name, [self.tess, self.devon])

    def of_the_bot(self, channel: str) -> list[Json]:
        """Oldest first."""
        return [m for m in self.space.state.messages[channel].values() if m.get("bot_id")]

    def roots(self, channel: str) -> list[Json]:
        return [m for m in self.of_the_bot(channel) if m.get("thread_ts") in (None, m["ts"])]

    def notes(self) -> list[Effect]:
        """Every `note N` that the bot says, by thread, in the order of their standing there."""
        said = [m for channel in self.space.state.channels for m in self.of_the_bot(channel) if not is_card(m)]
        found = ((NOTE.search(str(m["text"])), m) for m in sorted(said, key=lambda m: float(m["ts"])))
        return [Effect(note[0], str(m.get("thread_ts"))) for note, m in found if note]


@dataclass(frozen=True, slots=True)
class Roads:
    """Each token leads to its own workspace."""

    by_token: Mapping[str, SlackGateway]

    async def call(
        self, token: str, method: str, payload: Mapping[str, Any], *, deadline: float | None = None
    ) -> Answer:
        return await self.by_token[token].call(token, method, payload, deadline=deadline)

    async def send(self, url: str, *, content: bytes | None = None, message: Mapping[str, Any] | None = None) -> Answer:
        return await next(iter(self.by_token.values())).send(url, content=content, message=message)


@dataclass
class Sending:
    url: str
    teams: list[Team]
    clock: ManualClock
    store: Store
    units: SqlUnitsOfWork
    office: Office
    delivery: Delivery

    @property
    def team(self) -> Team:
        return self.teams[0]

    async def act(self, request: Any, team: Team | None = None, channel: str | None = None) -> Any:
        """Devon does it by command; what its use case answers."""
        here = team or self.team
        context = Context(here.space.team_id, here.devon, Surface.COMMAND, channel)
        return await self.units.perform(context, lambda uow: USE_CASES[type(request)](uow, request))

    async def file(
        self, title: str, team: Team | None = None, channel: str = "shop", *, from_message: bool = False
    ) -> str:
        """Its key. With `from_message` somebody says the title first, and the card stands in that thread."""
        here = team or self.team
        where = here.channel(channel)
        evidence: tuple[ask.Evidence, ...] = ()
        if from_message:
            evidence = (ask.Evidence(where, here.act.talk.say(here.tess, where, title), here.tess, title),)
        request = ask.FileDefect(title, evidence=evidence, in_thread=from_message, home=where)
        key: str = (await self.act(request, here, where)).defect.key
        return key

    async def passes(self, seconds: float) -> None:
        """What waits is tried at its hour."""
        end = self.clock.now() + seconds
        while self.clock.now() < end:
            await self.delivery.flush()
            due = await self.store.read(next_due)
            self.clock.move_to(end if due is None else min(end, due.timestamp() + 0.001))

    async def empty(self) -> float:
        """Until nothing waits; how many seconds of the workspaces' time that took."""
        began, end = self.clock.now(), self.clock.now() + LONGEST.total_seconds()
        while True:
            await self.delivery.flush()
            due = await self.store.read(next_due)
            if due is None:
                return self.clock.now() - began
            assert due.timestamp() < end, "something waits for ever"
            self.clock.move_to(due.timestamp() + 0.001)


@asynccontextmanager
async def sending(stage: Stage, teams: int = 1) -> AsyncIterator[Sending]:
    """The workspaces tell the bot of nothing: it only speaks."""
    clock, url = ManualClock(MONDAY.timestamp()), stage.sqlite()
    ours, store = SpaceClock(clock), open_store(url)
    async with AsyncExitStack() as stack:
        stack.callback(store.close_sync)
        made: list[Team] = []
        roads: dict[str, SlackGateway] = {}
        for number in range(teams):
            space = Space(build_manifest(url="https://bot.example"), seed=number, clock=clock)
            space.silent = True
            base = await stack.enter_async_context(serve(space))
            roads[space.app["bot_token"]] = await stack.enter_async_context(SlackGateway(f"{base}/api/", timeout=15))
            made.append(Team(space, space.add_person("tess", "Tess"), space.add_person("devon", "Devon")))
        road = Roads(roads)
        tokens = Tokens({team.space.team_id: team.space.app["bot_token"] for team in made})
        units = SqlUnitsOfWork(store, ours, notify)
        office = Office(road, tokens, units, People(road, clock.now), ours, random.Random(7).random)
        delivery = Delivery(SqlOutboxStore(store, units, ours), office, ClockAlarm(ours))
        yield Sending(url, made, clock, store, units, office, delivery)
