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
    """Delivers `event` in the background, if the app is installed, subscribes to it and is in that conversation."""
    if (
        space.silent
        or space.app.get("revoked")
        or _subscription(event) not in space.bot_events
        or not _visible(space, event)
    ):
        return
    event_id, shared = space.ids.make("Ev"), bool(_channel(space, event).get("is_ext_shared"))
    envelope = event_envelope(space.app, space.team_id, event, event_id, space.clock.now(), shared=shared)
    space.spawn(space.delivery.event(envelope))


def _subscription(event: Json) -> str:
    return _MESSAGES[event["channel_type"]] if event["type"] == "message" else str(event["type"])


def _visible(space: Workspace, event: Json) -> bool:
    """Messages and reactions are seen from within alone; the fate of a public channel is seen by everybody."""
    channel = _channel(space, event)
    if event["type"] == "app_home_opened" or not channel:
        return True
    public = channel["is_channel"] and event["type"] in _OF_CHANNELS
    return public or space.is_member(channel["id"], space.bot_user_id)


def _channel(space: Workspace, event: Json) -> Json:
    """Where it happened; nothing for what happens nowhere."""
    where = event.get("item", event).get("channel")
    return space.state.channels.get(where["id"] if isinstance(where, dict) else where or "", {})


_OF_CHANNELS = ("channel_archive", "channel_unarchive", "channel_rename", "channel_created", "channel_deleted")
