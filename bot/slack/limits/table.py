"""Every limit of Block Kit that belongs to one node, by the node's type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.limits.hollow import hollow
from bot.slack.limits.options import options
from bot.slack.limits.rules import (
    Json,
    Path,
    Rule,
    Violation,
    droppable,
    identity,
    items,
    number,
    solid,
    solid_child,
    spoken,
    text,
    texts,
    words,
    written,
)

TEXT = 3000
LABEL = 20
"""Of charts."""
DATA_ROWS = 101
"""One of them holds the column names."""
DATA_CHARACTERS = 20_000


def _confirm(node: Json, path: Path, found: list[Violation]) -> None:
    asked = node.get("confirm")
    if isinstance(asked, dict):
        for rule in CONFIRM:
            rule(asked, (path, "confirm"), found)


def _initial_value(node: Json, path: Path, found: list[Violation]) -> None:
    """What stands in a field at first may not be longer than what may be typed there."""
    words("initial_value", min(node.get("max_length") or TEXT, TEXT))(node, path, found)


def _columns(node: Json, path: Path, found: list[Violation]) -> None:
    wide = [row for row in node.get("rows") or () if isinstance(row, list) and len(row) > 20]
    if wide:

        def fix() -> None:
            for row in wide:
                del row[20:]

        found.append(Violation(written((path, "rows")), "too many columns", 20, max(map(len, wide)), True, fix))


def _data_characters(node: Json, path: Path, found: list[Violation]) -> None:
    total = sum(map(_characters, node.get("rows") or ()))
    if total > DATA_CHARACTERS:

        def fix() -> None:
            while len(node["rows"]) > 1 and sum(map(_characters, node["rows"])) > DATA_CHARACTERS:
                del node["rows"][-max(1, len(node["rows"]) // 10) :]
            if sum(map(_characters, node["rows"])) > DATA_CHARACTERS:
                node["rows"] = []

        found.append(Violation(written((path, "rows")), "text too long", DATA_CHARACTERS, total, True, fix))


def _characters(node: Any) -> int:
    if isinstance(node, dict):
        own = node.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(map(_characters, node.values()))
    return sum(map(_characters, node)) if isinstance(node, list) else 0


def _labels(node: Json, path: Path, found: list[Violation]) -> None:
    """Of a chart: cut alike everywhere, so that points still meet their categories."""
    items("segments", 6)(node, path, found)
    items("series", 6)(node, path, found)
    for key in ("segments", "series"):
        for place, part in enumerate(node.get(key) or ()):
            part_path = ((path, key), place)
            for rule in (words("label", LABEL), words("name", LABEL), items("data", LABEL)):
                rule(part, part_path, found)
            for at, point in enumerate(part.get("data") or ()):
                words("label", LABEL)(point, ((part_path, "data"), at), found)
    axis = node.get("axis_config")
    if isinstance(axis, dict):
        items("categories", LABEL)(axis, (path, "axis_config"), found)
        _categories(axis, (path, "axis_config"), found)


def _categories(axis: Json, path: Path, found: list[Violation]) -> None:
    for place, _ in enumerate(axis.get("categories") or ()):
        held = {"label": axis["categories"][place]}
        inner: list[Violation] = []
        words("label", LABEL)(held, ((path, "categories"), place), inner)
        for violation in inner:
            found.append(_category(axis, place, held, violation))


def _category(axis: Json, place: int, held: Json, violation: Violation) -> Violation:
    def fix() -> None:
        violation.fix()
        if place < len(axis["categories"]):
            axis["categories"][place] = held["label"]

    return Violation(violation.path, violation.rule, violation.limit, violation.found, violation.loses, fix)


CONFIRM: tuple[Rule, ...] = (
    *(spoken(key) for key in ("title", "text", "confirm", "deny")),
    text("title", 100),
    text("text", 300),
    text("confirm", 30),
    text("deny", 30),
)
BLOCK: tuple[Rule, ...] = (droppable("block_id", 255),)
ELEMENT: tuple[Rule, ...] = (
    identity("action_id"),
    text("placeholder", 150),
    solid_child("placeholder", hollow),
    _confirm,
)
IMAGE: tuple[Rule, ...] = (
    droppable("image_url", 3000),
    spoken("alt_text", bare=True),
    words("alt_text", 2000),
    text("title", 2000),
    solid_child("title", hollow),
)
ROWS: tuple[Rule, ...] = (*BLOCK, _columns)
RICH: tuple[Rule, ...] = (solid("elements", hollow),)

RULES: Mapping[str, tuple[Rule, ...]] = {
    "section": (
        *BLOCK,
        text("text", TEXT),
        texts("fields", 2000),
        items("fields", 10),
        solid("fields", hollow),
        solid_child("text", hollow),
        solid_child("accessory", hollow),
    ),
    "header": (*BLOCK, text("text", 150)),
    "context": (*BLOCK, texts("elements", TEXT), items("elements", 10), solid("elements", hollow)),
    "actions": (*BLOCK, items("elements", 25), solid("elements", hollow)),
    "divider": BLOCK,
    "input": (*BLOCK, spoken("label"), text("label", 2000), text("hint", 2000), solid_child("hint", hollow)),
    "image": (*BLOCK, *IMAGE),
    "markdown": (*BLOCK, words("text", 11_999)),
    "rich_text": (*BLOCK, *RICH),
    "rich_text_section": RICH,
    "rich_text_list": RICH,
    "rich_text_quote": RICH,
    "rich_text_preformatted": RICH,
    "text": (words("text", TEXT),),
    "link": (droppable("url", 3000), words("text", TEXT)),
    "button": (
        *ELEMENT,
        spoken("text"),
        text("text", 75),
        droppable("value", 2000),
        droppable("url", 3000),
    ),
    "overflow": (*ELEMENT, options(5)),
    "static_select": (*ELEMENT, options(100)),
    "multi_static_select": (*ELEMENT, options(100)),
    "checkboxes": (*ELEMENT, options(10)),
    "radio_buttons": (*ELEMENT, options(10)),
    "plain_text_input": (*ELEMENT, number("max_length", 1, TEXT), number("min_length", 0, TEXT), _initial_value),
    "file_input": (*ELEMENT, number("max_files", 1, 10)),
    **dict.fromkeys(
        (
            *("external_select", "multi_external_select", "users_select", "multi_users_select"),
            *("conversations_select", "multi_conversations_select", "channels_select", "multi_channels_select"),
            *("datepicker", "timepicker", "datetimepicker", "number_input", "email_text_input", "url_text_input"),
        ),
        ELEMENT,
    ),
    "table": (*ROWS, items("rows", 100)),
    "data_table": (*ROWS, items("rows", DATA_ROWS), number("page_size", 1, 100), _data_characters),
    "data_visualization": (*BLOCK, words("title", 50)),
    **dict.fromkeys(("pie", "bar", "line", "area"), (_labels,)),
    "alert": (*BLOCK, text("text", 200)),
    "card": (*BLOCK, text("title", 150), text("subtitle", 150), text("body", 200), items("actions", 3)),
    "carousel": (*BLOCK, items("elements", 10)),
    "container": (*BLOCK, text("title", 150), items("child_blocks", 10)),
    "plan": (*BLOCK, items("tasks", 50)),
}
