"""Rich text: formatting without a grammar, so users' words need no escaping and can break nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

Json = dict[str, Any]


def rich_text(*elements: Json, block_id: str | None = None) -> Json:
    block: Json = {"type": "rich_text", "elements": list(elements)}
    return block | {"block_id": block_id} if block_id else block


def rich_section(*parts: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(parts)}


def rich_list(items: Sequence[Json], style: Literal["bullet", "ordered"] = "bullet", indent: int = 0) -> Json:
    """Of rich sections."""
    return {"type": "rich_text_list", "style": style, "indent": indent, "elements": list(items)}


def rich_quote(*parts: Json) -> Json:
    return {"type": "rich_text_quote", "elements": list(parts)}


def rich_preformatted(*parts: Json) -> Json:
    return {"type": "rich_text_preformatted", "elements": list(parts)}


def words(text: str, *styles: Literal["bold", "italic", "strike", "code"]) -> Json:
    part: Json = {"type": "text", "text": text}
    return part | {"style": dict.fromkeys(styles, True)} if styles else part


def rich_link(url: str, text: str | None = None) -> Json:
    part: Json = {"type": "link", "url": url}
    return part | {"text": text} if text else part


def rich_user(user_id: str) -> Json:
    """A mention: it notifies."""
    return {"type": "user", "user_id": user_id}


def rich_channel(channel_id: str) -> Json:
    return {"type": "channel", "channel_id": channel_id}


def rich_emoji(name: str) -> Json:
    return {"type": "emoji", "name": name}


def rich_date(at: datetime, form: str = "{date_short_pretty} {time}") -> Json:
    """In each reader's own zone; UTC where it cannot be drawn."""
    fallback = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return {"type": "date", "timestamp": int(at.timestamp()), "format": form, "fallback": fallback}
