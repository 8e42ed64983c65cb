"""Texts made shorter without breaking what they are made of: an escape, a reference, one visible character.

Length is counted in UTF-16 units, which is never less than in characters: Slack does not say which it counts.
"""

from __future__ import annotations

import unicodedata

ELLIPSIS = "…"
LONGEST_ESCAPE = 5
LONGEST_CLUSTER = 32
"""Characters that one visible character may consist of; longer pile-ups may be cut inside."""

_JOINER = "\u200d"


def size(text: str) -> int:
    """In UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut_plain(text: str, limit: int) -> str:
    """At most `limit` long, with an ellipsis where something is missing."""
    if size(text) <= limit:
        return text
    return _without_broken_cluster(text, _fitting(text, limit - 1)).rstrip() + ELLIPSIS


def cut_mrkdwn(text: str, limit: int) -> str:
    """The same for a text with escapes and references: each of them is kept whole or left out."""
    if size(text) <= limit:
        return text
    end = len(_without_broken_cluster(text, _fitting(text, limit - 1)))
    return text[: _before_broken_escape(text, _before_broken_reference(text, end))].rstrip() + ELLIPSIS


def _fitting(text: str, limit: int) -> int:
    """How many characters fit into `limit` units; fewer where there are lone surrogates, which no text of ours has."""
    room = max(0, limit)
    if text.isascii():
        return room
    units = text[:room].encode("utf-16-le", "surrogatepass")[: 2 * room]
    return len(units.decode("utf-16-le", "ignore"))


def _without_broken_cluster(text: str, end: int) -> str:
    """Steps back while the next character belongs to the one before it."""
    floor = max(0, end - LONGEST_CLUSTER)
    while floor < end < len(text) and (_extends(text[end]) or text[end - 1] == _JOINER or _splits_flag(text, end)):
        end -= 1
    return text[:end]


def _extends(char: str) -> bool:
    tone = "\U0001f3fb" <= char <= "\U0001f3ff"
    return tone or char == _JOINER or unicodedata.category(char) in ("Mn", "Me", "Mc")


def _splits_flag(text: str, end: int) -> bool:
    """A flag is two regional letters; which two depends on how many stand before."""
    start = end
    while start > 0 and end - start < LONGEST_CLUSTER and _regional(text[start - 1]):
        start -= 1
    return _regional(text[end]) and (end - start) % 2 == 1


def _regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _before_broken_reference(text: str, end: int) -> int:
    """In a text of ours every `<` opens a reference."""
    opened = text.rfind("<", 0, end)
    return opened if opened > text.rfind(">", 0, end) else end


def _before_broken_escape(text: str, end: int) -> int:
    started = text.rfind("&", max(0, end - LONGEST_ESCAPE), end)
    return started if started >= 0 and ";" not in text[started:end] else end
