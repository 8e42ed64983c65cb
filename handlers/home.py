"""App Home: opened, it shows what waits; the outbox renders and publishes it."""

from bot.domain.errors import NotAllowed
from bot.domain.policy import admit
from bot.services.outgoing import ANSWER_LIFE, Outgoing, Sort
from bot.services.ports import AlreadyDone, UnitOfWork
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.payload import Body, word


async def home_opened(desk: Desk, incoming: Incoming, event: Body) -> None:
    """Raises what the store raises."""
    person = incoming.context.actor
    if word(event, "tab") not in ("home", "") or not person:
        return
    row = Outgoing(Sort.HOME, f"home:{person}", {"user": person}, fold=f"home:{person}", life=ANSWER_LIFE)
    guest_team = incoming.context.guest_team

    def publish(uow: UnitOfWork) -> None:
        admit(uow.projects.default(), "list", guest_team)
        uow.outbox.put(row)

    try:
        await desk.units.perform(incoming.context, publish)
    except (AlreadyDone, NotAllowed):
        return
