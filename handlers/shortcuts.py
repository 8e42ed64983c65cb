"""Shortcuts: of a message, and the global ones. A form is opened first; what Slack has to be asked for comes after."""

from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType
from typing import Any

from bot.services import requests as ask
from bot.services.views import DefectView
from bot.slack import replies
from bot.slack.blocks import Json
from bot.slack.channels import Standing
from handlers.asking import my_queue
from handlers.buttons import act_of
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.messages import author_of, files_of, permalink, text_of
from handlers.modals.build import Background, answered_view, view_of
from handlers.modals.initial import initial_values
from handlers.modals.memo import Memo
from handlers.modals.opening import open_form, open_when, standing_of
from handlers.payload import dig, first, word
from handlers.rendering import simple
from handlers.replies import Reply


async def _file_defect(desk: Desk, incoming: Incoming) -> Reply:
    return await _with_message(desk, incoming, "file")


async def _add_evidence(desk: Desk, incoming: Incoming) -> Reply:
    return await _with_message(desk, incoming, "evidence")


async def _with_message(desk: Desk, incoming: Incoming, form_name: str) -> Reply:
    body = incoming.body
    channel, message = incoming.context.channel or "", dig(body, "message") or {}
    ts, thread_ts = first(word(message, "ts"), word(body, "message_ts")), word(message, "thread_ts")
    memo = Memo(
        form_name,
        channel=channel,
        message_ts=ts,
        thread_ts=thread_ts,
        standing=standing_of(desk, incoming.context.team_id, channel, word(body, "channel", "name")),
        author=author_of(message),
        text=text_of(message),
        files=files_of(message),
        permalink=permalink(word(body, "team", "domain"), channel, ts, thread_ts),
    )
    return await open_form(desk, incoming, memo, {})


async def _mark_fixed(desk: Desk, incoming: Incoming) -> Reply:
    """On any message of a defect's thread; several defects there are told apart by a button each."""
    message = dig(incoming.body, "message") or {}
    root = first(word(message, "thread_ts"), word(message, "ts"), word(incoming.body, "message_ts"))
    channel = incoming.context.channel or ""

    def draw(found: list[DefectView]) -> Json | Reply:
        if len(found) == 1:
            memo = Memo("fixed", key=found[0].defect.key, channel=channel, respond=incoming.response_url)
            known = Background(found[0], found[0].project)
            return view_of(memo, initial_values(memo, {}, known), known)
        acts = [(view.defect.key, act_of(ask.MarkFixed(view.defect.key))) for view in found]
        choices = [(key, act) for key, act in acts if act is not None]
        return Reply(replies.which_key(choices)) if choices else simple("no_defect")

    return await open_when(desk, incoming, lambda q: q.in_thread(channel, root), draw)


async def _new_defect(desk: Desk, incoming: Incoming) -> Reply:
    return await open_form(desk, incoming, Memo("file", standing=Standing.UNKNOWN), {})


async def _my_queue(desk: Desk, incoming: Incoming) -> Reply:
    """A global shortcut comes from nowhere in particular, so the queue is shown in a modal."""
    person = incoming.context.actor

    def draw(message: Json) -> Json:
        return answered_view(message)

    return await open_when(desk, incoming, lambda q: my_queue(q, person), draw)


SHORTCUTS: Mapping[str, Callable[[Desk, Incoming], Coroutine[Any, Any, Reply]]] = MappingProxyType(
    {
        "file_defect": _file_defect,
        "add_evidence": _add_evidence,
        "mark_fixed": _mark_fixed,
        "new_defect": _new_defect,
        "my_queue": _my_queue,
    }
)
