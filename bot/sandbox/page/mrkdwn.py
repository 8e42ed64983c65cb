"""Slack's text as HTML: https://docs.slack.dev/messaging/formatting-message-text

Whatever a person or an app wrote is escaped; only what this module makes itself is markup.
"""

from __future__ import annotations

import re
from itertools import groupby

from markupsafe import Markup, escape

from bot.sandbox.page.dates import worded
from bot.sandbox.page.emoji import NAMED, sign, with_signs
from bot.sandbox.page.reader import Reader

_PRE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_ANGLE = re.compile(r"<([^<>\n]+)>")
_QUOTE = re.compile(r"(?:&gt;|>) ?")
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<angle>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<bold>[^*\n\s](?:[^*\n]*[^*\n\s])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^_\n\s](?:[^_\n]*[^_\n\s])?)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>[^~\n\s](?:[^~\n]*[^~\n\s])?)~(?![\w~])"
    r"|" + NAMED.pattern.replace("(", "(?P<emoji>", 1)
)
_TAGS = {"bold": "strong", "italic": "em", "strike": "s"}
_SAFE = ("http://", "https://", "mailto:")
_BROADCAST = {"here": "@here", "channel": "@channel", "everyone": "@everyone"}


def plain(text: str) -> Markup:
    """Text that knows no formatting but emoji names and line ends."""
    return _lines(with_signs(unescape_slack(text)))


def unescape_slack(text: str) -> str:
    """Slack knows three entities and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def render(text: str, reader: Reader) -> Markup:
    """Code blocks first, then quotes, then what stands within a line."""
    html = Markup()
    at = 0
    for found in _PRE.finditer(text):
        html += _paragraphs(text[at : found.start()].removesuffix("\n"), reader)
        html += Markup("<pre>{}</pre>").format(_raw(found[1], reader))
        at = found.end() + (text[found.end() : found.end() + 1] == "\n")
    return html + _paragraphs(text[at:], reader)


def _raw(code: str, reader: Reader) -> str:
    """In code only references are read."""
    parts = _ANGLE.split(code)
    parts[::2] = map(unescape_slack, parts[::2])
    parts[1::2] = (_reference(body, reader)[1] for body in parts[1::2])
    return "".join(parts)


def _paragraphs(text: str, reader: Reader) -> Markup:
    if not text:
        return Markup()
    groups = groupby(text.split("\n"), lambda line: bool(_QUOTE.match(line)))
    return Markup().join((_quoted if quoted else _written)(list(lines), reader) for quoted, lines in groups)


def _written(lines: list[str], reader: Reader) -> Markup:
    return Markup("<br>").join(inline(line, reader) for line in lines)


def _quoted(lines: list[str], reader: Reader) -> Markup:
    bare = [_QUOTE.sub("", line, count=1) for line in lines]
    return Markup("<blockquote>{}</blockquote>").format(_written(bare, reader))


def inline(line: str, reader: Reader) -> Markup:
    html = Markup()
    at = 0
    for found in _INLINE.finditer(line):
        html += escape(unescape_slack(line[at : found.start()])) + _piece(found, reader)
        at = found.end()
    return html + escape(unescape_slack(line[at:]))


def _piece(found: re.Match[str], reader: Reader) -> Markup:
    kind = str(found.lastgroup)
    body = found[kind]
    if kind == "code":
        return Markup("<code>{}</code>").format(_raw(body, reader))
    if kind == "angle":
        return _reference(body, reader)[0]
    if kind == "emoji":
        return emoji(body)
    tag = Markup(_TAGS[kind])
    return Markup("<{0}>{1}</{0}>").format(tag, inline(body, reader))


def emoji(name: str) -> Markup:
    return Markup('<span class="emoji" title=":{0}:">{1}</span>').format(name, sign(name))


def _reference(body: str, reader: Reader) -> tuple[Markup, str]:
    """`<…>` as markup and as bare text."""
    target, _, label = body.partition("|")
    label = unescape_slack(label)
    if target.startswith("@"):
        return person(target[1:], reader, label)
    if target.startswith("#"):
        return channel(target[1:], reader)
    if target.startswith("!"):
        return _special(target[1:], label, reader)
    return link(unescape_slack(target), label)


def person(user_id: str, reader: Reader, label: str = "") -> tuple[Markup, str]:
    known = user_id in reader.space.state.users
    words = f"@{reader.person(user_id) if known else label or user_id}"
    own = " me" if user_id == reader.user else ""
    return Markup('<span class="mention{}">{}</span>').format(own, words), words


def channel(channel_id: str, reader: Reader) -> tuple[Markup, str]:
    words = f"#{reader.channel(channel_id)}"
    shape = Markup('<a class="mention" href="?channel={0}" data-do="openChannel" data-channel="{0}">{1}</a>')
    return shape.format(channel_id, words), words


def _special(body: str, label: str, reader: Reader) -> tuple[Markup, str]:
    if body.startswith("date^"):
        _, seconds, pattern, *address = [*body.split("^"), ""][:4]
        words = worded(reader, seconds, unescape_slack(pattern), label)
        return (link(address[0], words)[0] if address[0] else escape(words)), words
    name = body.partition("^")[0]
    words = _BROADCAST.get(name) or label or f"@{name}"
    return Markup('<span class="mention broadcast">{}</span>').format(words), words


def link(address: str, label: str = "") -> tuple[Markup, str]:
    """Only web and mail addresses become links; anything else stays text."""
    words = label or address.removeprefix("mailto:")
    if not address.lower().startswith(_SAFE):
        return escape(words), words
    shape = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
    return shape.format(address, words), words
