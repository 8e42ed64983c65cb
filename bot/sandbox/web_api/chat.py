"""chat.*: what the app says."""

from __future__ import annotations

import re

from bot.sandbox import conversation
from bot.sandbox.blocks.check import finish_blocks, refuse_bad_message
from bot.sandbox.errors import SlackError
from bot.sandbox.payloads import present, without_metadata
from bot.sandbox.types import Json
from bot.sandbox.web_api.call import Call, Method

MOST_TEXT = 40_000
MOST_IN_BLOCKS = 13_200
_EVENT_TYPE = re.compile(r"[a-z0-9_]+")
WRITE = ("chat:write",)
# https://api.slack.com/changelog/2018-04-truncating-really-long-messages
CUT: Json = {"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}


def content(call: Call) -> Json:
    """Text, blocks and attachments; raises no_text, invalid_blocks, msg_blocks_too_long."""
    blocks = call.structure("blocks", "invalid_blocks_format")
    attachments = call.structure("attachments", "invalid_attachments_format")
    text = call.maybe("text") or ""
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    refuse_bad_message(blocks or [], attachments or [])
    if blocks and sum(map(_length, blocks)) > MOST_IN_BLOCKS:
        raise SlackError("msg_blocks_too_long")
    said: Json = {"text": text[:MOST_TEXT]}
    if blocks:
        said["blocks"] = finish_blocks(call.space.ids, blocks)
    if attachments:
        said["attachments"] = attachments
    return said


def refuse_long(call: Call) -> Call:
    """Only a new message for everybody is cut; any other is refused. Raises msg_too_long."""
    if len(call.maybe("text") or "") > MOST_TEXT:
        raise SlackError("msg_too_long")
    return call


def _length(value: object) -> int:
    """Characters of all texts within."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(_length(each) for key, each in value.items() if not isinstance(each, str) or key != "text")
    return sum(map(_length, value)) if isinstance(value, list) else 0


def metadata(call: Call) -> Json:
    """An event type with other characters makes it vanish (slackapi/bolt-python#863)."""
    given = call.structure("metadata", "invalid_metadata_format")
    if not given:
        return {}
    if not isinstance(given.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    return {"metadata": given} if _EVENT_TYPE.fullmatch(str(given.get("event_type", ""))) else {}


def place(call: Call) -> str:
    """The channel to write to; a person's id means the direct message. Raises what Slack raises."""
    given = call.text("channel")
    space = call.space
    if given in space.state.users:
        return space.direct_channel(given)
    channel = space.channel(given)
    if channel["is_archived"]:
        raise SlackError("is_archived")
    if not space.is_member(given, space.bot_user_id):
        raise SlackError("not_in_channel")
    return given


def post_message(call: Call) -> Json:
    channel = place(call)
    said = {**content(call), **metadata(call)}
    if call.flag("unfurl_links") is False and "unfurl_links" in call.arguments:
        said["_unfurl"] = False
    thread_ts = call.maybe("thread_ts")
    own, broadcast = conversation.of_bot(call.space, said), call.flag("reply_broadcast")
    message = conversation.post(call.space, channel, own, thread_ts=thread_ts, broadcast=broadcast)
    answer = {"ok": True, "channel": channel, "ts": message["ts"], "message": without_metadata(message)}
    return answer | (CUT if len(call.maybe("text") or "") > MOST_TEXT else {})


def update(call: Call) -> Json:
    channel, ts = call.text("channel"), call.text("ts")
    call.space.channel(channel)
    message = call.space.message(channel, ts)
    if message.get("bot_id") != call.space.app["bot_id"]:
        raise SlackError("cant_update_message")
    if call.flag("reply_broadcast") and message.get("subtype") != "thread_broadcast":
        raise SlackError("cant_broadcast_message")
    said = {**content(refuse_long(call)), **metadata(call)}
    if "blocks" not in said and "blocks" not in call.arguments and "blocks" in message:
        del message["blocks"]
    changed = conversation.change(call.space, channel, ts, **said)
    return {"ok": True, "channel": channel, "ts": ts, "text": changed["text"], "message": without_metadata(changed)}


def delete(call: Call) -> Json:
    channel, ts = call.text("channel"), call.text("ts")
    call.space.channel(channel)
    if call.space.message(channel, ts).get("bot_id") != call.space.app["bot_id"]:
        raise SlackError("cant_delete_message")
    conversation.delete(call.space, channel, ts)
    return {"ok": True, "channel": channel, "ts": ts}


def permalink(call: Call) -> Json:
    channel, ts = call.text("channel"), call.text("message_ts")
    call.space.channel(channel)
    message = call.space.message(channel, ts)
    link = f"https://{call.space.team['domain']}.slack.com/archives/{channel}/p{ts.replace('.', '')}"
    thread = message.get("thread_ts")
    if thread and thread != ts:
        link += f"?thread_ts={thread}&cid={channel}"
    return {"ok": True, "channel": channel, "permalink": link}


def shown(message: Json, *, with_metadata: bool) -> Json:
    return present(message) if with_metadata else without_metadata(message)


METHODS = {
    "chat.postMessage": Method(post_message, WRITE),
    "chat.update": Method(update, WRITE),
    "chat.delete": Method(delete, WRITE),
    "chat.getPermalink": Method(permalink),
}
