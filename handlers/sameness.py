"""*Same as KEY* and *Not a duplicate*: in the form for a new defect, while nothing is filed, and of what is filed."""

from bot.domain.project import Suggesting
from bot.services import requests as ask
from bot.services.judgements import Judged
from bot.services.outcome import Outcome
from bot.services.ports import UnitsOfWork
from bot.services.questions import Questions
from bot.services.views import DefectView, Similar
from bot.slack import replies, similar
from bot.slack.ids import Act
from handlers.acting import perform
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.messages import permalink
from handlers.modals import alike, filing
from handlers.modals.filled import Filled
from handlers.modals.memo import unpack
from handlers.payload import dig, first, word
from handlers.replies import Reply
from handlers.speaking import speak
from handlers.thread_copy import copy_thread


async def same_as(desk: Desk, incoming: Incoming, key: str) -> Reply:
    """The form ends with this, as if it had been sent. Raises what `perform` raises."""
    view = dig(incoming.body, "view") or {}
    filled, memo = Filled(view), unpack(word(view, "private_metadata"))
    there = incoming.at(
        channel=memo.channel or None, message_ts=memo.message_ts or None, thread_ts=memo.thread_ts or None
    )
    words = alike.words_of(view)
    component = filled.text("component") or None
    request = ask.SameAs(key, filing.reported(filled, memo), words.title, words.body, component, memo.cluster or None)
    done = await perform(desk, there, request)
    desk.sheets.of(incoming.context.team_id, view).over = True
    assert isinstance(done.result, Outcome)
    known = done.result.defect.key
    if "thread" in filled.ticked("take"):
        desk.later.start(copy_thread(desk, there, memo, known))
    shown = await desk.units.ask(incoming.context.team_id, lambda q: q.defect(known))
    return Reply(replies.same(shown, card_of(incoming, shown)), replace=True)


async def not_same(desk: Desk, incoming: Incoming, act: Act) -> Reply:
    """Said for good of these two; what else it may be stays to be judged."""
    done = await perform(desk, incoming, ask.Judge(act.extra.get("original", ""), False, act.subject))
    assert isinstance(done.result, Judged)
    judged, asked = done.result, "asked" in act.extra
    left = await _possible(desk.units, incoming, judged.defect, asked=asked)
    return Reply(similar.noted(judged.defect, judged.suggested, left, asked=asked))


async def offer(desk: Desk, incoming: Incoming, key: str) -> None:
    """After it was filed by a command, when nobody waits for an answer: what it may be, if anything is likely enough to
    speak of it unasked."""
    found = await _possible(desk.unhurried, incoming, key, asked=False)
    if found:
        await speak(desk, incoming, Reply(similar.of_defect(key, found)))


async def _possible(units: UnitsOfWork, incoming: Incoming, key: str, *, asked: bool) -> list[Similar]:
    def ask_for(questions: Questions) -> list[Similar]:
        if not asked and questions.suggestions() is Suggesting.OFF:
            return []
        found = questions.similar_to(questions.defect(key).defect.id)
        return [one for one in found if asked or one.worth_showing]

    return await units.ask(incoming.context.team_id, ask_for)


def card_of(incoming: Incoming, view: DefectView) -> str | None:
    """Where its card stands in Slack; None where it has none yet, or nothing names the workspace's address."""
    domain = first(word(incoming.body, "team", "domain"), word(incoming.body, "team_domain"))
    anchor = view.anchor
    if anchor is None or not anchor.ts:
        return None
    return permalink(domain, anchor.channel, anchor.ts, anchor.thread_ts or "") or None
