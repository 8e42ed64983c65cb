"""Options of menus and boxes: how many, how long, and that what is chosen at first is among them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bot.slack.limits.rules import Json, Path, Rule, Violation, items, spoken, text, text_length, written

OPTION_TEXT = 75
OPTION_VALUE = 150
GROUPS = 100

_speaks = spoken("text")
_short = text("text", OPTION_TEXT)


def options(limit: int) -> Rule:
    few = items("options", limit)

    def rule(node: Json, path: Path, found: list[Violation]) -> None:
        few(node, path, found)
        _check_list(node, path, found)
        for place, group in enumerate(node.get("option_groups") or ()):
            group_path = ((path, "option_groups"), place)
            few(group, group_path, found)
            _check_list(group, group_path, found)
            if isinstance(group.get("label"), dict):
                text_length(group["label"], (group_path, "label"), OPTION_TEXT, found)
        _check_groups(node, path, found)
        _check_initial(node, path, found)

    return rule


def _check_list(node: Json, path: Path, found: list[Violation]) -> None:
    listed = node.get("options") or ()
    if all(map(_fine, listed)):
        return
    for place, option in enumerate(listed):
        option_path = ((path, "options"), place)
        _speaks(option, option_path, found)
        _short(option, option_path, found)
        if isinstance(option.get("description"), dict):
            text_length(option["description"], (option_path, "description"), OPTION_TEXT, found)
    lost = sum(not _valued(option) for option in listed)
    if lost:

        def fix() -> None:
            node["options"] = [option for option in node["options"] if _valued(option)]

        found.append(Violation(written((path, "options")), "value too long", OPTION_VALUE, lost, True, fix))


def _fine(option: Json) -> bool:
    """What nearly every option is, found out quickly."""
    words = option.get("text", {}).get("text", "")
    if "description" in option or len(words) > OPTION_TEXT or not words.isascii():
        return False
    return bool(words.strip()) and _valued(option)


def _valued(option: Json) -> bool:
    """A value that is cut would choose something else."""
    value = option.get("value")
    return isinstance(value, str) and len(value) <= OPTION_VALUE


def _check_groups(node: Json, path: Path, found: list[Violation]) -> None:
    groups = node.get("option_groups")
    if not isinstance(groups, list):
        return
    full = [group for group in groups if group.get("options")]
    if len(full) < len(groups) or len(groups) > GROUPS:

        def fix() -> None:
            node["option_groups"] = full[:GROUPS]

        found.append(Violation(written((path, "option_groups")), "too many", GROUPS, len(groups), True, fix))


def _all(node: Json) -> Iterator[Json]:
    yield from node.get("options") or ()
    for group in node.get("option_groups") or ():
        yield from group.get("options") or ()


def _check_initial(node: Json, path: Path, found: list[Violation]) -> None:
    """Slack refuses an initial option that is not exactly one of the options."""
    for key in ("initial_option", "initial_options"):
        chosen = node.get(key)
        several: list[Json] = chosen if isinstance(chosen, list) else [chosen or {}]
        if chosen is None or (several and all(each in list(_all(node)) for each in several)):
            continue
        fix = partial(_choose_again, node, key, several)
        found.append(Violation(written((path, key)), "not among the options", 0, len(several), False, fix))


def _choose_again(node: Json, key: str, chosen: list[Json]) -> None:
    """The options that have the chosen values, as they stand there now."""
    values = {each.get("value") for each in chosen}
    known = [option for option in _all(node) if option.get("value") in values]
    node.pop(key)
    if known:
        node[key] = known if key == "initial_options" else known[0]
