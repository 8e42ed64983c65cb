"""What a list of blocks must not be: hollow, too long, with ids twice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bot.slack.cut import ELLIPSIS
from bot.slack.ids import ACTION_ID
from bot.slack.limits.hollow import hollow
from bot.slack.limits.rules import Json, Path, Violation, solid, written

TAIL = ("actions", "context")
"""Blocks of these types that end a message stay when it is cut: they are what can be done, and what it stands on."""
LONGEST_TAIL = 3

_solid = solid("blocks", hollow)


def ellipsis_block() -> Json:
    return {"type": "context", "elements": [{"type": "plain_text", "text": ELLIPSIS}]}


def split(blocks: list[Json]) -> tuple[list[Json], list[Json]]:
    """The blocks, and those at their end that stay whatever is cut."""
    start = len(blocks)
    while start > 0 and len(blocks) - start < LONGEST_TAIL and blocks[start - 1].get("type") in TAIL:
        start -= 1
    return blocks[:start], blocks[start:]


def check_list(holder: Json, path: Path, limit: int, found: list[Violation]) -> None:
    """Of `holder["blocks"]`."""
    blocks = holder.get("blocks")
    if not isinstance(blocks, list):
        return
    _solid(holder, path, found)
    if len(blocks) > limit:

        def fix() -> None:
            head, tail = split(holder["blocks"])
            if len(head) + len(tail) > limit:
                holder["blocks"] = [*head[: limit - 1 - len(tail)], ellipsis_block(), *tail]

        found.append(Violation(written((path, "blocks")), "too many", limit, len(blocks), True, fix))
    _check_block_ids(holder, path, found)
    for place, block in enumerate(blocks):
        _check_action_ids(block, ((path, "blocks"), place), found)


def _check_block_ids(holder: Json, path: Path, found: list[Violation]) -> None:
    """The first keeps the id; to the others Slack gives one."""
    seen: set[str] = set()
    for place, block in enumerate(holder["blocks"]):
        name = block.get("block_id")
        if name in seen:
            fix = partial(block.pop, "block_id", None)
            found.append(Violation(written(((path, "blocks"), place)), "block_id twice", 1, 2, False, fix))
        elif isinstance(name, str):
            seen.add(name)


def _elements(block: Json) -> Iterator[Json]:
    elements = block.get("elements") if block.get("type") == "actions" else None
    for element in elements or ():
        if isinstance(element, dict) and isinstance(element.get("action_id"), str):
            yield element


def _check_action_ids(block: Json, path: Path, found: list[Violation]) -> None:
    """Further ones get an ordinal (`bot.slack.ids.action_name` takes it off again)."""
    names = [element["action_id"] for element in _elements(block)]
    if len(set(names)) == len(names):
        return

    def fix() -> None:
        seen: set[str] = set()
        for element in _elements(block):
            element["action_id"] = _unseen(element["action_id"], seen)
            seen.add(element["action_id"])

    found.append(Violation(written(path), "action_id twice", 1, len(names) - len(set(names)) + 1, False, fix))


def _unseen(name: str, seen: set[str]) -> str:
    if name not in seen:
        return name
    candidates = (f"{name[: ACTION_ID - 4]}#{n}" for n in range(1, 100))
    return next(candidate for candidate in candidates if candidate not in seen)
