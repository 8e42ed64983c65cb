"""conversations.*: where people talk."""

from __future__ import annotations

from bot.sandbox.conversation import in_channel
from bot.sandbox.errors import SlackError
from bot.sandbox.membership import enter
from bot.sandbox.payloads import present
from bot.sandbox.types import Json
from bot.sandbox.web_api.call import Call, Method, paged
from bot.sandbox.web_api.chat import shown

KINDS = {"public_channel": "is_channel", "private_channel": "is_group", "im": "is_im", "mpim": "is_mpim"}
# The scope's first word, by kind of conversation.
OWNERS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
READ = tuple(f"{owner}:read" for owner in OWNERS.values())
HISTORY = tuple(f"{owner}:history" for owner in OWNERS.values())


def need(call: Call, kind: str, act: str) -> None:
    """Each kind of conversation has a scope of its own. Raises missing_scope, invalid_types."""
    if kind not in OWNERS:
        raise SlackError("invalid_types")
    wanted = f"{OWNERS[kind]}:{act}"
    if wanted not in call.space.scopes:
        raise SlackError("missing_scope", needed=wanted, provided=",".join(sorted(call.space.scopes)))


def _known(call: Call, act: str) -> Json:
    channel = call.space.channel(call.text("channel"))
    need(call, next(kind for kind, key in KINDS.items() if channel.get(key)), act)
    return channel


# What Slack says of a direct conversation; it has no name, no members to count and nothing to be a member of.
_DIRECT = ("id", "created", "is_archived", "is_im", "is_org_shared", "context_team_id", "updated", "user")


def described(call: Call, channel: Json) -> Json:
    """https://docs.slack.dev/reference/objects/conversation-object"""
    if channel["is_im"]:
        return {**{key: channel[key] for key in _DIRECT if key in channel}, "is_user_deleted": False, "priority": 0}
    return {**present(channel), "is_member": call.space.is_member(channel["id"], call.space.bot_user_id)}


def listing(call: Call) -> Json:
    kinds = [kind.strip() for kind in (call.maybe("types") or "public_channel").split(",")]
    for kind in kinds:
        need(call, kind, "read")
    space = call.space
    seen = [
        described(call, channel) | _counted(call, channel)
        for channel in space.state.channels.values()
        if any(channel.get(KINDS[kind]) for kind in kinds)
        and not (call.flag("exclude_archived") and channel["is_archived"])
        and (channel["is_channel"] or space.is_member(channel["id"], space.bot_user_id))
    ]
    page, more = paged(call, seen)
    return {"ok": True, "channels": page, "response_metadata": more}


def _counted(call: Call, channel: Json) -> Json:
    return {} if channel["is_im"] else {"num_members": len(call.space.state.members[channel["id"]])}


def info(call: Call) -> Json:
    channel = _known(call, "read")
    count = _counted(call, channel) if call.flag("include_num_members") else {}
    return {"ok": True, "channel": described(call, channel) | count}


def _readable(call: Call) -> str:
    channel = str(_known(call, "history")["id"])
    if not call.space.is_member(channel, call.space.bot_user_id):
        raise SlackError("not_in_channel")
    return channel


def _within(call: Call, messages: list[Json]) -> list[Json]:
    oldest, latest = call.maybe("oldest"), call.maybe("latest")
    both = call.flag("inclusive")
    return [
        each
        for each in messages
        if (oldest is None or float(each["ts"]) > float(oldest) or (both and each["ts"] == oldest))
        and (latest is None or float(each["ts"]) < float(latest) or (both and each["ts"] == latest))
    ]


def _answer(call: Call, messages: list[Json]) -> Json:
    page, more = paged(call, _within(call, messages))
    meta = call.flag("include_all_metadata")
    shape = [shown(each, with_metadata=meta) for each in page]
    has_more = bool(more["next_cursor"])
    extra = {"response_metadata": more} if has_more else {}
    return {"ok": True, "messages": shape, "has_more": has_more, "pin_count": 0, **extra}


def history(call: Call) -> Json:
    """Newest first, without replies."""
    channel = _readable(call)
    roots = list(filter(in_channel, call.space.state.messages[channel].values()))
    return _answer(call, roots[::-1])


def replies(call: Call) -> Json:
    """The parent first, then its replies, oldest first."""
    channel = _readable(call)
    thread = call.space.thread(channel, call.text("ts"))
    if not thread:
        raise SlackError("thread_not_found")
    return _answer(call, thread)


def members(call: Call) -> Json:
    channel = _known(call, "read")
    page, more = paged(call, call.space.state.members[channel["id"]])
    return {"ok": True, "members": page, "response_metadata": more}


def join(call: Call) -> Json:
    space = call.space
    channel = space.channel(call.text("channel"))
    if not channel["is_channel"]:
        raise SlackError("method_not_supported_for_channel_type")
    if channel["is_archived"]:
        raise SlackError("is_archived")
    known = space.is_member(channel["id"], space.bot_user_id)
    enter(space, channel["id"], space.bot_user_id)
    extra = {"warning": "already_in_channel"} if known else {}
    return {"ok": True, "channel": described(call, channel), **extra}


def open_direct(call: Call) -> Json:
    people = call.text("users").split(",")
    if len(people) != 1:
        raise SlackError("too_many_users" if len(people) > 8 else "not_supported")
    person = str(call.space.user(people[0])["id"])
    before = len(call.space.state.channels)
    channel = call.space.direct_channel(person)
    open_already = {"no_op": True, "already_open": True} if len(call.space.state.channels) == before else {}
    shown = described(call, call.space.state.channels[channel]) if call.flag("return_im") else {"id": channel}
    return {"ok": True, **open_already, "channel": shown}


METHODS = {
    "conversations.list": Method(listing, READ),
    "conversations.info": Method(info, READ),
    "conversations.history": Method(history, HISTORY),
    "conversations.replies": Method(replies, HISTORY),
    "conversations.members": Method(members, READ),
    "conversations.join": Method(join, ("channels:join",)),
    "conversations.open": Method(open_direct, ("im:write", "mpim:write", "groups:write", "channels:manage")),
}
