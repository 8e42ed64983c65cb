"""Messages: posted, changed, deleted, answered, reacted to; each tells the app what Slack would tell it."""

from __future__ import annotations

from bot.sandbox.errors import SlackError
from bot.sandbox.events import publish
from bot.sandbox.payloads import channel_type, present, without_metadata
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace


def post(
    space: Workspace, channel_id: str, message: Json, *, thread_ts: str | None = None, broadcast: bool = False
) -> Json:
    """Adds `message` to the channel, or to a thread, or, as `broadcast`, to both; a reply to a parent that is gone
    lands at the channel's root."""
    ts = space.next_ts()
    stored: Json = {"type": "message", **message, "ts": ts, "team": space.team_id, **_stranger(space, message)}
    parent = space.state.messages[channel_id].get(thread_ts or "")
    if parent is not None:
        root = str(parent.get("thread_ts", parent["ts"]))
        stored["thread_ts"] = root
        stored["parent_user_id"] = space.state.messages[channel_id].get(root, {}).get("user", "")
        stored |= {"subtype": "thread_broadcast"} if broadcast else {}
    space.state.messages[channel_id][ts] = stored
    if parent is not None:
        space.threads.add(channel_id, stored)
        _count(space, channel_id, str(stored["thread_ts"]))
    space.changed("message", channel_id, ts=ts)
    announced = _announced(space, channel_id, stored)
    publish(space, announced)
    if f"<@{space.bot_user_id}>" in str(stored.get("text", "")):
        mention = ("user", "text", "ts", "team", "thread_ts", "blocks", "client_msg_id", "channel", "event_ts", "files")
        publish(space, {"type": "app_mention", **{key: announced[key] for key in mention if key in announced}})
    return stored


def in_channel(message: Json) -> bool:
    """Whether it stands in the channel itself, and not in a thread alone."""
    return message.get("thread_ts") in (None, message["ts"]) or message.get("subtype") == "thread_broadcast"


def _stranger(space: Workspace, message: Json) -> Json:
    """Who writes from another company's workspace is named with it."""
    team = space.state.users.get(str(message.get("user")), {}).get("team_id", space.team_id)
    return {} if team == space.team_id else {"user_team": team, "source_team": team}


def _announced(space: Workspace, channel_id: str, message: Json) -> Json:
    event = {key: value for key, value in without_metadata(message).items() if key not in COUNTS}
    place = {
        "channel": channel_id,
        "event_ts": message["ts"],
        "channel_type": channel_type(space.state.channels[channel_id]),
    }
    if message.get("subtype") == "thread_broadcast":
        event["root"] = without_metadata(space.message(channel_id, message["thread_ts"]))
    return {**event, **place}


COUNTS = ("reply_count", "reply_users", "reply_users_count", "latest_reply", "reactions")


def _count(space: Workspace, channel_id: str, thread_ts: str) -> None:
    """What a parent says about its thread."""
    parent = space.state.messages[channel_id].get(thread_ts)
    if parent is None:
        return
    counts = space.threads.of(channel_id, thread_ts).counts()
    for key in ("thread_ts", *COUNTS[:4]):
        parent.pop(key, None)
    if counts:
        parent |= {"thread_ts": thread_ts, **counts}


def change(space: Workspace, channel_id: str, ts: str, **values: object) -> Json:
    """Edits in place; the event carries the message before and after."""
    message = space.message(channel_id, ts)
    before = without_metadata(message)
    message.update(values)
    if message.get("text") != before.get("text") or message.get("blocks") != before.get("blocks"):
        message["edited"] = {"user": message.get("user"), "ts": space.next_ts()}
    space.changed("message_changed", channel_id, ts=ts)
    after = without_metadata(message)
    publish(space, _subtype(space, channel_id, "message_changed", {"message": after, "previous_message": before}))
    return message


