"""Names in a query that somebody who knows the workspace has to look up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.query.nodes import Person, Query, Term, Value
from bot.domain.span import Span


def unresolved(query: Query) -> tuple[str, ...]:
    """Names (`@dana`) that have no id yet, each once, in the order they were written."""
    people = (v for term in query.terms for v in term.values if isinstance(v, Person) and not v.user_id)
    return tuple(dict.fromkeys(person.name or "" for person in people))


def written_at(query: Query, name: str) -> Span:
    """Where that name stands in the text that the query was read from."""
    people = (v for term in query.terms for v in term.values if isinstance(v, Person) and not v.user_id)
    return next((person.span for person in people if person.name == name and person.span), Span(0, 0))


def resolve(query: Query, ids: Mapping[str, str]) -> Query:
    """The same query with the ids of the names that `ids` knows."""

    def known(value: Value) -> Value:
        if isinstance(value, Person) and not value.user_id:
            return replace(value, user_id=ids.get(value.name or ""))
        return value

    def known_in(term: Term) -> Term:
        return replace(term, values=tuple(map(known, term.values)))

    return replace(query, terms=tuple(map(known_in, query.terms)))
