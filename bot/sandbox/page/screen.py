"""What one person sees: everything the page draws, as facts."""

from __future__ import annotations

from bot.sandbox import modals
from bot.sandbox.conversation import in_channel
from bot.sandbox.page.reader import Reader, called
from bot.sandbox.payloads import present
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace

SHOWN = 100  # messages of a channel at once


def screen(space: Workspace, user: str, channel: str | None, thread: str | None) -> Json:
    """`channels` the person's own · `messages` of `channel` · `thread` its parent and replies · `modal` and `home` the
    views that are open · `commands` and `shortcuts` of the app · `people` by id · `seq` to wait after."""
    modal = modals.top(space, user)
    home = home_of(space, user)
    reader = Reader(space, user)
    known = channel if channel and may_see(space, channel, user) else None
    return {
        "seq": space.feed.seq,
        "team": space.team,
        "people": {each["id"]: person(each) for each in space.state.users.values()},
        "channels": own_channels(reader),
        "messages": roots(space, known, user) if known else [],
        "thread": replies(space, known, thread, user) if known and thread else [],
        "modal": present(modal) if modal else None,
        "depth": len(space.state.modals.get(user, ())),
        "home": present(home) if home else None,
        "commands": space.features.get("slash_commands", []),
        "shortcuts": space.features.get("shortcuts", []),
        "bot": space.bot_user_id,
    }


def home_of(space: Workspace, user: str) -> Json | None:
    return space.state.views.get(space.state.homes.get(user, ""))


def person(user: Json) -> Json:
    return {
        "id": user["id"],
        "name": called(user),
        "title": user["profile"].get("title", ""),
        "handle": user["name"],
        "bot": user["is_bot"],
    }


def may_see(space: Workspace, channel: str, user: str) -> bool:
    known = space.state.channels.get(channel)
    return known is not None and (bool(known["is_channel"]) or space.is_member(channel, user))


def own_channels(reader: Reader) -> list[Json]:
    """Public and private ones by name, then conversations by their other person."""
    space = reader.space
    own = [each for each in space.state.channels.values() if space.is_member(each["id"], reader.user)]
    described = [channel(reader, each) for each in own]
    return sorted(described, key=lambda each: (each["kind"] == "im", each["name"].lower()))


def joinable(reader: Reader) -> list[Json]:
    open_ = (each for each in reader.space.state.channels.values() if each["is_channel"] and not each["is_archived"])
    return [channel(reader, each) for each in open_ if not reader.space.is_member(each["id"], reader.user)]


def channel(reader: Reader, given: Json) -> Json:
    """`label` is how the field under it names it; `app` is the person's conversation with the app."""
    space, channel_id = reader.space, given["id"]
    members = space.state.members[channel_id]
    others = [each for each in members if each != reader.user]
    direct = bool(given["is_im"])
    name = reader.person(others[0] if others else reader.user) if direct else str(given["name"])
    unread, mentions = news(reader, channel_id)
    return {
        "id": channel_id,
        "name": name,
        "label": name if direct else f"#{name}",
        "kind": "im" if direct else "private" if given["is_private"] else "public",
        "archived": given["is_archived"],
        "bot": space.is_member(channel_id, space.bot_user_id),
        "app": direct and others == [space.bot_user_id],
        "member": reader.user in members,
        "members": len(members),
        "unread": unread,
        "mentions": mentions,
    }


def news(reader: Reader, channel_id: str) -> tuple[int, int]:
    """Messages of others since the person last looked: those in the channel itself, and those that name them."""
    space, user = reader.space, reader.user
    if not space.is_member(channel_id, user):
        return 0, 0
    since = float(space.state.seen.get(user, {}).get(channel_id, "0"))
    new = [
        each
        for each in (*space.state.messages[channel_id].values(), *_whispers(space, channel_id, user))
        if float(each["ts"]) > since and each.get("user") != user
    ]
    unread = sum(map(in_channel, new))
    return unread, sum(1 for each in new if f"<@{user}" in str(each.get("text", "")))


def _whispers(space: Workspace, channel_id: str, user: str) -> list[Json]:
    """Ephemeral messages in this channel for this person."""
    ephemerals = space.state.ephemerals.values()
    return [each for each in ephemerals if each["_channel"] == channel_id and each["_user"] == user]


def roots(space: Workspace, channel_id: str, user: str) -> list[Json]:
    messages = space.state.messages[channel_id].values()
    own = filter(in_channel, messages)
    whispers = [each for each in _whispers(space, channel_id, user) if not each.get("thread_ts")]
    return in_order([*own, *whispers])


def replies(space: Workspace, channel_id: str, thread: str, user: str) -> list[Json]:
    whispers = [each for each in _whispers(space, channel_id, user) if each.get("thread_ts") == thread]
    return in_order([*space.thread(channel_id, thread), *whispers])


def in_order(messages: list[Json]) -> list[Json]:
    return sorted(map(present, messages), key=lambda each: float(each["ts"]))
