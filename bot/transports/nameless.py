"""What people hear while nobody can say whose request it is: Slack does not tell who we are or refuses our token, or
the key of theirs is missing. Without a token only the answer itself and a `response_url` reach them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from logging import Logger
from types import MappingProxyType
from typing import Any

import structlog
from slack_bolt.response import BoltResponse

from bot.services.arrival import ack_is_heard
from bot.services.roads import KeyMissing
from bot.slack import replies
from bot.slack.answers import Permanent
from bot.slack.blocks import Json
from bot.transports.authorization import WorkspaceUnknown

_log = structlog.get_logger(__name__)

Body = Mapping[str, Any]
# Takes an address and a message.
Send = Callable[[str, Json], Awaitable[object]]
Handler = Callable[[Exception, Body, Logger], Awaitable[BoltResponse | None]]


def _unknown(error: Exception) -> Json:
    """A minute mends what Slack could not say, and not what it refuses for good."""
    answer = error.answer if isinstance(error, WorkspaceUnknown) else None
    return replies.token_refused(answer.code) if isinstance(answer, Permanent) else replies.nameless()


SAID: Mapping[type[Exception], Callable[[Exception], Json]] = MappingProxyType(
    {WorkspaceUnknown: _unknown, KeyMissing: lambda _: replies.key_missing()}
)


def in_words(send: Send) -> Handler:
    """For Bolt's `app.error`. What is answered by None gets 500: Slack sends an event again, and marks a click."""
    under_way: set[asyncio.Future[object]] = set()

    async def answered(error: Exception, body: Body, logger: Logger) -> BoltResponse | None:
        say = SAID.get(type(error))
        if say is None:
            logger.error("Failed to run listener function (error: %s)", error, exc_info=error)
            return None
        _log.warning("nameless", why=str(error))
        message = {**say(error), "response_type": "ephemeral", "replace_original": False}
        if "command" in body and ack_is_heard():
            return BoltResponse(status=200, body=message)
        if url := body.get("response_url"):
            task = asyncio.ensure_future(send(str(url), message))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            return BoltResponse(status=200, body="")
        return _at_field(body, str(message["text"]))

    return answered


def _at_field(body: Body, text: str) -> BoltResponse | None:
    """A form stays open with what was typed."""
    view = body.get("view")
    blocks = view.get("blocks") if isinstance(view, Mapping) else None
    shown = [each for each in blocks if isinstance(each, Mapping)] if isinstance(blocks, list) else []
    field = next((each.get("block_id") for each in shown if each.get("type") == "input"), None)
    if body.get("type") != "view_submission" or field is None:
        return None
    return BoltResponse(status=200, body={"response_action": "errors", "errors": {field: text}})
