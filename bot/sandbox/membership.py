"""Coming and going, and the fate of channels."""

from __future__ import annotations

from bot.sandbox import conversation
from bot.sandbox.events import publish
from bot.sandbox.payloads import channel_type
from bot.sandbox.workspace import Workspace


def enter(space: Workspace, channel_id: str, user_id: str) -> None:
    """Does nothing for a member."""
    if space.is_member(channel_id, user_id):
        return
    space.state.members[channel_id].append(user_id)
    note = {"subtype": "channel_join", "user": user_id, "text": f"<@{user_id}> has joined the channel"}
    conversation.post(space, channel_id, note)
    kind = "C" if channel_type(space.state.channels[channel_id]) == "channel" else "G"
    publish(
        space,
        {
            "type": "member_joined_channel",
            "user": user_id,
            "channel": channel_id,
            "channel_type": kind,
            "team": space.team_id,
            "event_ts": space.next_ts(),
        },
    )


def leave(space: Workspace, channel_id: str, user_id: str) -> None:
    space.state.members[channel_id].remove(user_id)
    space.changed("channel", channel_id)


def archive(space: Workspace, channel_id: str, user_id: str, *, undo: bool = False) -> None:
    space.state.channels[channel_id]["is_archived"] = not undo
    space.changed("channel", channel_id)
    name = "channel_unarchive" if undo else "channel_archive"
    event = {"type": name, "channel": channel_id, "user": user_id, "event_ts": space.next_ts()}
    publish(space, event if undo else {**event, "is_moved": 0})


def rename(space: Workspace, channel_id: str, name: str) -> None:
    channel = space.state.channels[channel_id]
    channel |= {"name": name, "name_normalized": name}
    space.changed("channel", channel_id)
    fresh = {key: channel[key] for key in ("id", "is_channel", "name", "name_normalized", "created")}
    publish(space, {"type": "channel_rename", "channel": {**fresh, "is_mpim": False}, "event_ts": space.next_ts()})


def uninstall(space: Workspace) -> None:
    """The bot's token dies with it, and the app hears of nothing else."""
    ts = space.next_ts()
    publish(space, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [space.bot_user_id]}, "event_ts": ts})
    publish(space, {"type": "app_uninstalled", "event_ts": space.next_ts()})
    space.app["revoked"] = True
