"""From a payload to every node that has limits of its own."""

from __future__ import annotations

from typing import Any

from bot.slack.limits.rules import Json, Path, Violation
from bot.slack.limits.table import RULES

INNER = (
    *("blocks", "attachments", "elements", "element", "accessory"),
    *("rows", "chart", "actions", "child_blocks", "tasks", "icon", "hero_image"),
)
"""Where nodes with limits are found; texts and options are looked at by the node that holds them."""


def walk(node: Json, path: Path, found: list[Violation]) -> None:
    """Applies each node's rules, parents first."""
    for rule in RULES.get(node.get("type", ""), ()):
        rule(node, path, found)
    for key in INNER:
        child = node.get(key)
        if isinstance(child, dict):
            walk(child, (path, key), found)
        elif child and isinstance(child, list):
            _walk_list(child, (path, key), found)


def _walk_list(nodes: list[Any], path: Path, found: list[Violation]) -> None:
    for place, node in enumerate(nodes):
        if isinstance(node, dict):
            walk(node, (path, place), found)
        elif isinstance(node, list):
            _walk_list(node, (path, place), found)
