"""What can be asked of another instant than now: that of which the past is kept too."""

from __future__ import annotations

from bot.domain.query.errors import Problem, QueryError
from bot.domain.query.fields import FIELDS
from bot.domain.query.kinds import SORTS, Field
from bot.domain.query.nodes import Exact, Query, Term
from bot.domain.span import Span

KNOWN_THEN = tuple(field.short for field in FIELDS.values() if field.now_only is not True and field.name != "sort")
SORTS_THEN = tuple(sort for sort in SORTS if FIELDS[sort].now_only is not True)


def answerable(query: Query, text: str) -> Query:
    """The query itself. `text` is what it was read from. Raises QueryError at what is only known of the present."""
    for term in query.terms:
        if _only_now(FIELDS[term.field], term):
            raise QueryError(Problem.NOW_ONLY, text, term.span or Span(0, len(text)), KNOWN_THEN)
    for sort in query.sorts:
        if sort.field not in SORTS_THEN:
            at = max(0, text.rfind(sort.field))
            raise QueryError(Problem.NOW_ONLY, text, Span(at, at + len(sort.field)), SORTS_THEN)
    return query


def _only_now(field: Field, term: Term) -> bool:
    if isinstance(field.now_only, bool):
        return field.now_only
    return any(isinstance(value, Exact) and value.value in field.now_only for value in term.values)
