"""A release's test cases, one after the other: the form hands out the next when a result is recorded."""

from dataclasses import replace

from bot.services import requests as ask
from bot.services.context import Receipt
from bot.services.testing import Handed
from bot.slack.blocks import Json, actions, button
from bot.slack.ids import Act, encode
from bot.slack.limits import enforce
from bot.slack.mrkdwn import render, render_plain
from handlers.acting import Done, perform
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.modals.build import Background, answered_view, view_of
from handlers.modals.memo import Memo, unpack
from handlers.modals.opening import open_after
from handlers.payload import Body, word
from handlers.replies import Reply, reply

FORM, NOT_NOW = "run", "not_now"


async def start(desk: Desk, incoming: Incoming, request: ask.HandOut) -> Reply:
    """Raises DomainError, and what the store raises."""
    memo = Memo(FORM, channel=incoming.context.channel or "", respond=incoming.response_url)

    def draw(done: Done) -> Json | Reply:
        assert isinstance(done.result, Handed)
        return _form(memo, done.result) or reply(_ended(done.result))

    return await open_after(desk, incoming, perform(desk, incoming, request), draw)


def step(memo: Memo, handed: Handed) -> Json:
    """The ack of a result: the next case in the form's place, or that none is left."""
    return {"response_action": "update", "view": _next(memo, handed)}


def _next(memo: Memo, handed: Handed) -> Json:
    view = _form(memo, handed) or answered_view(reply(_ended(handed)).message or {})
    return enforce(view).payload


async def put_off(desk: Desk, incoming: Incoming, view: Body) -> None:
    """Another case takes the form's place, and this one comes back later. Raises DomainError, and what the store
    raises."""
    memo = unpack(word(view, "private_metadata"))
    there = incoming.at(channel=memo.channel or None)
    done = await perform(desk, there, ask.HandOut(memo.release or None, memo.key))
    assert isinstance(done.result, Handed)
    change = {"view_id": word(view, "id"), "view": _next(memo, done.result)}
    desk.later.start(desk.slack.call(incoming.token, "views.update", change))


def receipt_of(view: Body, memo: Memo) -> Receipt:
    """One view shows several cases, and each result counts once."""
    return Receipt("view", f"{word(view, 'id')}:{memo.key}")


def _form(memo: Memo, handed: Handed) -> Json | None:
    if handed.case is None:
        return None
    named = f"{handed.project.prefix}/{handed.release.name}"
    memo = replace(memo, key=handed.case.key, release=named, build=handed.build.name)
    place = render("forms", "run_place", handed=handed)
    view = view_of(memo, {}, Background(project=handed.project, case=handed.case, place=place))
    for block in view["blocks"]:
        if block["type"] == "input":
            # Under its old name a field would keep what was said of the case before.
            block["element"]["action_id"] += f"_{handed.case.key}"
    later = button(render_plain("forms", NOT_NOW), NOT_NOW, encode(Act(NOT_NOW, handed.case.key)))
    view["blocks"].append(actions(later, block_id=NOT_NOW))
    return view


def _ended(handed: Handed) -> str:
    return render("replies/commands", "run_ended", handed=handed)
