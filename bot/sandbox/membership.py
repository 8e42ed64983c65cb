"""Coming and going, and the fate of channels."""

from __future__ import annotations

from bot.sandbox import conversation
from bot.sandbox.events import publish
from bot.sandbox.payloads import channel_type
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace


def enter(space: Workspace, channel_id: str, user_id: str, inviter: str | None = None) -> None:
    """Does nothing for a member. `inviter`: who brought them, where they did not come by themselves."""
    if space.is_member(channel_id, user_id):
        return
    space.state.members[channel_id].append(user_id)
    by = {"inviter": inviter} if inviter else {}
    words = f"<@{user_id}> has joined the channel"
    conversation.post(space, channel_id, {"subtype": "channel_join", "user": user_id, "text": words, **by})
    publish(space, {**_movement(space, "member_joined_channel", channel_id, user_id), **by})


def leave(space: Workspace, channel_id: str, user_id: str) -> None:
    """The app hears of its own going, but not of the line that the others read."""
    publish(space, _movement(space, "member_left_channel", channel_id, user_id))
    space.state.members[channel_id].remove(user_id)
    words = f"<@{user_id}> has left the channel"
    conversation.post(space, channel_id, {"subtype": "channel_leave", "user": user_id, "text": words})
    space.changed("channel", channel_id)


def _movement(space: Workspace, kind: str, channel_id: str, user_id: str) -> Json:
    letter = "C" if channel_type(space.state.channels[channel_id]) == "channel" else "G"
    return {
        "type": kind,
        "user": user_id,
        "channel": channel_id,
        "channel_type": letter,
        "team": space.team_id,
        "event_ts": space.next_ts(),
    }


def _fate(space: Workspace, channel_id: str, what: str) -> str:
    """A private channel's events have another name, and a subscription of their own."""
    return f"{channel_type(space.state.channels[channel_id])}_{what}"


def archive(space: Workspace, channel_id: str, user_id: str, *, undo: bool = False) -> None:
    space.state.channels[channel_id]["is_archived"] = not undo
    space.changed("channel", channel_id)
    name = _fate(space, channel_id, "unarchive" if undo else "archive")
    event = {"type": name, "channel": channel_id, "user": user_id, "event_ts": space.next_ts()}
    publish(space, event if undo else {**event, "is_moved": 0})


def rename(space: Workspace, channel_id: str, name: str) -> None:
    channel = space.state.channels[channel_id]
    channel["previous_names"] = [channel["name"], *channel.get("previous_names", ())]
    channel |= {"name": name, "name_normalized": name}
    space.changed("channel", channel_id)
    fresh = {key: channel[key] for key in ("id", "is_channel", "name", "name_normalized", "created")}
    event = {"type": _fate(space, channel_id, "rename"), "channel": {**fresh, "is_mpim": False}}
    publish(space, {**event, "event_ts": space.next_ts()})


def uninstall(space: Workspace) -> None:
    """The bot's token dies with it, and the app hears of nothing else."""
    ts = space.next_ts()
    publish(space, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [space.bot_user_id]}, "event_ts": ts})
    publish(space, {"type": "app_uninstalled", "event_ts": space.next_ts()})
    space.app["revoked"] = True
