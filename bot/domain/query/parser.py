"""Text -> Query, or a QueryError that points at the first mistake. The text was normalised before."""

from __future__ import annotations

import re

from bot.domain.nearest import nearest
from bot.domain.query.errors import Problem, QueryError
from bot.domain.query.fields import BARE, FIELDS, NAMES, field_named
from bot.domain.query.kinds import COMPARABLE, Field, Kind
from bot.domain.query.nodes import Exact, Query, Sort, Term, Value
from bot.domain.query.values import Written, read_value, read_word
from bot.domain.span import Span

_SPACE = re.compile(r"\s*")
_HEAD = re.compile(r"(-{0,2})([A-Za-z][A-Za-z_-]*)(?:([:=])(?!//)(\s*)|\s*((?:>=|<=|>|<)\s*))")
_VALUE = re.compile(r'<@[A-Z0-9]+(?:\|[^<>\n]*)?>[,;]?|"(?:[^"\\]|\\.)*"[,;]?|[^\s|"][^\s|]*', re.DOTALL)
_DASHES = re.compile(r"-{0,2}(?=[^\s|-])")
_OR = re.compile(r"\s*\|\s*")
MOST = 250
"""Values and sorts of one query: what a store's statement takes, and more than anybody types."""


def parse(text: str) -> Query:
    """Raises QueryError. An empty text is the query that everything matches."""
    terms: list[Term] = []
    sorts: list[Sort] = []
    at = _skip(text, 0)
    while at < len(text):
        part, end = _part(text, at)
        if isinstance(part, Term):
            terms.append(part)
        else:
            sorts += part
        if len(sorts) + sum(len(term.values) for term in terms) > MOST:
            raise QueryError(Problem.TOO_MANY, text, Span(at, end), (str(MOST),))
        at = _skip(text, end)
    return Query(tuple(terms), tuple(sorts))


def _part(text: str, at: int) -> tuple[Term | list[Sort], int]:
    head = _HEAD.match(text, at)
    return _field_part(text, head) if head else _bare_part(text, at)


def _field_part(text: str, head: re.Match[str]) -> tuple[Term | list[Sort], int]:
    field = field_named(head[2])
    if not field:
        known = nearest(head[2], NAMES)
        raise QueryError(
            Problem.UNKNOWN_FIELD, text, Span(*head.span(2)), tuple(FIELDS), NAMES[known].name if known else None
        )
    if head[5] and field.kind not in COMPARABLE:
        raise QueryError(Problem.NOT_COMPARABLE, text, Span(*head.span(5)), field.examples)
    if head[4] and _HEAD.match(text, head.end()):
        raise QueryError(Problem.MISSING_VALUE, text, Span(*head.span(3)), field.examples)
    written, end = _written(text, head.end(), field)
    operator = (head[5] or "").strip()
    if operator:
        written = [Written(operator + each.text, each.quoted, each.span, text) for each in written]
    if field.kind is Kind.SORT:
        return _sorts(text, head, field, written), end
    values = tuple(read_value(field, each) for each in written)
    return Term(field.name, values, bool(head[1]), Span(*head.span(2))), end


def _sorts(text: str, head: re.Match[str], field: Field, written: list[Written]) -> list[Sort]:
    if head[1]:
        raise QueryError(Problem.CANNOT_NEGATE, text, Span(*head.span(1)), field.examples)
    if len(written) > 1:
        raise QueryError(Problem.UNEXPECTED, text, written[1].span, field.examples)
    return [_sort(field, written[0], word) for word in written[0].text.split(",")]


def _sort(field: Field, written: Written, word: str) -> Sort:
    plain = word.strip().lstrip("-")
    known = read_word(field, Written(plain, written.quoted, written.span, written.source))
    return Sort(known, reverse=plain != word.strip())


def _bare_part(text: str, at: int) -> tuple[Term, int]:
    """`open`, `S1|S2`, `@me` by the field they belong to; anything else is text."""
    dashes = _DASHES.match(text, at)
    start = dashes.end() if dashes else at
    written, end = _written(text, start, FIELDS["text"])
    for field in BARE:
        values = [_bare_value(field, each) for each in written]
        if all(values):
            span = Span(start, end)
            return Term(field.name, tuple(value for value in values if value), start > at, span), end
    return Term("text", tuple(Exact(each.text) for each in written), start > at, Span(start, end)), end


def _bare_value(field: Field, written: Written) -> Value | None:
    known = written.text.casefold() in {choice.casefold() for choice in field.choices}
    known = known or (field.kind is Kind.PERSON and written.text.startswith(("@", "<@")))
    return read_value(field, written) if known and not written.quoted else None


def _written(text: str, at: int, field: Field) -> tuple[list[Written], int]:
    """The values that stand at `at`, separated by `|`, and where they end."""
    found = [_one(text, at, field)]
    while bar := _OR.match(text, found[-1].span.end):
        found.append(_one(text, bar.end(), field))
    end = found[-1].span.end
    if end < len(text) and not text[end].isspace():
        raise QueryError(Problem.UNEXPECTED, text, Span(end, end + 1), ("|", " "))
    return found, end


def _one(text: str, at: int, field: Field) -> Written:
    value = _VALUE.match(text, at)
    if not value and text[at : at + 1] == '"':
        raise QueryError(Problem.UNCLOSED_QUOTE, text, Span(at, at + 1), ('"',))
    written = Written.of(text, Span(*value.span())) if value else None
    if not written or not written.text:
        raise QueryError(
            Problem.MISSING_VALUE, text, Span(at, max(at + 1, value.end() if value else 0)), field.examples
        )
    return written


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at
