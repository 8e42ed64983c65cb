"""How people are named: a mention notifies, a name does not."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from bot.services.views import DefectView
from bot.slack.escaping import Mrkdwn, display, user

Names = Callable[[str], Mrkdwn]
# A Slack user's id (docs.slack.dev/reference/objects/user-object).
PERSON = re.compile(r"[UW][A-Z0-9]{2,30}")
# Of those who met a defect so many are named; the others are counted.
NAMED = 2


def named(known: Mapping[str, str]) -> Names:
    """Display names, for what many people read; whoever is not known is named by their id."""
    return lambda person: display(known.get(person, person))


def referenced(person: str) -> Mrkdwn:
    """A reference. Only for what one person alone sees (ephemeral messages, App Home): there it notifies nobody else,
    and needs no look-up before the answer. What is no person (`CI`) is named by its word."""
    return user(person) if PERSON.fullmatch(person) else display(person)


def people_of(views: Iterable[DefectView]) -> Iterator[str]:
    """Everybody whom a card, a line or a row may name."""
    for view in views:
        d = view.defect
        everybody = (*d.reporters[:NAMED], d.owner, d.resolver, d.fix_owner, d.verifier, d.asked, d.asked_by)
        yield from filter(None, everybody)
        yield from (item.author for item in view.evidence if item.author)
