"""chat.postEphemeral: for the eyes of one person."""

from __future__ import annotations

from bot.sandbox import conversation
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.web_api.call import Call, Method
from bot.sandbox.web_api.chat import WRITE, content, place, refuse_long


def post_ephemeral(call: Call) -> Json:
    channel = place(call)
    user = call.text("user")
    if not call.space.is_member(channel, user):
        raise SlackError("user_not_in_channel")
    said = conversation.of_bot(call.space, content(refuse_long(call)))
    message = conversation.whisper(call.space, channel, user, said, call.maybe("thread_ts"))
    return {"ok": True, "message_ts": message["ts"]}


METHODS = {"chat.postEphemeral": Method(post_ephemeral, WRITE)}
