"""reactions.*"""

from __future__ import annotations

import re

from bot.sandbox import conversation
from bot.sandbox.errors import SlackError
from bot.sandbox.payloads import without_metadata
from bot.sandbox.types import Json
from bot.sandbox.web_api.call import Call, Method

_NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def _target(call: Call) -> tuple[str, str, str]:
    channel = call.text("channel")
    call.space.channel(channel)
    if not call.space.is_member(channel, call.space.bot_user_id):
        raise SlackError("not_in_channel")
    if call.space.state.channels[channel]["is_archived"]:
        raise SlackError("is_archived")
    name = call.text("name").strip(":")
    if not _NAME.fullmatch(name):
        raise SlackError("invalid_name")
    return channel, call.text("timestamp"), name


def add(call: Call) -> Json:
    conversation.react(call.space, *_target(call), call.space.bot_user_id)
    return {"ok": True}


def remove(call: Call) -> Json:
    conversation.unreact(call.space, *_target(call), call.space.bot_user_id)
    return {"ok": True}


def get(call: Call) -> Json:
    channel, ts = call.text("channel"), call.text("timestamp")
    call.space.channel(channel)
    message = without_metadata(call.space.message(channel, ts))
    return {"ok": True, "type": "message", "channel": channel, "message": message}


METHODS = {
    "reactions.add": Method(add, ("reactions:write",)),
    "reactions.remove": Method(remove, ("reactions:write",)),
    "reactions.get": Method(get, ("reactions:read",)),
}
