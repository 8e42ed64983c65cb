"""Where in a text something stands, and how to point at it."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open interval of character indices."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


class Pointed(NamedTuple):
    """Two lines for a fixed-width font: an excerpt of the text, and carets under the span."""

    line: str
    carets: str


def point_at(text: str, span: Span, width: int = 72) -> Pointed:
    """Excerpt at most about `width` columns around the span; line breaks are shown as spaces, cuts as `…`."""
    start = max(0, span.start - width // 2)
    end = min(len(text), max(start + width, min(span.end, start + 2 * width)))
    before, word, after = text[start : span.start], text[span.start : min(span.end, end)], text[span.end : end]
    head, tail = "…" if start else "", "…" if end < len(text) else ""
    line = head + before + word + after + tail
    return Pointed(_flat(line), " " * _columns(head + before) + "^" * max(1, _columns(word)))


def _flat(text: str) -> str:
    return "".join(" " if c.isspace() else c for c in text)


def _columns(text: str) -> int:
    return sum(_width(c) for c in text)


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
