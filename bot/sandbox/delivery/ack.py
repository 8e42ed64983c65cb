"""What the app answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from bot.sandbox.types import Json

ACK_LIMIT = 3.0  # seconds, https://docs.slack.dev/interactivity/handling-user-interaction

Status = Literal["acked", "timeout", "refused", "unreachable"]


@dataclass(frozen=True, slots=True)
class Ack:
    """`body`: what came with it, parsed where it was JSON. `seconds`: real time until the answer."""

    status: Status
    body: Json | str | None = None
    http_status: int | None = None
    seconds: float = 0.0
    stop_retrying: bool = False

    @property
    def ok(self) -> bool:
        return self.status == "acked"

    @property
    def json(self) -> Json:
        return self.body if isinstance(self.body, dict) else {}


@dataclass(frozen=True, slots=True)
class Retry:
    """https://docs.slack.dev/apis/events-api/#retries"""

    number: int = 0
    reason: str = ""


class Road(Protocol):
    async def send(self, kind: str, payload: Json, retry: Retry) -> Ack:
        """`kind`: events_api, slash_commands or interactive."""
        ...
