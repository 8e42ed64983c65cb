"""From what fingers type to what a client sends, and back.

A client sends references, not names, and three entities: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re

from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace

_TYPED = re.compile(
    r"(?P<link>https?://(?:(?!&[lg]t;)[^\s<>|])+)|(?<![\w@])@(?P<person>[\w.-]+)|(?<![\w#&])#(?P<channel>[\w-]+)"
)
_ENDS_OUTSIDE = ".,;:!?)]'\"*_~`"  # punctuation after an address belongs to the sentence
_SENT = re.compile(r"<(?P<mark>[@#!]?)(?P<target>[^<>|\n]+)(?:\|(?P<label>[^<>\n]*))?>")


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def as_sent(space: Workspace, text: str, *, labels: bool = False) -> str:
    """`labels`: with the names beside the ids, as a slash command with `should_escape` carries them."""
    people = _people(space)
    channels = {each["name"]: each for each in space.state.channels.values() if each["is_channel"]}

    def reference(found: re.Match[str]) -> str:
        if found["link"]:
            address = found["link"].rstrip(_ENDS_OUTSIDE)
            return f"<{address}>{found['link'][len(address) :]}"
        name = found["person"] or found["channel"]
        bare = name.rstrip(".-")
        known, mark = (people, "@") if found["person"] else (channels, "#")
        target = known.get(bare.lower())
        if target is None:
            return found[0]
        label = f"|{target['name']}" if labels or mark == "#" else ""
        return f"<{mark}{target['id']}{label}>{name[len(bare) :]}"

    return _TYPED.sub(reference, escaped(text))


def _people(space: Workspace) -> dict[str, Json]:
    """By handle and by the name that others see."""
    users = space.state.users.values()
    shown = {str(each["profile"].get("display_name") or each["real_name"]).lower(): each for each in users}
    return {**shown, **{str(each["name"]).lower(): each for each in users}}


def as_typed(space: Workspace, text: str) -> str:
    """What stands in the field when a message is edited."""

    def name(found: re.Match[str]) -> str:
        target, label = found["target"], found["label"]
        if found["mark"] == "@":
            return f"@{space.state.users.get(target, {}).get('name', label or target)}"
        if found["mark"] == "#":
            return f"#{space.state.channels.get(target, {}).get('name', label or target)}"
        return f"@{target}" if found["mark"] else target

    return _unescaped(_SENT.sub(name, text))


def as_blocks(space: Workspace, text: str) -> list[Json]:
    """The rich_text block that a client sends beside the text."""
    elements: list[Json] = []
    at = 0
    for found in _SENT.finditer(text):
        elements += _words(text[at : found.start()])
        elements.append(_reference(found))
        at = found.end()
    elements += _words(text[at:])
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": space.ids.short(), "elements": [section]}]


def _words(text: str) -> list[Json]:
    return [{"type": "text", "text": _unescaped(text)}] if text else []


def _reference(found: re.Match[str]) -> Json:
    target = found["target"]
    shapes: dict[str, Json] = {
        "@": {"type": "user", "user_id": target},
        "#": {"type": "channel", "channel_id": target},
        "!": {"type": "broadcast", "range": target},
        "": {"type": "link", "url": _unescaped(target)},
    }
    return shapes[found["mark"]]
