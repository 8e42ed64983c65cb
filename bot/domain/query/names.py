"""Names in a query that nothing bears: a mistyped release must not read as a release without defects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from bot.domain.nearest import nearest
from bot.domain.query.errors import Problem, QueryError
from bot.domain.query.matching import ENDINGS
from bot.domain.query.nodes import Exact, Query, Term, Value
from bot.domain.span import Span

REGISTERED = frozenset({"project", "release", "counts", "found", "build", "fixed_in", "verified_on", "key", "original"})
"""Fields whose names somebody gave once."""
FREE = frozenset({"component", "environment", "label", "link", "requirement", "case"})
"""That nothing bears such a name may well be so."""
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Stranger:
    """`known`: some names that the field does have."""

    field: str
    value: Exact
    nearest: str | None = None
    known: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        return str(self.value.value)


def named(query: Query, fields: Collection[str]) -> Iterator[tuple[str, Exact]]:
    """Every name that a query says in one of the fields."""
    for term in query.terms:
        yield from ((term.field, value) for value in term.values if term.field in fields and isinstance(value, Exact))


def stranger(field: str, value: Exact, known: Collection[str]) -> Stranger | None:
    """None where one of `known` is called so, a build also by its end."""
    word = str(value.value).casefold()
    endings = tuple(f"{before}{word}" for before in ENDINGS) if "build" in WHAT.get(field, field) else ()
    if any(each.casefold() == word or each.casefold().endswith(endings) for each in known):
        return None
    return Stranger(field, value, nearest(word, known), tuple(sorted(known))[:_SHOWN])


def refuse(strangers: Iterable[Stranger], text: str) -> None:
    """Raises QueryError at the first name that was never given. `text` is what the query was read from."""
    for each in strangers:
        if each.field in REGISTERED:
            span = each.value.span or Span(0, len(text))
            what = WHAT.get(each.field, each.field)
            raise QueryError(Problem.UNKNOWN_NAME, text, span, each.known, each.nearest, what)


def corrected(query: Query, wrong: Stranger) -> Query:
    """With the nearest name in the place of the stranger's."""

    def right(value: Value) -> Value:
        return Exact(wrong.nearest) if value is wrong.value and wrong.nearest else value

    def of(term: Term) -> Term:
        return replace(term, values=tuple(map(right, term.values)))

    return replace(query, terms=tuple(map(of, query.terms)))


WHAT = {
    "counts": "release",
    "found": "release",
    "fixed_in": "build",
    "verified_on": "build",
    "original": "defect",
    "key": "defect",
}
"""What a field's name is one of, where the field is not called so itself."""
