"""The one place where a message or a view is made legal before it is sent.

Figures: docs.slack.dev/reference/block-kit and @slack/types; where sources differ, the smaller one. Texts are counted
in UTF-16 units, never less than characters. slack_sdk's models check less and take many times as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.slack.limits.fulltext import full_text
from bot.slack.limits.message import check_message
from bot.slack.limits.rules import Json, Violation
from bot.slack.limits.view import check_view
from bot.slack.limits.walk import walk

__all__ = ["Json", "Legal", "Unfixable", "Violation", "check", "enforce"]

PASSES = 12
"""A remedy can uncover another violation (an emptied row empties its block); each pass removes something."""


class Unfixable(AssertionError):
    """Remedies that do not remedy: a mistake in the rules."""

    def __init__(self, violations: list[Violation]) -> None:
        super().__init__("; ".join(map(str, violations[:5])))
        self.violations = violations


@dataclass(frozen=True, slots=True)
class Legal:
    """`payload` as it may be sent; `full_text` is what it said, where something of that had to be cut."""

    payload: Json
    full_text: str | None = None
    violations: tuple[Violation, ...] = ()


def check(payload: Json) -> list[Violation]:
    """What Slack would refuse or drop in a message (`text`, `blocks`, ...) or a view (`type` modal or home)."""
    found: list[Violation] = []
    walk(payload, None, found)
    (check_view if payload.get("type") in ("modal", "home") else check_message)(payload, found)
    return found


def enforce(payload: Json) -> Legal:
    """The payload itself when it is legal, else a legal copy."""
    found = check(payload)
    if not found:
        return Legal(payload)
    legal = _copy(payload)
    remaining = check(legal)
    for _ in range(PASSES):
        for violation in remaining:
            violation.fix()
        remaining = check(legal)
        if not remaining:
            break
    else:
        raise Unfixable(remaining)
    lost = any(violation.loses for violation in found)
    return Legal(legal, full_text(payload) if lost else None, tuple(found))


def _copy(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _copy(value) for key, value in node.items()}
    return [_copy(each) for each in node] if isinstance(node, list) else node
