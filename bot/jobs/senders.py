"""What each sort of row does: one function per sort, in one table."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from bot.domain.events import Kind, Scalar
from bot.jobs.anchoring import anew, direct_channel, placed, seen, show
from bot.jobs.courier import Courier, Gone, Stray, legal
from bot.jobs.files import is_shown, publish, upload
from bot.jobs.naming import names
from bot.jobs.signing_senders import look_after_signers, send_sign_again
from bot.services.delivery import Claimed, Settled, State, Then, Verdict
from bot.services.outgoing import Body, Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.records import Anchor
from bot.services.views import DefectView
from bot.slack import replies
from bot.slack.answers import drawn
from bot.slack.blocks import Json
from bot.slack.home import home_view
from bot.slack.lines import cut_note, key_note, line
from bot.slack.mrkdwn import render_plain
from bot.slack.names import referenced
from bot.slack.queue import Reader

Facts = dict[str, Scalar]
Sender = Callable[[Courier], Awaitable[Verdict]]
NO_THREAD_LASTED = "every thread it was put into was deleted"
SENT = Settled(State.SENT)
RECEIPT = "receipt"
# A line follows its card to where that has moved, should its thread be gone there as well.
PLACES = 3
WHOLE_TEXT = "whole-text.txt"


def word(row: Claimed, name: str) -> str:
    """A field that its sort always has."""
    return str(row.body[name])


def maybe(row: Claimed, name: str) -> str | None:
    value = row.body.get(name)
    return value if isinstance(value, str) and value else None


def facts_of(row: Claimed) -> Facts:
    value = row.body.get("facts")
    return dict(value) if isinstance(value, dict) else {}


async def send_card(courier: Courier) -> Verdict:
    view, alike = await seen(courier, word(courier.row, "defect_id"))
    if view.anchor is None:
        return Settled(State.NEEDLESS, "it has no place")
    moved = await show(courier, view, alike)
    return Settled(State.SENT, then=_keep(moved)) if moved else SENT


def _keep(anchor: Anchor) -> Then:
    def then(uow: UnitOfWork) -> None:
        uow.conversations.set_anchor(anchor)

    return then


async def send_line(courier: Courier) -> Verdict:
    view, alike = await seen(courier, word(courier.row, "defect_id"))
    anchor = await placed(courier, view, alike)
    if anchor is None:
        return Settled(State.NEEDLESS, "it has no place")
    facts = facts_of(courier.row)
    name = await names(courier, [view], facts)
    message = line(view, word(courier.row, "line"), facts, name, maybe(courier.row, "mention"))
    whole = cut_note(facts)
    for _ in range(PLACES):
        # Before the line: that may be lost, and all that somebody wrote is not.
        if whole is not None:
            courier.leave_out(whole, anchor.channel, anchor.root_ts)
        try:
            await courier.post(anchor.channel, anchor.root_ts, message)
            break
        except Stray:
            courier.left_out.clear()
            anchor = await anew(courier, view, alike)
    else:
        return Settled(State.DEAD, NO_THREAD_LASTED)
    return SENT


async def send_reaction(courier: Courier) -> Verdict:
    row = courier.row
    method = "reactions.remove" if row.body.get("remove") else "reactions.add"
    channel = word(row, "channel")
    try:
        await courier.must(
            method, {"channel": channel, "timestamp": word(row, "ts"), "name": word(row, "name")}, channel
        )
    except Gone:
        return Settled(State.NEEDLESS, "the message is gone")
    return SENT


async def send_ephemeral(courier: Courier) -> Verdict:
    row = courier.row
    where = {"channel": word(row, "channel"), "user": word(row, "user"), "thread_ts": maybe(row, "thread_ts")}
    message = await _answer(courier, word(row, "user"))
    await courier.once("chat.postEphemeral", {**where, **message}, where["channel"] or "")
    return SENT


async def send_response(courier: Courier) -> Verdict:
    row = courier.row
    if row.doubtful:
        return Settled(State.LOST, "its answer was lost")
    message = await _answer(courier, maybe(row, "user") or "")
    body, url = legal({"response_type": "ephemeral", "replace_original": False, **message}), word(row, "url")
    courier.once_answered(await drawn(lambda message: courier.office.slack.send(url, message=message), body))
    return SENT


async def _answer(courier: Courier, me: str) -> Json:
    """The words of a template, or the receipt of an act, which knows more from the defect as it is now."""
    row, facts = courier.row, facts_of(courier.row)
    template = word(row, "template")
    if template != RECEIPT:
        return replies.told(template, facts)
    view = await courier.ask(lambda questions: questions.defect(str(facts["key"])))
    kind = Kind(str(facts["kind"]))
    known = {**_known(view), **facts}
    return replies.receipt_of(
        kind, view.defect.key, view.defect.version, known, me=me, awaits_build=view.awaits_build, name=referenced
    )


def _known(view: DefectView) -> Facts:
    return {
        "owner": view.defect.owner,
        "resolution": view.defect.resolution,
        "build": view.fixed_in.name if view.fixed_in else None,
        "release": view.release.name if view.release else None,
    }


async def send_direct(courier: Courier) -> Verdict:
    channel = await direct_channel(courier, word(courier.row, "user"))
    await courier.post(channel, None, await _told(courier))
    return SENT


async def send_key_note(courier: Courier) -> Verdict:
    row = courier.row
    view = await courier.ask(lambda questions: questions.defect_by_id(word(row, "defect_id")))
    message = key_note(view, await names(courier, [view]))
    try:
        await courier.post(word(row, "channel"), word(row, "thread_ts"), message)
    except (Gone, Stray):
        return Settled(State.NEEDLESS, "the message is gone")
    return SENT


async def send_notice(courier: Courier) -> Verdict:
    await courier.post(word(courier.row, "channel"), None, await _told(courier))
    return SENT


async def _told(courier: Courier) -> Json:
    facts = facts_of(courier.row)
    return replies.told(word(courier.row, "template"), facts, await names(courier, facts=facts))


async def join(courier: Courier) -> Verdict:
    channel = word(courier.row, "channel")
    await courier.must("conversations.join", {"channel": channel}, channel)
    return SENT


async def publish_home(courier: Courier) -> Verdict:
    person = word(courier.row, "user")

    def question(questions: Questions) -> tuple[list[DefectView], list[DefectView]]:
        return questions.waits_for(person), questions.verifiable_by(person)

    waits, verifiable = await courier.ask(question)
    view = home_view(waits, verifiable, Reader(person), courier.now)
    await courier.must("views.publish", {"user_id": person, "view": view})
    return SENT


async def upload_text(courier: Courier) -> Verdict:
    """A row of its own publishes it: this one may be tried again and leaves nothing that shows."""
    row = courier.row
    file_id = await upload(courier, WHOLE_TEXT, word(row, "text").encode("utf-8", "replace"))
    body: Body = {"channel": word(row, "channel"), "thread_ts": maybe(row, "thread_ts"), "file_id": file_id}
    message = Outgoing(Sort.FILE, row.lane, body, bulk=True)
    return Settled(State.SENT, then=lambda uow: uow.outbox.put(message))


async def publish_file(courier: Courier) -> Verdict:
    row = courier.row
    file_id, channel = word(row, "file_id"), word(row, "channel")
    thread_ts = maybe(row, "thread_ts")
    try:
        if row.doubtful and await is_shown(courier, file_id, channel, thread_ts):
            return SENT
        await publish(courier, file_id, render_plain("thread", "whole_text"), channel, thread_ts)
    except (Gone, Stray):
        return Settled(State.NEEDLESS, "its thread is gone")
    return SENT


SENDERS: Mapping[Sort, Sender] = MappingProxyType(
    {
        Sort.CARD: send_card,
        Sort.LINE: send_line,
        Sort.REACTION: send_reaction,
        Sort.EPHEMERAL: send_ephemeral,
        Sort.RESPOND: send_response,
        Sort.DIRECT: send_direct,
        Sort.KEY_NOTE: send_key_note,
        Sort.NOTICE: send_notice,
        Sort.WHOLE_TEXT: upload_text,
        Sort.FILE: publish_file,
        Sort.JOIN: join,
        Sort.HOME: publish_home,
        Sort.SIGNERS: look_after_signers,
        Sort.SIGN_AGAIN: send_sign_again,
    }
)
