"""What a person reads and can press in a message, an ephemeral answer or a form."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.sandbox.types import Json

_WORDS = ("text", "label", "hint", "title", "description", "placeholder")


def words(node: Any) -> str:
    """Everything that is written in it, one piece a line."""
    return "\n".join(_written(node))


def _written(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for each in node:
            yield from _written(each)
    elif isinstance(node, dict):
        for name in (*_WORDS, "blocks", "elements", "element", "accessory", "fields", "options", "alt_text"):
            yield from _written(node.get(name))


def blocks_words(message: Json) -> str:
    """Without the `text` that notifications and screen readers take."""
    return words(message.get("blocks", []))


@dataclass(frozen=True, slots=True)
class Press:
    """One thing to press: a button, or an entry of a menu (then `choice` is set)."""

    label: str
    action_id: str
    value: str | None
    choice: str | None = None


def presses(message: Json) -> list[Press]:
    """In the order in which they stand."""
    return [press for block in message.get("blocks", ()) for element in _elements(block) for press in _of(element)]


def _elements(block: Json) -> list[Json]:
    found = [*block.get("elements", ()), block.get("accessory")]
    return [each for each in found if isinstance(each, dict) and "action_id" in each]


def _of(element: Json) -> Iterator[Press]:
    if element["type"] == "button":
        yield Press(element["text"]["text"], element["action_id"], element.get("value"))
    for option in element.get("options", ()):
        if element["type"] in ("overflow", "static_select"):
            yield Press(option["text"]["text"], element["action_id"], None, option["value"])


def labels(message: Json) -> list[str]:
    return [press.label for press in presses(message)]


def buttons(message: Json) -> list[str]:
    return [press.label for press in presses(message) if press.choice is None]


def menu(message: Json) -> list[str]:
    return [press.label for press in presses(message) if press.choice is not None]


def fields(view: Json) -> dict[str, Json]:
    """The inputs of a form by name."""
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def shown(message: Json) -> str:
    """For a failed assertion."""
    return json.dumps(message, indent=1, ensure_ascii=False)


def picked(*keys: str) -> list[Json]:
    """As a picker of several sends what was chosen."""
    return [{"text": {"type": "plain_text", "text": key}, "value": key} for key in keys]
