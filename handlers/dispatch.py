"""A request, wherever it came from, goes here: it acts, shows, or opens its form."""

from dataclasses import replace

from bot.services import requests as ask
from bot.services.outcome import Outcome
from bot.slack.channels import Standing
from handlers import asking, rendering, running
from handlers.acting import USE_CASES, Before, Done, perform, with_people
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.modals.fields import Initial
from handlers.modals.memo import Memo
from handlers.modals.opening import open_form
from handlers.questions import OpenForm
from handlers.replies import Reply
from handlers.sameness import offer
from handlers.understanding import Incomplete


async def run(
    desk: Desk, incoming: Incoming, request: object, *, version: int | None = None, before: Before | None = None
) -> Reply:
    """Raises what the store, the domain and the reader raise."""
    if isinstance(request, OpenForm):
        return await form(desk, incoming, Memo(request.form, key=request.key or ""), {})
    if isinstance(request, ask.HandOut):
        return await running.start(desk, incoming, request)
    if type(request) not in USE_CASES:
        return await asking.answer(desk, incoming, request)
    done = await carry_out(desk, incoming, request, version=version, before=before)
    if isinstance(request, ask.FileDefect) and isinstance(done.result, Outcome) and incoming.response_url:
        desk.later.start(offer(desk, incoming, done.result.defect.key))
    return rendering.done(incoming, done)


async def carry_out(
    desk: Desk, incoming: Incoming, request: object, *, version: int | None = None, before: Before | None = None
) -> Done:
    """`version`: of the defect when the button was drawn; `before` runs in the same transaction."""
    request = with_people(desk, incoming, request)
    if isinstance(request, ask.FileDefect) and request.home is None:
        request = replace(request, home=home_of(desk, incoming))
    done = await perform(desk, incoming, request, version=version, before=before)
    if isinstance(request, ask.SetUp):
        for channel in filter(None, {request.channel, request.home_channel}):
            desk.later.start(desk.roads.open(incoming.context.team_id, channel))
    return done


async def ask_for(desk: Desk, incoming: Incoming, incomplete: Incomplete) -> Reply:
    """The form for what a command did not say."""
    verb = incomplete.verb
    seen: dict[str, Initial] = {name: value for name, value in incomplete.seen.items() if name != "key"}
    memo = Memo(verb.modal or "pick", key=incomplete.seen.get("key", ""), verb=verb.slug)
    return await form(desk, incoming, memo, seen)


async def form(desk: Desk, incoming: Incoming, memo: Memo, seen: dict[str, Initial]) -> Reply:
    """Opens it where the person is."""
    context = incoming.context
    standing = memo.standing
    if context.channel and not standing:
        known = desk.channels.known(context.team_id, context.channel)
        standing = known.standing if known else Standing.UNKNOWN
    here = replace(memo, channel=memo.channel or context.channel or "", standing=standing)
    return await open_form(desk, incoming, here, seen)


def home_of(desk: Desk, incoming: Incoming) -> str:
    """Where a card goes while no home channel is chosen: here, if we are in; else to the reporter alone."""
    channel = incoming.context.channel
    known = desk.channels.known(incoming.context.team_id, channel) if channel else None
    return known.id if known and known.standing is Standing.MEMBER else ""
