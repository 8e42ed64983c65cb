"""`rich_text` blocks as HTML: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup, escape

from bot.sandbox.page.dates import worded
from bot.sandbox.page.mrkdwn import channel, emoji, link, person
from bot.sandbox.page.reader import Reader
from bot.sandbox.types import Json

Draw = Callable[[Json, Reader], Markup]


def _text(element: Json, _reader: Reader) -> Markup:
    return Markup("<br>").join(escape(line) for line in str(element.get("text", "")).split("\n"))


def _date(element: Json, reader: Reader) -> Markup:
    pattern = str(element.get("format", "{date_short} {time}"))
    return escape(worded(reader, str(element.get("timestamp", "")), pattern, str(element.get("fallback", ""))))


_ELEMENTS: dict[str, Draw] = {
    "text": _text,
    "link": lambda element, _reader: link(str(element.get("url", "")), str(element.get("text", "")))[0],
    "user": lambda element, reader: person(str(element.get("user_id", "")), reader)[0],
    "channel": lambda element, reader: channel(str(element.get("channel_id", "")), reader)[0],
    "emoji": lambda element, _reader: emoji(str(element.get("name", ""))),
    "broadcast": lambda element, _reader: Markup('<span class="mention broadcast">@{}</span>').format(
        element.get("range", "")
    ),
    "date": _date,
    "color": lambda element, _reader: escape(element.get("value", "")),
}
_STYLES = {"bold": "strong", "italic": "em", "strike": "s", "code": "code", "underline": "u"}


def _inline(elements: list[Json], reader: Reader) -> Markup:
    return Markup().join(_styled(element, reader) for element in elements)


def _styled(element: Json, reader: Reader) -> Markup:
    html = _ELEMENTS.get(str(element.get("type")), _text)(element, reader)
    for name, tag in _STYLES.items():
        if (element.get("style") or {}).get(name):
            html = Markup("<{0}>{1}</{0}>").format(Markup(tag), html)
    return html


def _list(part: Json, reader: Reader) -> Markup:
    tag = Markup("ol" if part.get("style") == "ordered" else "ul")
    start = Markup(' start="{}"').format(int(part["offset"]) + 1) if part.get("offset") else Markup()
    items = Markup().join(Markup("<li>{}</li>").format(render_part(each, reader)) for each in part.get("elements", ()))
    shape = Markup('<{0}{1} class="level-{2}">{3}</{0}>')
    return shape.format(tag, start, int(part.get("indent") or 0), items)


def _around(tag: str) -> Draw:
    return lambda part, reader: Markup("<{0}>{1}</{0}>").format(Markup(tag), _inline(part.get("elements", []), reader))


_PARTS: dict[str, Draw] = {
    "rich_text_section": lambda part, reader: _inline(part.get("elements", []), reader),
    "rich_text_preformatted": _around("pre"),
    "rich_text_quote": _around("blockquote"),
    "rich_text_list": _list,
}


def render_part(part: Json, reader: Reader) -> Markup:
    return _PARTS.get(str(part.get("type")), _PARTS["rich_text_section"])(part, reader)


def render(block: Json, reader: Reader) -> Markup:
    return Markup().join(
        Markup('<div class="rich">{}</div>').format(render_part(part, reader)) for part in block.get("elements", ())
    )
