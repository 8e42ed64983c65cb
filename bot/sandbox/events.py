"""Telling the app: which events it has asked for, and where it may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.payloads import event_envelope
from bot.sandbox.types import Json

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

# An event's name in a subscription, by channel type, where it differs from its `type`.
_MESSAGES = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


def publish(space: Workspace, event: Json) -> None:
    """Delivers `event` in the background, if the app subscribes to it and is in that conversation."""
    if space.silent or _subscription(event) not in space.bot_events or not _visible(space, event):
        return
    event_id = space.ids.make("Ev")
    space.spawn(space.delivery.event(event_envelope(space.app, space.team_id, event, event_id, space.clock.now())))


def _subscription(event: Json) -> str:
    return _MESSAGES[event["channel_type"]] if event["type"] == "message" else str(event["type"])


def _visible(space: Workspace, event: Json) -> bool:
    return event["type"] != "message" or space.is_member(event["channel"], space.bot_user_id)
