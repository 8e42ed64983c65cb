"""Rich text, element by element: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block

A text of no characters, in whichever element, makes Slack refuse the whole message
(https://github.com/NousResearch/hermes-agent/pull/59621, https://github.com/slack-go/slack/pull/1412).
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.blocks.shapes import Check, Findings, Shape, anything, boolean, integer, many, one_of, string, typed

_STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLE = Shape({}, dict.fromkeys(_STYLES, boolean))
_LONG = 3000


def _part(required: dict[str, Check], **optional: Check) -> Shape:
    return Shape(required, {"style": _STYLE, **optional})


_PARTS: dict[str, Shape] = {
    "text": _part({"text": string(_LONG * 4, 1)}),
    "link": _part({"url": string(_LONG, 1)}, text=string(_LONG, 1), unsafe=boolean),
    "user": _part({"user_id": string(50, 1)}),
    "channel": _part({"channel_id": string(50, 1)}),
    "usergroup": _part({"usergroup_id": string(50, 1)}),
    "team": _part({"team_id": string(50, 1)}),
    "emoji": _part({"name": string(100, 1)}, unicode=string(100), skin_tone=integer(1, 6)),
    "date": _part(
        {"timestamp": integer(0, 10**11), "format": string(_LONG, 1)}, url=string(_LONG, 1), fallback=string(_LONG, 1)
    ),
    "broadcast": _part({"range": one_of("here", "channel", "everyone")}),
    "color": _part({"value": string(50, 1)}),
}
_INLINE = many(typed(_PARTS), 1000)
_BORDER = integer(0, 1)
_SECTION = Shape({"elements": _INLINE})

_WHOLES: dict[str, Shape] = {
    "rich_text_section": _SECTION,
    "rich_text_quote": Shape({"elements": _INLINE}, {"border": _BORDER}),
    "rich_text_preformatted": Shape({"elements": _INLINE}, {"border": _BORDER, "language": string(50)}),
    "rich_text_list": Shape(
        {"style": one_of("bullet", "ordered"), "elements": many(typed({"rich_text_section": _SECTION}), 1000)},
        {"indent": integer(0, 8), "offset": integer(0, 10**6), "border": _BORDER},
    ),
}
RICH = many(typed(_WHOLES), 1000)


def rich_value(found: Findings, at: str, value: Any) -> None:
    """What a rich text field begins with: a whole block without an id."""
    Shape({"elements": RICH}, {"block_id": anything})(found, at, value)
