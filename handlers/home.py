"""App Home: opened, it shows what waits; the outbox renders and publishes it."""

from bot.services.outgoing import ANSWER_LIFE, Outgoing, Sort
from bot.services.ports import AlreadyDone
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.payload import Body, word


async def home_opened(desk: Desk, incoming: Incoming, event: Body) -> None:
    """Raises what the store raises."""
    person = incoming.context.actor
    if word(event, "tab") not in ("home", "") or not person:
        return
    row = Outgoing(Sort.HOME, f"home:{person}", {"user": person}, fold=f"home:{person}", life=ANSWER_LIFE)
    try:
        await desk.units.perform(incoming.context, lambda uow: uow.outbox.put(row))
    except AlreadyDone:
        return
