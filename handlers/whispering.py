"""Words for one person in a thread, where Slack gave us no `response_url`: at most once, the event
is receipted first."""

from handlers.context import Incoming
from handlers.desk import Desk
from handlers.replies import Reply
from handlers.speaking import in_place


async def whisper(desk: Desk, incoming: Incoming, reply: Reply) -> None:
    """Raises AlreadyDone where the same delivery was answered before, and what the store raises."""
    if reply.silent or not incoming.context.channel:
        return
    await desk.units.perform(incoming.context, lambda _uow: None)
    desk.later.start(in_place(desk, incoming, reply))
