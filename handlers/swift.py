"""Replies that are quicker than our record: where a card stands is stored only once Slack has answered its posting, and
whoever answers it within that moment must be heard all the same."""

import asyncio

from bot.services.questions import Questions
from bot.services.views import DefectView
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.payload import Body, first, word

PATIENCE = 1.5  # seconds, inside Slack's 3 s for an acknowledgement
BREATH = 0.05  # seconds between two looks


class CardUnderWay(Exception):
    """It is not known yet whose thread this is. The event is not acknowledged, so that Slack sends it again."""


async def defects_of(desk: Desk, incoming: Incoming, event: Body) -> list[DefectView]:
    """Whose thread the reply stands in; none for other threads. Raises CardUnderWay."""
    channel, root, team = word(event, "channel"), word(event, "thread_ts"), incoming.context.team_id
    ours = incoming.bot and first(word(event, "parent_user_id"), word(event, "root", "user")) == incoming.bot

    def look(questions: Questions) -> tuple[bool, list[DefectView]]:
        # In this order: what is under way until now is found a moment later.
        return bool(ours) and questions.card_under_way(channel), questions.in_thread(channel, root)

    end = asyncio.get_running_loop().time() + PATIENCE
    while True:
        under_way, found = await desk.units.ask(team, look)
        if found or not under_way:
            return found
        if asyncio.get_running_loop().time() > end:
            raise CardUnderWay
        await desk.pause(BREATH)
