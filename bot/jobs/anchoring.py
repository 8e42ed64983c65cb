"""Where a card stands: posted once, kept up to date, and put somewhere else when its place is gone."""

from dataclasses import replace

from bot.domain.project import Suggesting
from bot.domain.values import Status, Surface
from bot.jobs.courier import Courier, Gone, Stray
from bot.jobs.naming import names
from bot.services.context import Context
from bot.services.notifications import lane
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.records import Anchor
from bot.services.views import DefectView, Similar
from bot.slack.answers import NOT_OFFERED, Permanent
from bot.slack.blocks import Json
from bot.slack.cards import card

# Tells the card's post from the line's when both belong to one row.
CARD = ".card"
ANEW = ".anew"


async def seen(courier: Courier, defect_id: str) -> tuple[DefectView, list[Similar]]:
    """The defect as it is now, with what it may repeat while nobody has triaged it."""

    def look(questions: Questions) -> tuple[DefectView, bool]:
        view = questions.defect_by_id(defect_id)
        return view, view.defect.status is Status.NEW and questions.suggestions() is not Suggesting.OFF

    view, wanted = await courier.ask(look)
    anchor = view.anchor
    if anchor is not None and anchor.ts is None and anchor.channel:
        courier.take_turn(anchor.channel, CARD)
    alike = await courier.ask(lambda questions: questions.similar_to(defect_id)) if wanted else []
    return view, [one for one in alike if one.worth_showing]


async def show(courier: Courier, view: DefectView, alike: list[Similar]) -> Anchor | None:
    """Brings the live card up to date, or posts it. The anchor when it is a new one, to be stored."""
    anchor = view.anchor
    if anchor is None:
        return None
    message = card(view, await names(courier, [view]), alike)
    if anchor.ts is not None:
        try:
            await courier.must("chat.update", {"channel": anchor.channel, "ts": anchor.ts, **message}, anchor.channel)
            return None
        except Gone:
            courier.office.counters.anchored_anew += 1
    return await _post(courier, view, anchor, message)


async def _post(courier: Courier, view: DefectView, anchor: Anchor, message: Json) -> Anchor:
    channel = anchor.channel or await direct_channel(courier, view.defect.reporter)
    try:
        place = await courier.post(channel, anchor.thread_ts, message, CARD)
    except Stray:
        return await _at_root(courier, view, message)
    return replace(anchor, channel=place.channel, ts=place.ts)


async def _at_root(courier: Courier, view: DefectView, message: Json) -> Anchor:
    """Its thread is gone: from now on it is a root message in the home channel, and that is its thread."""
    assert view.anchor is not None
    courier.office.counters.anchored_anew += 1
    channel = view.project.home_channel or view.anchor.channel
    place = await courier.post(channel, None, message, ANEW)
    return Anchor(view.defect.id, place.channel, None, place.ts, None, lane(view.anchor))


async def anew(courier: Courier, view: DefectView, alike: list[Similar]) -> Anchor:
    """A line found its thread gone: the card moves, and the new place is stored before the line follows it."""
    message = card(view, await names(courier, [view]), alike)
    anchor = await _at_root(courier, view, message)
    await store(courier, anchor)
    return anchor


async def placed(courier: Courier, view: DefectView, alike: list[Similar]) -> Anchor | None:
    """The anchor of a card that stands somewhere: a line needs a thread to be in."""
    anchor = view.anchor
    if anchor is None or anchor.root_ts is not None:
        return anchor
    new = await show(courier, view, alike)
    if new is not None:
        await store(courier, new)
    return new


async def store(courier: Courier, anchor: Anchor) -> None:
    context = Context(courier.row.team_id, "", Surface.SYSTEM)

    def keep(uow: UnitOfWork) -> None:
        uow.conversations.set_anchor(anchor)

    await courier.office.units.perform(context, keep)


async def direct_channel(courier: Courier, person: str) -> str:
    """The conversation between that person and us; the person's own id, to which messages can be posted as well, where
    we may not open one or the server knows no such method (docs.slack.dev/reference/methods/chat.postMessage)."""
    answer = await courier.call("conversations.open", {"users": person})
    if isinstance(answer, Permanent) and answer.code in NOT_OFFERED:
        return person
    opened = courier.heard(answer, "conversations.open").get("channel") or {}
    return str(opened.get("id") or person)
