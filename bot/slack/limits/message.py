"""Limits of a message as a whole."""

from __future__ import annotations

from typing import Any

from bot.slack.cut import ELLIPSIS, cut_mrkdwn, cut_plain, size
from bot.slack.escaping import escape
from bot.slack.limits.fulltext import full_text
from bot.slack.limits.listing import check_list, ellipsis_block, split
from bot.slack.limits.rules import Json, Violation, items

BLOCKS = 50
ATTACHMENTS = 100
TEXT = 4000
BUDGET = 12_000
"""`msg_blocks_too_long` starts near 13,200 characters over all blocks, though each is legal (slackapi/bolt-js#2509)."""
WORTH_CUTTING = 40
ONCE = {"table": 1, "data_table": 1, "data_visualization": 2}

_few_attachments = items("attachments", ATTACHMENTS)


def check_message(payload: Json, found: list[Violation]) -> None:
    check_list(payload, None, BLOCKS, found)
    _few_attachments(payload, None, found)
    for place, attachment in enumerate(payload.get("attachments") or ()):
        check_list(attachment, ((None, "attachments"), place), BLOCKS, found)
    _check_once(payload, found)
    _check_sum(payload, found)
    _check_text(payload, found)


def _check_text(payload: Json, found: list[Violation]) -> None:
    """`text` is the notification and what a screen reader reads; only a deletion says nothing."""
    text = payload.get("text")
    if not isinstance(text, str) or not text.strip():
        if not payload.get("delete_original"):
            found.append(Violation("text", "text missing", 1, 0, False, lambda: _say(payload)))
    elif 2 * len(text) > TEXT and (length := size(text)) > TEXT:

        def fix() -> None:
            payload["text"] = cut_mrkdwn(text, TEXT)

        found.append(Violation("text", "text too long", TEXT, length, not payload.get("blocks"), fix))


def _say(payload: Json) -> None:
    payload["text"] = cut_mrkdwn(escape(full_text({**payload, "text": ""})).strip() or ELLIPSIS, TEXT)


def _check_once(payload: Json, found: list[Violation]) -> None:
    blocks = payload.get("blocks") or []
    for kind, limit in ONCE.items():
        several = [block for block in blocks if block.get("type") == kind]
        if len(several) > limit:
            extra = several[limit:]

            def fix(extra: list[Json] = extra) -> None:
                payload["blocks"] = [block for block in payload["blocks"] if not any(block is each for each in extra)]

            found.append(Violation("blocks", f"more than one {kind}", limit, len(several), True, fix))


def text_size(node: Any) -> int:
    """All that stands to be read in a node. A loop, since it is the dearest part of checking a long message."""
    total, waiting = 0, [node]
    while waiting:
        held: Any = waiting.pop()
        if isinstance(held, dict):
            text = held.get("text")
            total += size(text) if isinstance(text, str) else 0
            held = held.values()
        waiting += [each for each in held if isinstance(each, (dict, list))]
    return total


def _check_sum(payload: Json, found: list[Violation]) -> None:
    total = text_size(payload.get("blocks") or [])
    if total >= BUDGET:
        found.append(Violation("blocks", "text too long", BUDGET - 1, total, True, lambda: _shorten(payload)))


def _shorten(payload: Json) -> None:
    """From the top as much as fits; the end stays."""
    head, tail = split(payload["blocks"])
    if text_size(tail) >= BUDGET // 2:
        head, tail = payload["blocks"], []
    room = BUDGET - 1 - len(ELLIPSIS) - text_size(tail)
    kept: list[Json] = []
    for block in head:
        needed = text_size(block)
        if needed > room:
            kept += _beginning(block, room)
            break
        kept.append(block)
        room -= needed
    payload["blocks"] = [*kept[: BLOCKS - 1 - len(tail)], ellipsis_block(), *tail]


def _beginning(block: Json, room: int) -> list[Json]:
    """As much of a block as fits, where a part of it is worth reading."""
    text = block.get("text")
    if room < WORTH_CUTTING or block.get("accessory") or block.get("fields"):
        return []
    if block.get("type") == "markdown" and isinstance(text, str):
        return [{**block, "text": cut_plain(text, room)}]
    if block.get("type") == "section" and isinstance(text, dict):
        cut = cut_mrkdwn if text.get("type") == "mrkdwn" else cut_plain
        return [{**block, "text": {**text, "text": cut(text["text"], room)}}]
    return []
