"""Buttons and menu entries: of cards, lines, queues, receipts, and those inside a form."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.errors import Missing
from bot.services.context import Receipt
from bot.slack.blocks import Json
from bot.slack.failures import FILE
from bot.slack.ids import Act, action_name, decode
from bot.slack.similar import NOT_SAME, SAME
from handlers import looking, running
from handlers.acting import USE_CASES
from handlers.buttons import FORMS, OUTCOMES, STRICT, request_of
from handlers.context import Incoming, view_receipt
from handlers.desk import Desk
from handlers.dispatch import form, run
from handlers.modals import alike
from handlers.modals.build import LOOK, MORE, view_of, with_more
from handlers.modals.fields import Initial
from handlers.modals.filled import Filled
from handlers.modals.memo import Memo, unpack
from handlers.modals.opening import background
from handlers.payload import Body, dig, first, word
from handlers.rendering import CHOOSE, simple
from handlers.replies import SILENT, Reply
from handlers.sameness import not_same, same_as

# Forms that are about a release, which their button names.
OF_RELEASE = frozenset({"build", "digest", "ship", "waive", "nogo", "move"})
# What filing leaves behind does not refuse to be filed again, as a state would; nor does a report of what is known.
NEVER_TWICE = frozenset({"new", SAME})


def act_of_click(incoming: Incoming) -> Act | None:
    """What the pressed button, chosen entry or chosen person says."""
    action = dig(incoming.body, "actions", 0)
    if action_name(word(action, "action_id")) == CHOOSE:
        return _chosen(word(action, "block_id"), word(action, "selected_user"))
    return decode(first(word(action, "value"), word(action, "selected_option", "value")))


def _chosen(written: str, person: str) -> Act | None:
    """The list of people stands in a block whose id is the act, waiting for its person."""
    act = decode(written)
    if act is None or not person:
        return None
    return Act(act.verb, act.subject, act.version, {**act.extra, "person": person})


def receipts_of_click(incoming: Incoming, act: Act | None) -> tuple[Receipt, ...]:
    """Its trigger; and where pressing twice would do it twice, the button itself."""
    place = incoming.context
    if act is not None and act.verb == SAME and _form_of(incoming) == alike.FORM:
        return (*place.receipts, *view_receipt(incoming.body))
    if act is None or act.verb not in NEVER_TWICE or place.message_ts is None:
        return place.receipts
    if act.verb == SAME and not _is_ephemeral(incoming):  # of a card: the defect's state refuses the second
        return place.receipts
    return (*place.receipts, Receipt("button", f"{place.channel}:{place.message_ts}:{act.verb}"))


async def click(desk: Desk, incoming: Incoming, act: Act | None) -> Reply:
    """Raises what `run` raises."""
    action = dig(incoming.body, "actions", 0)
    if action_name(word(action, "action_id")) == MORE:
        return await _more_fields(desk, incoming)
    if action_name(word(action, "action_id")) == LOOK:
        looking.pressed(desk, incoming, action)
        return SILENT
    if word(action, "type") == "plain_text_input" and _form_of(incoming) == alike.FORM:
        looking.typed(desk, incoming, action)
        return SILENT
    if act is not None and act.verb == running.NOT_NOW and _form_of(incoming) == running.FORM:
        await running.put_off(desk, incoming, dig(incoming.body, "view") or {})
        return SILENT
    if act is not None and act.verb == SAME and _form_of(incoming) == alike.FORM:
        return await same_as(desk, incoming, act.subject)
    if act is not None and act.verb == NOT_SAME:
        return _in_place(incoming, act, await not_same(desk, incoming, act))
    if act is None:
        return SILENT if _is_link(action) else simple("gone")
    try:
        request = request_of(act)
    except Missing:
        request = None
    except ValueError:
        return simple("gone")
    if request is None:
        return await _form(desk, incoming, act)
    version = act.version if act.verb in STRICT and type(request) in USE_CASES else None
    reply = await run(desk, incoming, request, version=version)
    return _in_place(incoming, act, reply)


def _form_of(incoming: Incoming) -> str:
    return word(incoming.body, "view", "callback_id")


def _is_link(action: object) -> bool:
    """A button with an address only opens it, and a field of a form only says that it changed."""
    return bool(word(action, "url")) or word(action, "type") not in ("button", "overflow")


def _in_place(incoming: Incoming, act: Act, reply: Reply) -> Reply:
    """A list turns its pages in place, and an offer that was taken is gone."""
    turning = "offset" in act.extra
    taken = act.verb in ("undo", "new") or "sure" in act.extra or "person" in act.extra
    judged = act.verb in (SAME, NOT_SAME) and _is_ephemeral(incoming)
    return Reply(reply.message, replace=turning or taken or judged)


def _is_ephemeral(incoming: Incoming) -> bool:
    """Only one person sees the message; a card, which all see, stays whatever is pressed on it."""
    return dig(incoming.body, "container", "is_ephemeral") is True


async def _form(desk: Desk, incoming: Incoming, act: Act) -> Reply:
    name = FORMS.get(act.verb)
    if name is None:
        return simple("gone")
    if act.verb == FILE:
        return await form(desk, incoming, Memo(name, cluster=act.subject), {})
    memo = Memo(name, key=act.subject, version=act.version, verb=OUTCOMES.get(act.verb, act.verb))
    if name in OF_RELEASE:
        memo = Memo(name, snapshot=act.extra.get("snapshot", ""), seen_at=act.extra.get("at", ""))
        return await form(desk, incoming, memo, {"release": act.subject, **act.extra})
    return await form(desk, incoming, memo, dict(act.extra))


async def _more_fields(desk: Desk, incoming: Incoming) -> Reply:
    """The same form with all its fields: what was typed stays, because the fields keep their ids."""
    view = dig(incoming.body, "view") or {}
    memo = with_more(unpack(word(view, "private_metadata")))
    if not memo.form:
        return SILENT
    filled = Filled(view)
    desk.later.start(_redraw(desk, incoming, view, memo, {name: filled.now(name) for name in filled.inputs}))
    return SILENT


async def _redraw(desk: Desk, incoming: Incoming, view: Body, memo: Memo, typed: Mapping[str, Initial]) -> None:
    known = await desk.units.ask(incoming.context.team_id, lambda q: background(q, memo))
    sheet = desk.sheets.of(incoming.context.team_id, view)

    def draw(newest: Body) -> Json:
        standing = unpack(word(newest, "private_metadata")).standing
        return alike.placed(view_of(replace(memo, standing=standing), typed, known), alike.standing(newest))

    await desk.sheets.update(desk.slack, incoming.token, sheet, draw)
