"""All that the handlers work with; `bot/app.py` fills it in."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.services.context import Clock
from bot.services.ports import UnitsOfWork
from bot.slack.answers import Answer, SlackPort
from bot.slack.channels import Channels
from bot.slack.people import Person
from handlers.later import Later
from handlers.modals.sheets import Sheets


class Slack(SlackPort, Protocol):
    async def send(self, url: str, *, content: bytes | None = None, message: Mapping[str, Any] | None = None) -> Answer:
        """A POST without a token: answers to a `response_url`."""
        ...


class Directory(Protocol):
    """Who is who."""

    async def person(self, token: str, team_id: str, user_id: str) -> Person: ...

    async def called(self, token: str, team_id: str, word: str) -> tuple[Person, ...] | Answer: ...

    async def learn(self, token: str, team_id: str) -> None: ...

    def known_as(self, team_id: str, word: str) -> tuple[Person, ...] | None:
        """From memory; None when nobody was listed yet."""
        ...

    def known(self, team_id: str) -> tuple[Person, ...]:
        """Everybody whom memory holds."""
        ...


class Roads(Protocol):
    """The ways to Slack on which nothing is sent because it said that it takes nothing there."""

    async def open(self, team_id: str, channel: str | None = None) -> None:
        """That channel, or the workspace, takes messages again: what was kept for it is sent."""
        ...

    async def close(self, team_id: str, code: str) -> None:
        """The workspace removed us. `code`: what Slack answers from now on, or REMOVED. Raises what the store
        raises."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """`deadline`: seconds until a person is answered, whatever happens; Slack waits 3. `unhurried`: for what nobody
    waits for. `pause`: how a request waits so many seconds for that."""

    units: UnitsOfWork
    unhurried: UnitsOfWork
    clock: Clock
    slack: Slack
    people: Directory
    channels: Channels
    roads: Roads
    later: Later = field(default_factory=Later)
    sheets: Sheets = field(default_factory=Sheets)
    deadline: float = 2.5
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
