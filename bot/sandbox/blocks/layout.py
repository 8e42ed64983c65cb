"""Blocks, and on which surface each may stand: https://docs.slack.dev/reference/block-kit/blocks

Where Slack's pages disagree about a limit, the smaller one counts.
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.blocks.elements import ACCESSORY, ACTIONS, BUTTON, IMAGE, INPUTS
from bot.sandbox.blocks.objects import BLOCK_ID, SLACK_FILE, plain, text
from bot.sandbox.blocks.rich import RICH
from bot.sandbox.blocks.shapes import Check, Findings, Shape, anything, boolean, integer, many, one_of, string, typed

MESSAGE, MODAL, HOME = "message", "modal", "home"
EVERYWHERE = frozenset({MESSAGE, MODAL, HOME})


def _block(required: dict[str, Check], optional: dict[str, Check] | None = None, also: Check | None = None) -> Shape:
    return Shape(required, {"block_id": BLOCK_ID, **(optional or {})}, also)


def _text_or_fields(found: Findings, at: str, value: Any) -> None:
    if not value.get("text") and not value.get("fields"):
        found.note(at, "missing_field", "missing required field: text")


def _context_element(found: Findings, at: str, value: Any) -> None:
    check = IMAGE if isinstance(value, dict) and value.get("type") == "image" else text(3000)
    check(found, at, value)


def _image_source(found: Findings, at: str, value: Any) -> None:
    if ("image_url" in value) == ("slack_file" in value):
        found.note(at, "missing_field", "exactly one of image_url, slack_file is required")


def _own_action_ids(found: Findings, at: str, value: Any) -> None:
    elements = value.get("elements")
    ids = [e.get("action_id") for e in elements if isinstance(e, dict)] if isinstance(elements, list) else []
    for place, action_id in enumerate(ids):
        if action_id and action_id in ids[:place]:
            words = f'`action_id` "{action_id}" already exists'
            found.note(f"{at}/elements/{place}/action_id", "duplicate", words)


def _chart(found: Findings, at: str, value: Any) -> None:
    chart = value.get("chart") or {}
    for name in ("segments", "series"):
        if len(chart.get(name, ())) > 6:
            found.note(f"{at}/chart/{name}", "too_many", "no more than 6 items allowed")
    points = [chart.get("segments") or [], *(one.get("data", []) for one in chart.get("series", ()))]
    if any(len(each) > 20 for each in points):
        found.note(f"{at}/chart", "too_many", "no more than 20 points allowed")
    labels = [str(one.get("label", "")) for each in points for one in each]
    labels += [str(one.get("name", "")) for one in chart.get("series", ())]
    if any(len(label) > 20 for label in labels):
        found.note(f"{at}/chart", "too_long", "labels must be less than 21 characters")


def _letters(found: Findings, at: str, value: Any) -> None:
    if len("".join(map(str, _texts(value.get("rows"))))) > 20_000:
        found.note(f"{at}/rows", "too_long", "must be less than 20001 characters together")


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, each in value.items() for text in ([each] if key == "text" else _texts(each))]
    return [text for each in value for text in _texts(each)] if isinstance(value, list) else []


def _child(found: Findings, at: str, value: Any) -> None:
    """A block within a block."""
    BLOCK(found, at, value)


def _card(found: Findings, at: str, value: Any) -> None:
    typed({"card": BLOCKS["card"]})(found, at, value)


_CELL = anything
_TASK: dict[str, Check] = dict.fromkeys(("status", "details", "output", "sources"), anything)
_DATA_TABLE: dict[str, Check] = {
    "caption": anything,
    "page_size": integer(1, 100),
    "row_header_column_index": anything,
}
BLOCKS: dict[str, Shape] = {
    "section": _block(
        {},
        {"text": text(3000), "fields": many(text(2000), 10), "accessory": ACCESSORY, "expand": boolean},
        _text_or_fields,
    ),
    "divider": _block({}),
    "header": _block({"text": plain(150)}, {"level": integer(1, 4)}),
    "image": _block(
        {"alt_text": string(2000)},
        {"title": plain(2000), "image_url": string(3000), "slack_file": SLACK_FILE},
        _image_source,
    ),
    "context": _block({"elements": many(_context_element, 10)}),
    "actions": _block({"elements": many(ACTIONS, 25)}, also=_own_action_ids),
    "input": _block(
        {"label": plain(2000), "element": INPUTS},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": _block({"elements": RICH}),
    "video": _block(
        {"alt_text": string(2000), "title": plain(199), "thumbnail_url": string(3000), "video_url": string(3000)},
        {"description": plain(200), "author_name": string(50), "title_url": string(3000), "provider_name": string(50)},
    ),
    "markdown": _block({"text": string(12_000)}),
    "table": _block({"rows": many(many(_CELL, 20), 100)}, {"column_settings": many(anything, 20, 0)}),
    "alert": _block({"text": text(200)}, {"level": one_of("default", "info", "warning", "error", "success")}),
    "card": _block(
        {},
        {
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "subtext": text(200),
            "actions": many(BUTTON, 3),
            "icon": anything,
            "hero_image": anything,
            "slack_icon": anything,
        },
    ),
    "carousel": _block({"elements": many(_card, 10)}),
    "container": _block(
        {"title": text(150), "child_blocks": many(_child, 10)},
        {
            "subtitle": text(150),
            "icon": anything,
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "width": anything,
        },
    ),
    "plan": _block({"title": anything}, {"tasks": many(anything, 50, 0)}),
    "task_card": _block({"task_id": string(255), "title": anything}, _TASK),
    "context_actions": _block({"elements": many(anything, 5)}),
    "data_table": _block(
        {"rows": many(many(_CELL, 20), 101, 2)},
        _DATA_TABLE,
        _letters,
    ),
    "data_visualization": _block({"title": string(50), "chart": anything}, also=_chart),
}
BLOCK = typed(BLOCKS)

ONLY: dict[str, frozenset[str]] = {
    "alert": frozenset({MODAL}),
    "table": frozenset({MESSAGE, HOME}),
    "data_table": frozenset({MESSAGE, HOME}),
    "carousel": frozenset({MESSAGE, HOME}),
    "card": frozenset({MESSAGE, HOME}),
} | dict.fromkeys(
    ("markdown", "plan", "task_card", "context_actions", "container", "data_visualization"), frozenset({MESSAGE})
)
# At most so many of a kind in one message.
MOST: dict[str, int] = {"table": 1, "data_visualization": 2}
