"""What a message says beside its text: apps post blocks or attachments alone, and people share such messages.

Blocks and their elements: docs.slack.dev/reference/block-kit; attachments:
docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from handlers.payload import Body, each, first, word

# The pieces of a line of rich text, as the same words would stand in a message's text.
_PIECES: Mapping[str, Callable[[Body], str]] = MappingProxyType(
    {
        "text": lambda piece: word(piece, "text"),
        "link": lambda piece: first(word(piece, "text"), word(piece, "url")),
        "user": lambda piece: f"<@{word(piece, 'user_id')}>",
        "channel": lambda piece: f"<#{word(piece, 'channel_id')}>",
        "emoji": lambda piece: f":{word(piece, 'name')}:",
    }
)
# Lists hold lines, quotes hold pieces; deeper than this nobody writes.
_DEEPEST = 4


def said_beside(message: Body) -> str:
    """The lines of its blocks, else of its attachments; empty where neither says anything."""
    return first("\n".join(_blocks(message)), "\n".join(_attachments(message)))


def _blocks(holder: Body) -> Iterator[str]:
    for block in each(holder, "blocks"):
        yield from filter(None, map(str.strip, _READ.get(word(block, "type"), _nothing)(block)))


def _nothing(_: Body) -> Iterator[str]:
    return iter(())


def _texts(block: Body) -> Iterator[str]:
    """A section, a header, a context; buttons and pictures beside them say nothing of what happened."""
    yield first(word(block, "text", "text"), word(block, "text"))
    for part in (*each(block, "fields"), *each(block, "elements")):
        yield word(part, "text")


def _rich(block: Body, depth: int = 0) -> Iterator[str]:
    yield "".join(_PIECES[kind](piece) for piece in each(block, "elements") if (kind := word(piece, "type")) in _PIECES)
    if depth < _DEEPEST:
        for part in each(block, "elements"):
            yield from _rich(part, depth + 1)


_READ: Mapping[str, Callable[[Body], Iterator[str]]] = MappingProxyType(
    {"section": _texts, "header": _texts, "context": _texts, "markdown": _texts, "rich_text": _rich}
)


def _attachments(message: Body) -> Iterator[str]:
    for attachment in each(message, "attachments"):
        lines = [word(attachment, part) for part in ("pretext", "title", "text")]
        fields = [f"{word(field, 'title')}: {word(field, 'value')}" for field in each(attachment, "fields")]
        lines = [line for line in (*lines, *fields, *_blocks(attachment)) if line]
        yield from lines or filter(None, [word(attachment, "fallback")])
