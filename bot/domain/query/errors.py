"""A query that cannot be read: what is wrong, where, and what would be right. The sentence is the template's."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.errors import DomainError
from bot.domain.span import Pointed, Span, point_at


class Problem(StrEnum):
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_VALUE = "unknown_value"
    MISSING_VALUE = "missing_value"
    NOT_COMPARABLE = "not_comparable"
    NEEDS_COMPARISON = "needs_comparison"
    UNCLOSED_QUOTE = "unclosed_quote"
    UNEXPECTED = "unexpected"
    CANNOT_NEGATE = "cannot_negate"
    TOO_MANY = "too_many"
    NOW_ONLY = "now_only"
    UNKNOWN_NAME = "unknown_name"
    SEVERAL = "several"


class QueryError(DomainError):
    """`expected` are words or examples that fit at `span` of `text`; `nearest` is the one that was probably meant;
    `field` is what an unknown name was to be one of."""

    def __init__(
        self,
        problem: Problem,
        text: str,
        span: Span,
        expected: tuple[str, ...] = (),
        nearest: str | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(f"{problem.value} at {span.start}")
        self.problem, self.text, self.span, self.field = problem, text, span, field
        self.expected, self.nearest = expected, nearest

    @property
    def word(self) -> str:
        return self.span.of(self.text)

    def pointed(self) -> Pointed:
        """The line and its carets, for a fixed-width font."""
        return point_at(self.text, self.span)
