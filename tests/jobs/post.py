"""A workspace of the sandbox, the real gateway, and an outbox to fill and to empty."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.defect import Defect
from bot.domain.events import Scalar
from bot.jobs.alarm import ClockAlarm
from bot.jobs.delivery import Delivery
from bot.jobs.office import Office
from bot.sandbox.clock import ManualClock
from bot.sandbox.people.people import People as Persons
from bot.sandbox.server import serve
from bot.sandbox.workspace import Workspace
from bot.services.outgoing import ANSWER_LIFE, Body, Outgoing, Sort
from bot.services.records import Anchor
from bot.slack.gateway import SlackGateway
from bot.slack.people import People
from tests.domain.defects import filed
from tests.jobs.memory import MemoryStore, Row
from tests.sandbox.conftest import MANIFEST
from tests.slack.showing import view

# Nothing in a test takes longer than this of the workspace's time.
LONGEST = timedelta(hours=26)


@dataclass
class SpaceClock:
    """The workspace's clock as ours."""

    manual: ManualClock

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.manual.now(), UTC)


@dataclass
class Tokens:
    known: dict[str, str]

    async def token(self, team_id: str) -> str | None:
        return self.known.get(team_id)


@dataclass
class Post:
    """`shop` is a channel with the bot and all people in it, `home` another one, the project's home channel."""

    space: Workspace
    clock: ManualClock
    store: MemoryStore
    office: Office
    delivery: Delivery
    tess: str
    devon: str
    shop: str
    home: str
    persons: Persons = field(init=False)

    def __post_init__(self) -> None:
        self.persons = Persons(self.space)

    def report(self, channel: str | None = None) -> str:
        """Tess says something in the channel; the message's ts."""
        return self.persons.talk.say(self.tess, channel or self.shop, "the total is wrong")

    def defect(self, number: int = 42, *, thread_ts: str | None = None, channel: str | None = None) -> Defect:
        """Filed by Tess; from a message when `thread_ts` names one, else a root card."""
        defect = filed(id=f"d-{number}", key=f"SHOP-{number}", reporter=self.tess)
        where = self.shop if channel is None else channel
        shown = view(defect, anchor=Anchor(defect.id, where, thread_ts, None, thread_ts), evidence=())
        shown.project.home_channel = self.home
        self.store.views[defect.id] = shown
        return defect

    def anchor(self, defect: Defect) -> Anchor:
        anchor = self.store.views[defect.id].anchor
        assert anchor is not None
        return anchor

    def card(self, defect: Defect) -> Row:
        body: Body = {"defect_id": defect.id}
        return self.store.put(Outgoing(Sort.CARD, f"defect:{defect.id}", body, fold=f"card:{defect.id}"))

    def line(self, defect: Defect, note: str = "still wrong", *, bulk: bool = False) -> Row:
        body: Body = {
            "defect_id": defect.id,
            "line": "reopened",
            "mention": None,
            "facts": {"actor": self.devon, "note": note},
        }
        return self.store.put(Outgoing(Sort.LINE, f"defect:{defect.id}", body, bulk=bulk))

    def whisper(self, thread_ts: str | None = None) -> Row:
        facts: dict[str, Scalar] = {"key": "SHOP-42", "kind": "defect_assigned", "owner": self.tess}
        body: Body = {"channel": self.shop, "user": self.tess, "template": "receipt", "thread_ts": thread_ts}
        return self.store.put(Outgoing(Sort.EPHEMERAL, "x", {**body, "facts": facts}, life=ANSWER_LIFE))

    async def empty(self) -> None:
        """Delivers until nothing waits, moving the clock to the next due time whenever nothing is due."""
        end = self.office.clock.now() + LONGEST
        while True:
            await self.delivery.flush()
            due = await self.store.next_due()
            if due is None:
                return
            assert due < end, self.store.waiting()
            self.clock.move_to(due.timestamp() + 0.001)

    def said(self, channel: str, thread_ts: str | None = None) -> list[str]:
        """What the bot says there, in order: in the thread, or at the root."""
        messages = [m for m in self.space.state.messages[channel].values() if "bot_id" in m]
        root = [m for m in messages if m.get("thread_ts", m["ts"]) == m["ts"]]
        replies = [m for m in messages if m.get("thread_ts") == thread_ts and m["ts"] != thread_ts]
        return [str(m["text"]).split("\n")[0] for m in (replies if thread_ts else root)]

    def calls(self, method: str) -> list[dict[str, Any]]:
        """Those that had an effect, or were refused by the workspace itself; planned faults before it are not there."""
        return [arguments for name, arguments in self.space.calls if name == method]

    def replica(self) -> Delivery:
        """Another process on the same store, which knows nothing yet of what this one has seen."""
        mine = self.office
        other = Office(mine.slack, mine.tokens, mine.units, mine.people, mine.clock, mine.chance)
        return Delivery(self.store, other, ClockAlarm(mine.clock))

    def with_all_scopes(self) -> None:
        self.space.app["manifest"] = MANIFEST

    def without(self, *scopes: str) -> None:
        """The app as if it had been installed without them."""
        bot = self.space.app["manifest"]["oauth_config"]["scopes"]["bot"]
        changed = {"oauth_config": {"scopes": {"bot": [scope for scope in bot if scope not in scopes]}}}
        self.space.app["manifest"] = {**self.space.app["manifest"], **changed}


@asynccontextmanager
async def post_office(seed: int = 7) -> AsyncIterator[Post]:
    clock = ManualClock(datetime(2026, 11, 23, 9, tzinfo=UTC).timestamp())
    space = Workspace(MANIFEST, seed=seed, clock=clock)
    tess, devon = space.add_person("tess", "Tess Tester"), space.add_person("devon", "Devon Developer")
    shop = space.add_channel("shop-defects", [tess, devon])
    home = space.add_channel("shop-home", [tess, devon])
    async with serve(space) as url, SlackGateway(f"{url}/api/", timeout=15) as gateway:
        ours = SpaceClock(clock)
        store = MemoryStore(space.team_id, ours)
        tokens = Tokens({space.team_id: space.app["bot_token"]})
        people = People(gateway, lambda: clock.now())
        office = Office(gateway, tokens, store, people, ours, random.Random(seed).random)
        yield Post(space, clock, store, office, Delivery(store, office, ClockAlarm(ours)), tess, devon, shop, home)


async def until(condition: Any, deadline: float = 30.0) -> None:
    """Waits for a condition of the workspace; TimeoutError after `deadline` seconds."""
    async with asyncio.timeout(deadline):
        while not condition():  # noqa: ASYNC110 - the condition is the workspace's state, which sets no event
            await asyncio.sleep(0.005)
