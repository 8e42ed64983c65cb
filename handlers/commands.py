"""Slash commands: `/defect`, `/verify`, `/release`, `/trace`, `/countersign`, under whatever prefix."""

import re

from handlers.context import Incoming
from handlers.desk import Desk
from handlers.dispatch import ask_for, run
from handlers.normalise import normalise
from handlers.payload import word
from handlers.replies import Reply
from handlers.understanding import Incomplete, understand
from handlers.verbs import Family

NAMES = re.compile(rf"/[\w-]*?({'|'.join(Family)})$", re.IGNORECASE)


def family_of(command: str) -> Family:
    found = NAMES.search(command)
    return Family(found[1].lower()) if found else Family.ALL


async def command(desk: Desk, incoming: Incoming) -> Reply:
    """Raises UsageError, NoVerb, TextTooLong, WhoIsMeant, DomainError."""
    text = normalise(word(incoming.body, "text"))
    try:
        asked = understand(family_of(word(incoming.body, "command")), text)
    except Incomplete as incomplete:
        return await ask_for(desk, incoming, incomplete)
    return await run(desk, incoming, asked.request)