def delete(space: Workspace, channel_id: str, ts: str) -> None:
    """A parent that has replies becomes a tombstone, which the app hears of as a change: see slackapi's
    https://github.com/slack-edge/slack-edge/pull/10 and https://github.com/42wim/matterbridge/issues/600."""
    message = space.message(channel_id, ts)
    before = without_metadata(message)
    if message.get("reply_count"):
        _bury(message)
        details: Json = {"message": present(message), "previous_message": before}
        space.changed("message_changed", channel_id, ts=ts)
        publish(space, _subtype(space, channel_id, "message_changed", details))
        return
    del space.state.messages[channel_id][ts]
    if message.get("thread_ts") not in (None, ts):
        space.threads.remove(channel_id, message)
        _count(space, channel_id, str(message["thread_ts"]))
        _clear_grave(space, channel_id, str(message["thread_ts"]))
    space.changed("message_deleted", channel_id, ts=ts)
    details = {"deleted_ts": ts, "previous_message": before}
    publish(space, _subtype(space, channel_id, "message_deleted", details))


def _clear_grave(space: Workspace, channel_id: str, ts: str) -> None:
    """A tombstone goes with the last reply below it."""
    parent = space.state.messages[channel_id].get(ts, {})
    if parent.get("subtype") == "tombstone" and not parent.get("reply_count"):
        delete(space, channel_id, ts)


def _bury(message: Json) -> None:
    kept = {key: message[key] for key in ("type", "ts", "thread_ts", *COUNTS[:4])}
    words = {"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT", "hidden": True}
    message.clear()
    message |= {**kept, **words, "parent_user_id": "USLACKBOT", "is_locked": False, "subscribed": False}


def _subtype(space: Workspace, channel_id: str, subtype: str, details: Json) -> Json:
    ts = space.next_ts()
    kind = channel_type(space.state.channels[channel_id])
    place = {"channel": channel_id, "hidden": True, "ts": ts, "event_ts": ts, "channel_type": kind}
    return {"type": "message", "subtype": subtype, **details, **place}


def whisper(space: Workspace, channel_id: str, user_id: str, message: Json, thread_ts: str | None = None) -> Json:
    """A message that one person sees and the workspace does not keep for anybody else."""
    ts = space.next_ts()
    stored: Json = {
        "type": "message",
        "subtype": "bot_message",
        **message,
        "ts": ts,
        "is_ephemeral": True,
        "_channel": channel_id,
        "_user": user_id,
    }
    if thread_ts:
        stored["thread_ts"] = thread_ts
    space.state.ephemerals[ts] = stored
    space.changed("ephemeral", channel_id, user_id, ts=ts)
    return stored


def react(space: Workspace, channel_id: str, ts: str, name: str, user_id: str) -> None:
    reactions = space.message(channel_id, ts).setdefault("reactions", [])
    entry = next((each for each in reactions if each["name"] == name), None)
    if entry is None:
        entry = {"name": name, "users": [], "count": 0}
        reactions.append(entry)
    if user_id in entry["users"]:
        raise SlackError("already_reacted")
    entry["users"].append(user_id)
    entry["count"] = len(entry["users"])
    _reacted(space, "reaction_added", channel_id, ts, name, user_id)


def unreact(space: Workspace, channel_id: str, ts: str, name: str, user_id: str) -> None:
    message = space.message(channel_id, ts)
    entry = next((each for each in message.get("reactions", ()) if each["name"] == name), None)
    if entry is None or user_id not in entry["users"]:
        raise SlackError("no_reaction")
    entry["users"].remove(user_id)
    entry["count"] -= 1
    if not entry["users"]:
        message["reactions"].remove(entry)
    _reacted(space, "reaction_removed", channel_id, ts, name, user_id)


def _reacted(space: Workspace, kind: str, channel_id: str, ts: str, name: str, user_id: str) -> None:
    space.changed("reaction", channel_id, ts=ts)
    event = {
        "type": kind,
        "user": user_id,
        "reaction": name,
        "item": {"type": "message", "channel": channel_id, "ts": ts},
    }
    author = space.message(channel_id, ts).get("user", "")
    publish(space, {**event, "item_user": author, "event_ts": space.next_ts()})


def of_bot(space: Workspace, content: Json) -> Json:
    """What the app says, with what Slack adds to show who says it."""
    app = space.app
    profile = {
        "id": app["bot_id"],
        "app_id": app["id"],
        "user_id": app["bot_user_id"],
        "name": space.user(space.bot_user_id)["real_name"],
        "icons": {},
        "deleted": False,
        "updated": int(space.clock.now()),
        "team_id": space.team_id,
    }
    author = {"user": app["bot_user_id"], "bot_id": app["bot_id"], "app_id": app["id"], "bot_profile": profile}
    return {**author, **present(content)}
