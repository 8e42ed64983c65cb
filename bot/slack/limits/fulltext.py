"""What a payload says, as plain text: for the file that carries what had to be cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.slack.escaping import plain
from bot.slack.limits.rules import Json


def full_text(payload: Json) -> str:
    """Its blocks, one below the other; without blocks its text."""
    blocks = payload.get("blocks") or [
        block for attachment in payload.get("attachments") or () for block in attachment.get("blocks") or ()
    ]
    said = [line for block in blocks if (line := said_by(block))]
    return "\n\n".join(said) or plain(str(payload.get("text") or ""))


def said_by(node: Any) -> str:
    """A node's own words and those in it, without what is pressed or chosen."""
    if isinstance(node, list):
        return "\n".join(filter(None, map(said_by, node)))
    if not isinstance(node, dict):
        return ""
    teller = TELLERS.get(node.get("type", ""))
    return teller(node) if teller else ""


def _text(node: Json) -> str:
    return str(node.get("text") or "")


def _inline(node: Json) -> str:
    return "".join(map(said_by, node.get("elements") or ()))


def _row(row: Any) -> str:
    return "\t".join(map(said_by, row)) if isinstance(row, list) else said_by(row)


def _rows(node: Json) -> str:
    return "\n".join(map(_row, node.get("rows") or ()))


def _section(node: Json) -> str:
    return "\n".join(filter(None, (said_by(node.get("text")), said_by(node.get("fields")))))


TELLERS: Mapping[str, Callable[[Json], str]] = {
    "plain_text": _text,
    "mrkdwn": lambda node: plain(_text(node)),
    "markdown": _text,
    "raw_text": _text,
    "raw_number": lambda node: str(node.get("text") or node.get("value") or ""),
    "text": _text,
    "link": lambda node: _text(node) or str(node.get("url") or ""),
    "user": lambda node: f"@{node.get('user_id')}",
    "channel": lambda node: f"#{node.get('channel_id')}",
    "emoji": lambda node: f":{node.get('name')}:",
    "date": lambda node: str(node.get("fallback") or ""),
    "section": _section,
    "header": lambda node: said_by(node.get("text")),
    "alert": lambda node: said_by(node.get("text")),
    "context": lambda node: " ".join(filter(None, map(said_by, node.get("elements") or ()))),
    "image": lambda node: str(node.get("alt_text") or ""),
    "rich_text": lambda node: said_by(node.get("elements")),
    "rich_text_section": _inline,
    "rich_text_quote": _inline,
    "rich_text_preformatted": _inline,
    "rich_text_list": lambda node: said_by(node.get("elements")),
    "table": _rows,
    "data_table": _rows,
    "data_visualization": lambda node: str(node.get("title") or ""),
    "input": lambda node: said_by(node.get("label")),
    "card": lambda node: said_by([node.get("title"), node.get("subtitle"), node.get("body")]),
    "carousel": lambda node: said_by(node.get("elements")),
    "container": lambda node: said_by([node.get("title"), *(node.get("child_blocks") or ())]),
}
