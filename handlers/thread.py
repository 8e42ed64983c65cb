"""What people write in a defect's thread: a reply whose whole text is an act acts, any other is a comment; an edited
reply edits its comment, a deleted one erases it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from types import MappingProxyType

from bot.domain.errors import DomainError, Missing
from bot.services import requests as ask
from bot.services.ports import AlreadyDone
from bot.services.views import DefectView
from bot.slack import replies
from handlers import rendering
from handlers.acting import WhoIsMeant, perform, with_people
from handlers.buttons import VERBS, act_of
from handlers.context import Incoming, event_receipts
from handlers.desk import Desk
from handlers.errors import words
from handlers.grammar import Typed, read
from handlers.key_notes import note
from handlers.messages import files_of, text_of
from handlers.normalise import TextTooLong, normalise
from handlers.payload import Body, dig, word
from handlers.replies import Reply
from handlers.swift import defects_of
from handlers.whispering import whisper

_MENTION = re.compile(r"\s*<@(\w+)(?:\|[^<>]*)?>[\s,:]*")


@dataclass(frozen=True, slots=True)
class Said:
    """A reply in the thread of these defects."""

    message: Body
    defects: tuple[DefectView, ...]
    typed: Typed | None

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(view.defect.key for view in self.defects)


async def message(desk: Desk, incoming: Incoming, event: Body) -> None:
    """Raises what the store raises, and CardUnderWay: Slack then sends the event again."""
    handle = KINDS.get(word(event, "subtype"))
    if handle is None or _is_ours(incoming, event):
        return
    try:
        await handle(desk, incoming, event)
    except AlreadyDone:
        return


def _is_ours(incoming: Incoming, event: Body) -> bool:
    """Our own words, and any bot's: nobody answers machines here."""
    for message in (event, dig(event, "message"), dig(event, "previous_message")):
        if word(message, "bot_id") or (incoming.bot and word(message, "user") == incoming.bot):
            return True
    return False


async def _said(desk: Desk, incoming: Incoming, event: Body) -> None:
    root, ts = word(event, "thread_ts"), word(event, "ts")
    desk.channels.heard_from(incoming.context.team_id, word(event, "channel"))
    if not incoming.context.actor:
        return
    await note(desk, incoming, event)
    if not root or not ts or root == ts:
        return
    found = await defects_of(desk, incoming, event)
    if not found:
        return
    said = Said(event, tuple(found), _typed(incoming, event))
    if said.typed is None or (said.typed.key and said.typed.key not in said.keys):
        await _comment(desk, _once(incoming, "comment"), said)
    else:
        if files_of(event):
            await _keep_files(desk, incoming, said)
        await _act(desk, incoming, said, said.typed)


def _typed(incoming: Incoming, event: Body) -> Typed | None:
    text = word(event, "text")
    mention = _MENTION.match(text)
    text = text[mention.end() :] if mention and mention[1] == incoming.bot else text
    try:
        return read(normalise(text, drop_final_stop=True))
    except TextTooLong:
        return None


async def _keep_files(desk: Desk, incoming: Incoming, said: Said) -> None:
    """Before their act, which is then the last change and can be undone; the event's id is the act's receipt."""
    by_message = tuple(receipt for receipt in event_receipts(incoming.body, "comment") if receipt.source == "message")
    with suppress(AlreadyDone):
        await _comment(desk, incoming.once(by_message), said)


async def _comment(desk: Desk, here: Incoming, said: Said) -> None:
    """On the defect that asked this person, else on the one that the thread was opened for."""
    asked = [view for view in said.defects if view.defect.asked == here.context.actor]
    key = (asked or list(said.defects))[0].defect.key
    request = ask.Comment(key, text_of(said.message), files_of(said.message))
    try:
        await perform(desk, here, request)
    except Missing:
        return


async def _act(desk: Desk, incoming: Incoming, said: Said, typed: Typed) -> None:
    here = _once(incoming, typed.act.name)
    key = typed.key or (said.keys[0] if len(said.keys) == 1 else None)
    if key is None:
        await whisper(desk, here, _which(said, typed))
        return
    request = typed.request(key)
    try:
        await perform(desk, here, with_people(desk, here, request))
    except (DomainError, WhoIsMeant) as error:
        await whisper(desk, here, _refused(here, request, error))


def _which(said: Said, typed: Typed) -> Reply:
    choices = [(view.defect.key, act_of(typed.request(view.defect.key))) for view in said.defects]
    return Reply(replies.which_key([(key, act) for key, act in choices if act is not None]))


def _refused(incoming: Incoming, request: object, error: DomainError | WhoIsMeant) -> Reply:
    """What is missing can be filled in; the rest is said."""
    key = getattr(request, "key", None)
    if isinstance(error, Missing) and key and type(request) in VERBS:
        return rendering.fill_in(VERBS[type(request)], key)
    return words(incoming, error, act_of(request))


async def _edited(desk: Desk, incoming: Incoming, event: Body) -> None:
    """An unfurl arrives as a change without a change of text."""
    message, before = dig(event, "message") or {}, dig(event, "previous_message") or {}
    channel, ts, root = word(event, "channel"), word(message, "ts"), word(message, "thread_ts")
    if not ts or word(message, "text") == word(before, "text"):
        return
    if word(message, "subtype") != "tombstone":
        await note(desk, incoming, {**message, "channel": channel})
    if root == ts or not root:
        return
    text = text_of(message)
    here = _once(incoming, f"edit:{word(message, 'edited', 'ts')}:{hash_of(text)}")
    if word(message, "subtype") == "tombstone":
        await perform(desk, here, ask.EraseComment(channel, ts))
    else:
        await perform(desk, here, ask.EditComment(channel, ts, text))


def hash_of(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


async def _deleted(desk: Desk, incoming: Incoming, event: Body) -> None:
    root, ts = word(event, "previous_message", "thread_ts"), word(event, "deleted_ts")
    ts = ts or word(event, "previous_message", "ts")
    if ts and root and root != ts:
        await perform(desk, _once(incoming, "erase"), ask.EraseComment(word(event, "channel"), ts))


def _once(incoming: Incoming, act: str) -> Incoming:
    """Known by its event id and by the message and what it asked."""
    return incoming.once(event_receipts(incoming.body, act))


KINDS: Mapping[str, Callable[[Desk, Incoming, Body], Awaitable[None]]] = MappingProxyType(
    {
        "": _said,
        "file_share": _said,
        "thread_broadcast": _said,
        "me_message": _said,
        "message_changed": _edited,
        "message_deleted": _deleted,
    }
)
