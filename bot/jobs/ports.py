"""What the delivery of the outbox needs of Slack; what it needs of the store is in `bot.services.delivery`."""

from collections.abc import Mapping
from typing import Any, Protocol

from bot.slack.answers import Answer, SlackPort
from bot.slack.people import Person


class Road(SlackPort, Protocol):
    """The Web API, and the addresses that take a POST without a token."""

    async def send(
        self, url: str, *, content: bytes | None = None, message: Mapping[str, Any] | None = None
    ) -> Answer: ...


class Directory(Protocol):
    """Who is who, from a cache, from Slack on a miss."""

    async def person(self, token: str, team_id: str, user_id: str) -> Person: ...


class Tokens(Protocol):
    async def token(self, team_id: str) -> str | None:
        """The bot's token in that workspace; None when it was uninstalled. Raises KeyMissing."""
        ...
