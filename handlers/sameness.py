"""*Same as KEY* in the form for a new defect: what was about to be filed becomes evidence of what is on record."""

from bot.services import requests as ask
from bot.services.outcome import Outcome
from bot.services.views import DefectView
from bot.slack import replies
from handlers.acting import perform
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.messages import permalink
from handlers.modals import alike, filing
from handlers.modals.filled import Filled
from handlers.modals.memo import unpack
from handlers.payload import dig, first, word
from handlers.replies import Reply
from handlers.thread_copy import copy_thread

SAME = "same_as"


async def same_as(desk: Desk, incoming: Incoming, key: str) -> Reply:
    """The form ends with this, as if it had been sent. Raises what `perform` raises."""
    view = dig(incoming.body, "view") or {}
    filled, memo = Filled(view), unpack(word(view, "private_metadata"))
    there = incoming.at(
        channel=memo.channel or None, message_ts=memo.message_ts or None, thread_ts=memo.thread_ts or None
    )
    words = alike.words_of(view)
    component = filled.text("component") or None
    request = ask.SameAs(key, filing.reported(filled, memo), words.title, words.body, component)
    done = await perform(desk, there, request)
    desk.sheets.of(incoming.context.team_id, view).over = True
    assert isinstance(done.result, Outcome)
    known = done.result.defect.key
    if "thread" in filled.ticked("take"):
        desk.later.start(copy_thread(desk, there, memo, known))
    shown = await desk.units.ask(incoming.context.team_id, lambda q: q.defect(known))
    return Reply(replies.same(shown, card_of(incoming, shown)), replace=True)


def card_of(incoming: Incoming, view: DefectView) -> str | None:
    """Where its card stands in Slack; None where it has none yet, or nothing names the workspace's address."""
    domain = first(word(incoming.body, "team", "domain"), word(incoming.body, "team_domain"))
    anchor = view.anchor
    if anchor is None or not anchor.ts:
        return None
    return permalink(domain, anchor.channel, anchor.ts, anchor.thread_ts or "") or None
