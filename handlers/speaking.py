"""How an answer reaches the one person it is for, after the ack: at most once, and never needed for the record."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bot.services.arrival import ack_is_heard
from bot.slack.answers import Answer, Ok, Permanent, RateLimited, Retryable, drawn
from bot.slack.escaping import escape
from bot.slack.limits import enforce
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.modals.build import answered_view
from handlers.payload import dig, word
from handlers.replies import Reply

logger = logging.getLogger(__name__)
# Newer than others, and documented for messages alone (docs.slack.dev/reference/block-kit/blocks/table-block).
_PERHAPS_REFUSED = frozenset({"table"})


def ephemeral(reply: Reply) -> dict[str, Any]:
    """The body of a command's ack, or of a POST to a `response_url`."""
    message = enforce(dict(reply.message or {})).payload
    return {**message, "response_type": "ephemeral", "replace_original": reply.replace}


async def speak(desk: Desk, incoming: Incoming, reply: Reply) -> None:
    """To the `response_url`, or where that takes nothing any more (30 minutes, 5 answers:
    docs.slack.dev/interactivity/handling-user-interaction), to the place that it was for. Where a click has none, it
    was made in a modal or in App Home, which then show it; a global shortcut has neither, and is answered in a direct
    message."""
    if reply.silent:
        return
    if incoming.response_url:
        url = incoming.response_url
        answer = await drawn(lambda message: desk.slack.send(url, message=message), ephemeral(reply))
        if not _untold(answer) or not _untold(await in_place(desk, incoming, reply)):
            return
    elif (view := shown_in(incoming)) and await _shown(desk, incoming, view, reply):
        return
    message = enforce(dict(reply.message or {})).payload
    post = partial(desk.slack.call, incoming.token, "chat.postMessage")
    await drawn(post, {"channel": incoming.context.actor, **message})


async def speak_aloud(desk: Desk, submission: Incoming, answer: Mapping[str, Any]) -> None:
    """What a form's ack would have said. Without it the form is closed: its errors are words, a view is opened anew."""
    if view := answer.get("view"):
        await desk.slack.call(submission.token, "views.open", {"trigger_id": submission.trigger_id, "view": view})
    elif errors := answer.get("errors"):
        await speak(desk, replace(submission, body={}), Reply({"text": escape("\n".join(errors.values()))}))


def in_the_ack(reply: Reply) -> bool:
    """Not where Slack drops what stands there; nor what it may refuse to draw: nobody would hear of the refusal."""
    blocks = (reply.message or {}).get("blocks") or ()
    return ack_is_heard() and not any(block.get("type") in _PERHAPS_REFUSED for block in blocks)


def _untold(answer: Answer) -> bool:
    """Whether it may be said elsewhere: what may have arrived is never said twice."""
    if not isinstance(answer, Ok):
        logger.warning("an answer to a person: %s", answer)
    return isinstance(answer, Permanent | RateLimited) or (isinstance(answer, Retryable) and not answer.sent)


async def in_place(desk: Desk, incoming: Incoming, reply: Reply) -> Answer:
    """An ephemeral message where the person is."""
    context = incoming.context
    if not context.channel:
        return Permanent("channel_not_found")
    where = {"channel": context.channel, "user": context.actor, "thread_ts": context.thread_ts}
    message = enforce(dict(reply.message or {})).payload
    return await drawn(partial(desk.slack.call, incoming.token, "chat.postEphemeral"), {**where, **message})


async def _shown(desk: Desk, incoming: Incoming, view: Mapping[str, Any], reply: Reply) -> bool:
    """False where a trigger was needed and came too late: what is answered then is said all the same."""
    answer = enforce(answered_view(reply.message or {})).payload
    method, target = _target(view, incoming.trigger_id, reply)
    said = await desk.slack.call(incoming.token, method, {**target, "view": answer})
    return isinstance(said, Ok) or method == "views.update"


def shown_in(incoming: Incoming) -> Mapping[str, Any] | None:
    view = dig(incoming.body, "view")
    return view if isinstance(view, Mapping) else None


def _target(view: Mapping[str, Any], trigger: str, reply: Reply) -> tuple[str, dict[str, Any]]:
    """An answer takes the place of a modal, but lies on top of one that is being filled in, unless it ends that; from
    App Home it opens one."""
    if word(view, "type") != "modal":
        return "views.open", {"trigger_id": trigger}
    if word(view, "submit", "text") and not reply.replace:
        return "views.push", {"trigger_id": trigger}
    return "views.update", {"view_id": word(view, "id")}
