"""Kinds of limits: each rule looks at one node, and says for each violation how to end it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.slack.cut import ELLIPSIS, cut_mrkdwn, cut_plain, size

Json = dict[str, Any]
Path = tuple[Any, ...] | None
"""(path of the parent, key): built while walking, written only when something is wrong."""

Rule = Callable[[Json, Path, "list[Violation]"], None]


@dataclass(frozen=True, slots=True)
class Violation:
    """`found` where `limit` is allowed. `loses` when ending it takes words away that people should read."""

    path: str
    rule: str
    limit: int
    found: int
    loses: bool
    fix: Callable[[], object] = field(repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.path}: {self.rule} ({self.found}, allowed {self.limit})"


def written(path: Path) -> str:
    """`blocks[3].text`."""
    if path is None:
        return ""
    parent, key = path
    return f"{written(parent)}[{key}]" if isinstance(key, int) else f"{written(parent)}.{key}".lstrip(".")


def text(key: str, limit: int) -> Rule:
    """A text object's length; a missing one is no matter."""

    def rule(node: Json, path: Path, found: list[Violation]) -> None:
        held = node.get(key)
        if isinstance(held, dict):
            text_length(held, (path, key), limit, found)

    return rule


def text_length(held: Json, path: Path, limit: int, found: list[Violation]) -> None:
    words = held.get("text")
    if not isinstance(words, str) or 2 * len(words) <= limit or (length := size(words)) <= limit:
        return
    cut = cut_mrkdwn if held.get("type") == "mrkdwn" else cut_plain

    def fix() -> None:
        held["text"] = cut(held["text"], limit)

    found.append(Violation(written(path), "text too long", limit, length, True, fix))


def texts(key: str, limit: int) -> Rule:
    """The lengths of a list of text objects."""

    def rule(node: Json, path: Path, found: list[Violation]) -> None:
        for place, held in enumerate(node.get(key) or ()):
            text_length(held, ((path, key), place), limit, found)

    return rule


def words(key: str, limit: int, *, loses: bool = True) -> Rule:
    """A bare string's length."""

    def rule(node: Json, path: Path, found: list[Violation]) -> None:
        held = node.get(key)
        if isinstance(held, str) and 2 * len(held) > limit and (length := size(held)) > limit:

            def fix() -> None:
                node[key] = cut_plain(node[key], limit)

            found.append(Violation(written((path, key)), "text too long", limit, length, loses, fix))

    return rule


def spoken(key: str, *, bare: bool = False) -> Rule:
    """A text that must be there and say something."""

    def rule(node: Json, path: Path, found: list[Violation]) -> None:
        held = node.get(key)
        said = held if bare else held.get("text") if isinstance(held, dict) else None
        if isinstance(said, str) and said.strip():
            return

        def fix() -> None:
            node[key] = ELLIPSIS if bare else {"type": "plain_text", "text": ELLIPSIS}

        found.append(Violation(written((path, key)), "text missing", 1, 0, False, fix))

    return rule


def droppable(key: str, limit: int) -> Rule:
    """A value that means nothing when cut: an address, an id. It goes."""

    def rule(node: Json, path: Path, found: list[Violation]) -> None:
        held = node.get(key)
        if isinstance(held, str) and len(held) > limit:

            def fix() -> None:
                node.pop(key, None)

            found.append(Violation(written((path, key)), "value too long", limit, len(held), False, fix))

    return rule


def identity(key: str, limit: int = 255) -> Rule:
    """An id that has to stay: cut, since whoever reads it takes garbage in good part."""

    def rule(node: Json, path: Path, found: list[Violation]) -> None:
        held = node.get(key)
        if isinstance(held, str) and len(held) > limit:

            def fix() -> None:
                node[key] = held[:limit]

            found.append(Violation(written((path, key)), "id too long", limit, len(held), False, fix))

    return rule


def items(key: str, limit: int, *, loses: bool = True) -> Rule:
    """A list's length."""

    def rule(node: Json, path: Path, found: list[Violation]) -> None:
        held = node.get(key)
        if isinstance(held, list) and len(held) > limit:

            def fix() -> None:
                del node[key][limit:]

            found.append(Violation(written((path, key)), "too many", limit, len(held), loses, fix))

    return rule


def number(key: str, low: int, high: int) -> Rule:
    def rule(node: Json, path: Path, found: list[Violation]) -> None:
        held = node.get(key)
        if isinstance(held, int) and not low <= held <= high:

            def fix() -> None:
                node[key] = min(max(held, low), high)

            found.append(Violation(written((path, key)), "out of range", high, held, False, fix))

    return rule


def solid(key: str, hollow: Callable[[Json], bool]) -> Rule:
    """Children that say nothing, which Slack refuses, are left out of a list."""

    def rule(node: Json, path: Path, found: list[Violation]) -> None:
        held = node.get(key)
        if not isinstance(held, list):
            return
        empty = sum(map(hollow, held))
        if empty:

            def fix() -> None:
                node[key] = [each for each in node[key] if not hollow(each)]

            found.append(Violation(written((path, key)), "empty", 0, empty, False, fix))

    return rule


def solid_child(key: str, hollow: Callable[[Json], bool]) -> Rule:
    """The same for one child."""

    def rule(node: Json, path: Path, found: list[Violation]) -> None:
        held = node.get(key)
        if isinstance(held, dict) and hollow(held):

            def fix() -> None:
                node.pop(key, None)

            found.append(Violation(written((path, key)), "empty", 0, 1, False, fix))

    return rule
