"""What one person sees: everything the page draws, in one answer."""

from __future__ import annotations

from bot.sandbox import modals
from bot.sandbox.payloads import present
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace


def screen(space: Workspace, user: str, channel: str | None, thread: str | None) -> Json:
    """`channels` the person's own · `messages` of `channel` · `thread` its parent and replies · `modal` and `home` the
    views that are open · `commands` and `shortcuts` of the app · `people` by id · `seq` to wait after."""
    modal = modals.top(space, user)
    home = space.state.views.get(space.state.homes.get(user, ""))
    known = channel if channel in space.state.channels else None
    return {
        "seq": space.feed.seq,
        "team": space.team,
        "people": {each["id"]: _person(each) for each in space.state.users.values()},
        "channels": [_channel(space, each, user) for each in _own(space, user)],
        "messages": _roots(space, known, user) if known else [],
        "thread": _replies(space, known, thread, user) if known and thread else [],
        "modal": present(modal) if modal else None,
        "depth": len(space.state.modals.get(user, ())),
        "home": present(home) if home else None,
        "commands": space.features.get("slash_commands", []),
        "shortcuts": space.features.get("shortcuts", []),
        "bot": space.bot_user_id,
    }


def _person(user: Json) -> Json:
    profile = user["profile"]
    name = profile.get("display_name") or user["real_name"]
    return {
        "id": user["id"],
        "name": name,
        "title": profile.get("title", ""),
        "handle": user["name"],
        "bot": user["is_bot"],
    }


def _own(space: Workspace, user: str) -> list[Json]:
    return [each for each in space.state.channels.values() if space.is_member(each["id"], user)]


def _channel(space: Workspace, channel: Json, user: str) -> Json:
    others = [each for each in space.state.members[channel["id"]] if each != user]
    name = channel["name"]
    if channel["is_im"]:
        name = _person(space.user(others[0] if others else user))["name"]
    kind = "im" if channel["is_im"] else "private" if channel["is_private"] else "public"
    return {
        "id": channel["id"],
        "name": name,
        "kind": kind,
        "archived": channel["is_archived"],
        "bot": space.is_member(channel["id"], space.bot_user_id),
    }


def _mine(space: Workspace, channel: str, user: str) -> list[Json]:
    """Ephemeral messages in this channel for this person."""
    return [each for each in space.state.ephemerals.values() if each["_channel"] == channel and each["_user"] == user]


def _roots(space: Workspace, channel: str, user: str) -> list[Json]:
    messages = space.state.messages[channel].values()
    roots = [each for each in messages if each.get("thread_ts") in (None, each["ts"])]
    whispers = [each for each in _mine(space, channel, user) if not each.get("thread_ts")]
    return sorted(map(present, [*roots, *whispers]), key=lambda each: float(each["ts"]))


def _replies(space: Workspace, channel: str, thread: str, user: str) -> list[Json]:
    whispers = [each for each in _mine(space, channel, user) if each.get("thread_ts") == thread]
    return sorted(map(present, [*space.thread(channel, thread), *whispers]), key=lambda each: float(each["ts"]))
