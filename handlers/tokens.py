"""The only tokenizer: `verb [KEY] [free text] [name:value ...] [@user] [#channel]` -> typed tokens with their place.

It knows shapes, not grammar: which verb wants a key first, or a title, is for the verb to say. Input went through
`handlers.normalise` before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from bot.domain.span import Span
from handlers.token_kinds import (
    REFERENCES,
    ChannelRef,
    GroupRef,
    Key,
    Named,
    Negation,
    Token,
    UserRef,
    Word,
)

__all__ = [
    "NAMES",
    "ChannelRef",
    "GroupRef",
    "Key",
    "Named",
    "Negation",
    "Token",
    "Tokens",
    "UnclosedQuote",
    "UserRef",
    "Word",
    "tokenise",
]

NAMES = {
    "sev": "severity",
    "severity": "severity",
    "prio": "priority",
    "priority": "priority",
    "rel": "release",
    "release": "release",
    "comp": "component",
    "component": "component",
    "env": "environment",
    "environment": "environment",
    "build": "build",
    "owner": "owner",
    "reporter": "reporter",
    "status": "status",
    "resolution": "resolution",
    "label": "label",
    "labels": "label",
    "title": "title",
    "text": "text",
    "note": "note",
    "req": "requirement",
    "requirement": "requirement",
    "commit": "commit",
    "commits": "commits",
    "pr": "pr",
    "ships": "ships",
    "as-of": "as_of",
    "asof": "as_of",
    "since": "since",
    "suggestions": "suggestions",
    "until": "until",
    "as": "role",
    "role": "role",
}
"""What people type before the colon -> the one name by which verbs ask for it."""

SPACED = {"severity": re.compile(r"[sS][1-4]\b"), "priority": re.compile(r"[pP][1-4]\b")}
"""Values that cannot be meant as free text: a phone's space after the colon (`sev: S1`) is forgiven for these."""


class UnclosedQuote(ValueError):
    """A quote opens at `span` of `text` and never closes."""

    def __init__(self, text: str, span: Span) -> None:
        super().__init__(f"unclosed quote at {span.start}")
        self.text, self.span = text, span


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of `text` in order; `unclosed` is the place of a quote that was read as an ordinary character."""

    text: str
    items: tuple[Token, ...]
    unclosed: Span | None = None

    def __iter__(self) -> Iterator[Token]:
        return iter(self.items)

    def closed(self) -> Tokens:
        """Itself, or UnclosedQuote: for whoever would rather point at the quote than guess."""
        if self.unclosed:
            raise UnclosedQuote(self.text, self.unclosed)
        return self

    def rest(self, after: Token) -> str:
        """Everything behind a token as it was typed, without the `:` or `,` that separates it."""
        return self.text[after.span.end :].lstrip().removeprefix(":").removeprefix(",").strip()

    def without(self, taken: Iterable[Token]) -> str:
        """The free text as it was typed, without the tokens that had a meaning; a text that is one quote loses it."""
        pieces, at = [], 0
        for span in sorted(token.span for token in taken):
            pieces.append(self.text[at : span.start])
            at = max(at, span.end)
        pieces.append(self.text[at:])
        free = " ".join(piece for piece in map(str.strip, pieces) if piece)
        return _unquoted(free) if _QUOTED.fullmatch(free) else free


_STOPS = r"(?:[:,;.?!]+(?=\s|$))?"
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_QUOTE = r'"(?:[^"\\]|\\.)*"(?=[\s,:;.?!)]|$)'
_REFERENCE = r"<(?:[@#][A-Z][A-Z0-9]+|!subteam\^[A-Z0-9]+)(?:\|[^<>\n]*)?>"
_LEXEME = re.compile(rf'(?:[^\s:=<"]*[:=])?(?:{_REFERENCE}{_STOPS}|{_QUOTE})|\S(?:(?!<[@#!])\S)*', re.DOTALL)
_NAMED = re.compile(r"(-{0,2})([a-z]+(?:-[a-z]+)?)(?:(:|(?<=[a-z])=)(.*))?", re.DOTALL | re.IGNORECASE)
_LINKED = re.compile(rf"<([@#]|!subteam\^)([A-Z0-9]+)(?:\|([^<>\n]*))?>{_STOPS}")
_TYPED = re.compile(rf"([@#])(?!\d+\b)(\w(?:[\w.'-]*\w)?){_STOPS}")
_KEY = re.compile(r"`?([a-z][a-z0-9]{0,9})-([1-9][0-9]{0,8})`?[:,;.?!]*", re.IGNORECASE)


def tokenise(text: str, names: Collection[str] = frozenset(NAMES.values())) -> Tokens:
    """All tokens of a normalised text. Only `names` make a Named: any other `note: x` is free text."""
    items: list[Token] = []
    unclosed: Span | None = None
    at = 0
    while lexeme := _LEXEME.search(text, at):
        span = Span(*lexeme.span())
        token = _named(text, span, names) or _reference(lexeme[0], span) or _word(lexeme[0], span)
        unclosed = unclosed or _open_quote(text, token)
        items.append(token)
        at = token.span.end
    return Tokens(text, tuple(items), unclosed)


def _named(text: str, span: Span, names: Collection[str]) -> Token | None:
    """`sev:S1`, `sev: S1`, `--sev=S1`, `--sev S1`; with one dash the Negation of it."""
    parts = _NAMED.fullmatch(text, span.start, span.end)
    name = NAMES.get(parts[2].casefold()) if parts else None
    if not parts or not name or name not in names or (parts[3] != ":" and parts[1] != "--"):
        return None
    value = Span(*parts.span(4)) if parts[4] else _next_value(text, span, name, flag=parts[1] == "--")
    if not value:
        return None
    meant = _unquoted(value.of(text))
    named = Named(name, meant, Span(span.start, value.end), value) if meant else None
    return Negation(named, named.span) if named and parts[1] == "-" else named


def _next_value(text: str, span: Span, name: str, flag: bool) -> Span | None:
    following = _LEXEME.search(text, span.end)
    forgiven = SPACED.get(name)
    if not following or not (flag or (forgiven and forgiven.match(following[0]))):
        return None
    return Span(*following.span())


def _unquoted(value: str) -> str:
    r"""The inside of a quote, where `\"` is a quote and `\\` a backslash; else the value without a comma behind it."""
    if quoted := _QUOTED.match(value):
        return re.sub(r'\\(["\\])', r"\1", quoted[1])
    return value.rstrip(",:;.?!" if _LINKED.fullmatch(value) else ",;")


def _reference(lexeme: str, span: Span) -> Token | None:
    if linked := _LINKED.fullmatch(lexeme):
        kind, subject, name = linked.groups()
        name = name.lstrip("@#") if name else None
        return REFERENCES[kind](subject, name, span)
    if typed := _TYPED.fullmatch(lexeme):
        return UserRef(None, typed[2], span) if typed[1] == "@" else ChannelRef(None, typed[2], span)
    key = _KEY.fullmatch(lexeme)
    return Key(key[1].upper(), int(key[2]), span) if key else None


def _word(lexeme: str, span: Span) -> Word:
    quoted = _QUOTED.fullmatch(lexeme)
    return Word(_unquoted(lexeme) if quoted else lexeme, span, bool(quoted))


def _open_quote(text: str, token: Token) -> Span | None:
    at = token.value_span.start if isinstance(token, Named) else token.span.start
    return Span(at, at + 1) if text[at] == '"' and not _QUOTED.match(text, at) else None
