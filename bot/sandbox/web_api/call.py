"""One call: its arguments as Slack takes them (form or JSON, nested values as JSON text), and how pages are cut."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import SlackError, wrong_arguments
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Call:
    space: Workspace
    arguments: Json

    def text(self, name: str) -> str:
        """Raises invalid_arguments when it is missing."""
        value = self.arguments.get(name)
        if value in (None, ""):
            raise wrong_arguments(f"missing required field: {name}")
        return str(value)

    def maybe(self, name: str) -> str | None:
        value = self.arguments.get(name)
        return None if value in (None, "") else str(value)

    def flag(self, name: str) -> bool:
        return str(self.arguments.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int, most: int) -> int:
        try:
            return max(1, min(most, int(self.arguments.get(name, default))))
        except (TypeError, ValueError) as error:
            raise wrong_arguments(f"must be a number: {name}") from error

    def structure(self, name: str, refusal: str = "invalid_arguments") -> Any:
        """A list or object, given as such or as JSON text."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise SlackError(refusal) from error


@dataclass(frozen=True, slots=True)
class Method:
    """`scope`: one of these is needed; none means that a token is enough. `token`: bot, app, or none at all."""

    answer: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
    token: str = "bot"


def paged(call: Call, items: Sequence[Any], default: int = 100, most: int = 1000) -> tuple[list[Any], Json]:
    """https://docs.slack.dev/apis/web-api/pagination"""
    start = _position(call.maybe("cursor"))
    size = call.number("limit", default, most)
    page = list(items[start : start + size])
    more = start + size < len(items)
    cursor = base64.b64encode(f"next:{start + size}".encode()).decode() if more else ""
    return page, {"next_cursor": cursor}


def _position(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("next:"))
    except (binascii.Error, ValueError) as error:
        raise SlackError("invalid_cursor") from error
