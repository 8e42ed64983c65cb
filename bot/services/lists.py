"""Lists of defects that somebody keeps under a name, for themselves, in one channel."""

import re

from bot.domain.errors import Invalid
from bot.domain.query import FIELDS, parse
from bot.services.guards import permitted_in
from bot.services.ports import UnitOfWork
from bot.services.records import SavedList
from bot.services.requests import SaveList

_NAME = re.compile(r"[^\W_][\w.-]*")
# Characters, also when a letter becomes several in small letters.
LONGEST = 50
# A word that a query understands would never be taken for a name.
_TAKEN = frozenset(
    word.casefold() for field in FIELDS.values() for word in (field.name, field.short, *field.choices, *field.synonyms)
)


def save_list(uow: UnitOfWork, request: SaveList) -> SavedList:
    """Replaces the one of that name. Raises Invalid on a name that cannot be, QueryError, NotAllowed."""
    context = uow.context
    permitted_in(uow, uow.projects.for_channel(context.channel), "list")
    if not could_be_name(request.name):
        raise Invalid("name", request.name, "one word that means nothing in a query, such as blockers")
    parse(request.query)
    kept = SavedList(context.actor, context.channel or "", request.name, request.query)
    uow.lists.save(kept)
    return kept


def could_be_name(word: str) -> bool:
    return len(word.casefold()) <= LONGEST and _NAME.fullmatch(word) is not None and word.casefold() not in _TAKEN
