"""Words for one person in a thread, where Slack gave us no `response_url`: at most once, the event
is receipted first."""

from bot.slack.limits import enforce
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.replies import Reply


async def whisper(desk: Desk, incoming: Incoming, reply: Reply) -> None:
    """Raises AlreadyDone where the same delivery was answered before, and what the store raises."""
    if reply.silent or not incoming.context.channel:
        return
    await desk.units.perform(incoming.context, lambda _uow: None)
    desk.later.start(_post(desk, incoming, reply))


async def _post(desk: Desk, incoming: Incoming, reply: Reply) -> None:
    context = incoming.context
    where = {"channel": context.channel, "user": context.actor, "thread_ts": context.thread_ts}
    message = enforce(dict(reply.message or {})).payload
    await desk.slack.call(incoming.token, "chat.postEphemeral", {**where, **message})
