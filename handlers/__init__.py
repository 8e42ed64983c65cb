"""Slack to us: everything that Slack can ask of Countersign, registered on one page.

Bolt looks through its listeners one by one, so there is one for each kind of payload, and our own tables from there
(`EVENTS`, `SHORTCUTS`, `COMMANDS`, `FORMS`, buttons' `REQUESTS`).
"""

import re

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.domain.values import Surface
from bot.services.arrival import ack_is_heard
from bot.services.context import Receipt
from handlers import actions, commands, events, shortcuts
from handlers.context import Authorized, Incoming, event_receipts, incoming, trigger_receipt, view_receipt
from handlers.desk import Desk
from handlers.errors import answered, submitted, suggested
from handlers.payload import Body, word
from handlers.replies import Reply
from handlers.speaking import ephemeral, in_the_ack, speak, speak_aloud
from handlers.views import submission_of

__all__ = ["Desk", "register"]

ANYTHING = re.compile(r".*", re.DOTALL)


def register(app: AsyncApp, desk: Desk) -> None:
    """Every listener; Bolt must run them before it answers Slack (`process_before_response`)."""
    listeners = _Listeners(desk)
    app.command(commands.NAMES)(listeners.command)
    app.shortcut(ANYTHING)(listeners.shortcut)
    app.action(ANYTHING)(listeners.click)
    app.view(ANYTHING)(listeners.submission)
    app.view_closed(ANYTHING)(listeners.closed)
    app.options(ANYTHING)(listeners.suggestion)
    app.event(ANYTHING)(listeners.event)


class _Listeners:
    """One per kind of payload: who asks and where, our table, the ack."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def _incoming(
        self, body: Body, context: AsyncBoltContext, surface: Surface, receipts: tuple[Receipt, ...] = ()
    ) -> Incoming:
        """Whoever asks first makes us learn which channels we are in; that we hear them says that we are installed."""
        here = incoming(body, authorized(context), surface, receipts)
        if here.token and not self._desk.channels.learned(here.context.team_id):
            self._desk.later.start(self._desk.channels.learn(here.token, here.context.team_id))
            self._desk.later.start(self._desk.roads.open(here.context.team_id))
        return here

    async def command(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        here = self._incoming(body, context, Surface.COMMAND, trigger_receipt(body))
        reply = await answered(self._desk, here, commands.command(self._desk, here))
        if reply.silent or not in_the_ack(reply):
            self._speak_later(here, reply)
            await ack("")
        else:
            await ack(ephemeral(reply))

    async def shortcut(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        here = self._incoming(body, context, Surface.SHORTCUT, trigger_receipt(body))
        run = shortcuts.SHORTCUTS.get(word(body, "callback_id"))
        if run is not None:
            self._speak_later(here, await answered(self._desk, here, run(self._desk, here)))
        await ack()

    async def click(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        here = self._incoming(body, context, Surface.BUTTON, trigger_receipt(body))
        act = actions.act_of_click(here)
        here = here.once(actions.receipts_of_click(here, act))
        self._speak_later(here, await answered(self._desk, here, actions.click(self._desk, here, act), act))
        await ack()

    async def submission(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        here = self._incoming(body, context, Surface.MODAL, view_receipt(body))
        form = submission_of(here)
        answer = await submitted(self._desk, form)
        if answer and not ack_is_heard():
            self._desk.later.start(speak_aloud(self._desk, form.incoming, answer))
        await ack(**answer)

    async def closed(self, ack: AsyncAck) -> None:
        await ack()

    async def suggestion(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        here = self._incoming(body, context, Surface.MODAL)
        await ack(options=await suggested(self._desk, here))

    async def event(self, body: Body, context: AsyncBoltContext) -> None:
        """Raises what the store raises: Bolt then answers 500, and Slack sends the event again."""
        await events.event(self._desk, self._incoming(body, context, Surface.THREAD, event_receipts(body)))

    def _speak_later(self, here: Incoming, reply: Reply) -> None:
        if not reply.silent:
            self._desk.later.start(speak(self._desk, here, reply))


def authorized(context: AsyncBoltContext) -> Authorized:
    """What our own `authorize` found of the installation."""
    found = context.authorize_result
    if found is None:
        return Authorized()
    return Authorized(
        token=found.bot_token or "",
        bot=found.bot_user_id or "",
        team=found.team_id or "",
        enterprise=found.enterprise_id or "",
        org_wide=bool(context.is_enterprise_install),
    )
