"""The workspace: who and what there is, and the few changes that everything else is made of."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox import ids
from bot.sandbox.clock import Clock, SystemClock
from bot.sandbox.delivery.post_office import PostOffice
from bot.sandbox.delivery.sockets import SocketRoad
from bot.sandbox.errors import SlackError
from bot.sandbox.faults import Faults
from bot.sandbox.feed import Feed
from bot.sandbox.ids import Ids
from bot.sandbox.limit import Limit
from bot.sandbox.state import records
from bot.sandbox.state.model import State
from bot.sandbox.state.persistence import Disk
from bot.sandbox.state.threads import Threads
from bot.sandbox.types import Json

# What a person may be offered, and how Slack names it, is the manifest's business.
NO_MANIFEST: Json = {"features": {}, "oauth_config": {}, "settings": {}}


class Workspace:
    """`path`: where it is kept between runs; None forgets. `manifest`: the app's, in Slack's manifest shape."""

    def __init__(
        self,
        manifest: Json | None = None,
        *,
        path: Path | None = None,
        clock: Clock | None = None,
        name: str = "Harbor Shop",
        seed: int | None = None,
    ) -> None:
        self.clock = clock or SystemClock()
        self.ids = Ids(random.Random(seed))
        self.disk = Disk(path)
        self.feed = Feed()
        self.faults = Faults(random.Random(seed))
        self.limit = Limit()
        self.base_url = ""
        # While history is written the app is told of nothing.
        self.silent = False
        # Every Web API call that was answered: method, arguments.
        self.calls: list[tuple[str, Json]] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        loaded = self.disk.load()
        self.fresh = loaded is None
        self.state = loaded or self._new(name)
        self.state.forget_what_was_open()
        self.threads = Threads(self.state.messages)
        if manifest is not None:
            self.state.app["manifest"] = manifest
        sockets = SocketRoad(str(self.app["id"]), self.ids)
        self.delivery = PostOffice(self.app, sockets, self.faults, self.clock, random.Random(seed))

    def _new(self, name: str) -> State:
        state = State()
        team = self.ids.make("T")
        state.teams[team] = {"id": team, "name": name, "domain": name.lower().replace(" ", "-")}
        app_id = self.ids.make("A")
        state.app = {
            "id": app_id,
            "team_id": team,
            "bot_id": self.ids.make("B"),
            "bot_user_id": self.ids.make("U"),
            "verification_token": ids.secret(12),
            "signing_secret": ids.secret(),
            "bot_token": ids.bot_token(),
            "app_token": ids.app_token(app_id),
            "manifest": NO_MANIFEST,
        }
        user_id = str(state.app["bot_user_id"])
        bot = records.person(user_id, team, "countersign", "Countersign", now=self.clock.now(), is_bot=True)
        state.users[bot["id"]] = bot
        return state

    # --- who and what there is

    @property
    def app(self) -> Json:
        return self.state.app

    @property
    def team_id(self) -> str:
        return str(self.app["team_id"])

    @property
    def team(self) -> Json:
        return self.state.teams[self.team_id]

    @property
    def bot_user_id(self) -> str:
        return str(self.app["bot_user_id"])

    @property
    def features(self) -> Json:
        features: Json = self.app["manifest"].get("features", {})
        return features

    @property
    def scopes(self) -> set[str]:
        return set(self.app["manifest"].get("oauth_config", {}).get("scopes", {}).get("bot", ()))

    @property
    def bot_events(self) -> set[str]:
        subscriptions = self.app["manifest"].get("settings", {}).get("event_subscriptions", {})
        return set(subscriptions.get("bot_events", ()))

    def user(self, user_id: str) -> Json:
        if user_id not in self.state.users:
            raise SlackError("user_not_found")
        return self.state.users[user_id]

    def channel(self, channel_id: str) -> Json:
        """As the app sees it: a private conversation that it is not in does not exist. Raises channel_not_found."""
        found = self.state.channels.get(channel_id)
        hidden = found is not None and (found.get("is_private") or found.get("is_im"))
        if found is None or (hidden and not self.is_member(channel_id, self.bot_user_id)):
            raise SlackError("channel_not_found")
        return found

    def named(self, channel: str) -> Json:
        """By id or `#name`; for people and tests. Raises KeyError."""
        if channel in self.state.channels:
            return self.state.channels[channel]
        for each in self.state.channels.values():
            if each["name"] == channel.lstrip("#"):
                return each
        raise KeyError(channel)

    def is_member(self, channel_id: str, user_id: str) -> bool:
        return user_id in self.state.members.get(channel_id, ())

    def message(self, channel_id: str, ts: str) -> Json:
        found = self.state.messages.get(channel_id, {}).get(ts)
        if found is None:
            raise SlackError("message_not_found")
        return found

    def thread(self, channel_id: str, thread_ts: str) -> list[Json]:
        """The parent and its replies, oldest first."""
        messages = self.state.messages.get(channel_id, {})
        return [messages[ts] for ts in self.threads.in_order(channel_id, thread_ts) if ts in messages]

    def serve_at(self, base_url: str) -> None:
        """The addresses of files follow it when the port is another than last time."""
        self.base_url = base_url
        for file in self._files():
            for name in ("url_private", "url_private_download"):
                file[name] = base_url + urlsplit(file[name])._replace(scheme="", netloc="").geturl()

    def _files(self) -> Iterator[Json]:
        yield from self.state.files.values()
        for messages in self.state.messages.values():
            for message in messages.values():
                yield from message.get("files", ())

    # --- how they come to be

    def add_person(self, name: str, real_name: str, *, title: str = "", team: str | None = None) -> str:
        record = records.person(self.ids.make("U"), team or self.team_id, name, real_name, now=self.clock.now())
        record["profile"]["title"] = title
        self.state.users[record["id"]] = record
        return str(record["id"])

    def add_channel(
        self, name: str, members: list[str], *, private: bool = False, im: bool = False, bot: bool = True
    ) -> str:
        prefix = "D" if im else "C"
        channel_id = self.ids.make(prefix)
        creator = members[0] if members else self.bot_user_id
        self.state.channels[channel_id] = records.channel(
            channel_id, self.team_id, name, creator, now=self.clock.now(), private=private, im=im
        )
        self.state.members[channel_id] = [*members, *([self.bot_user_id] if bot else [])]
        self.state.messages[channel_id] = {}
        self.feed.emit("channel", channel=channel_id)
        return channel_id

    def direct_channel(self, person: str) -> str:
        """The person's conversation with the app, opened when first needed."""
        for channel_id, channel in self.state.channels.items():
            if channel["is_im"] and set(self.state.members[channel_id]) == {person, self.bot_user_id}:
                return channel_id
        channel_id = self.add_channel("directmessage", [person], im=True)
        self.state.channels[channel_id]["user"] = person
        return channel_id

    def next_ts(self) -> str:
        """A message's id is its time; two messages never share one."""
        self.state.last_ts = max(self.state.last_ts + 1, int(self.clock.now() * 1_000_000))
        return f"{self.state.last_ts // 1_000_000}.{self.state.last_ts % 1_000_000:06d}"

    def changed(self, kind: str, channel: str | None = None, user: str | None = None, **data: object) -> None:
        """Tells who watches, and writes it down soon."""
        self.feed.emit(kind, channel=channel, user=user, **data)
        self.disk.later(self.state)

    # --- work in the background

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self, deadline: float = 10.0) -> None:
        """Until every delivery that is under way has ended. TimeoutError after `deadline` real seconds."""
        async with asyncio.timeout(deadline):
            while self._tasks:
                await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.delivery.close()
        self.disk.close(self.state)
