"""Lists of defects that somebody keeps under a name, for themselves, in one channel."""

import re
from dataclasses import dataclass

from bot.domain.errors import Invalid, NotFound
from bot.domain.nearest import nearest
from bot.domain.query import FIELDS, parse
from bot.services.guards import permitted_in
from bot.services.ports import UnitOfWork
from bot.services.records import SavedList
from bot.services.requests import ForgetList, SaveList

_NAME = re.compile(r"[^\W_][\w.-]*")
# Characters, also when a letter becomes several in small letters.
LONGEST = 50
# As many as one message shows.
MOST = 20
# Verbs of lists.
_VERBS = frozenset({"save", "saved", "forget"})
# A word that a query understands would never be taken for a name.
_TAKEN = _VERBS | frozenset(
    word.casefold() for field in FIELDS.values() for word in (field.name, field.short, *field.choices, *field.synonyms)
)


@dataclass(frozen=True, slots=True)
class ListForgotten:
    kept: SavedList


def save_list(uow: UnitOfWork, request: SaveList) -> SavedList:
    """Replaces the one of that name. Raises Invalid on a name that cannot be, QueryError, NotAllowed."""
    context = uow.context
    permitted_in(uow, uow.projects.for_channel(context.channel), "list")
    if not could_be_name(request.name):
        raise Invalid("name", request.name, "one word that means nothing in a query, such as blockers")
    parse(request.query)
    kept = SavedList(context.actor, context.channel or "", request.name, request.query)
    others = uow.lists.of(kept.person, kept.channel)
    if len(others) >= MOST and all(other.name.casefold() != kept.name.casefold() for other in others):
        raise Invalid("name", request.name, f"one of the {MOST} that you keep here; forget one before")
    uow.lists.save(kept)
    return kept


def forget_list(uow: UnitOfWork, request: ForgetList) -> ListForgotten:
    """Raises NotFound with the nearest name, NotAllowed."""
    context = uow.context
    permitted_in(uow, uow.projects.for_channel(context.channel), "list")
    person, channel = context.actor, context.channel or ""
    kept = uow.lists.named(person, channel, request.name)
    if kept is None:
        raise NotFound(
            "list", request.name, nearest(request.name, [each.name for each in uow.lists.of(person, channel)])
        )
    uow.lists.forget(kept)
    return ListForgotten(kept)


def could_be_name(word: str) -> bool:
    return len(word.casefold()) <= LONGEST and _NAME.fullmatch(word) is not None and word.casefold() not in _TAKEN
