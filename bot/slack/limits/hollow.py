"""What says or offers nothing: Slack refuses it, we leave it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.slack.limits.rules import Json


def hollow(node: Json) -> bool:
    test = TESTS.get(node.get("type", ""))
    return bool(test and test(node))


def _no_text(node: Json) -> bool:
    text = node.get("text")
    return not (isinstance(text, str) and text.strip())


def _no_words(node: Json) -> bool:
    """In rich text a space is a word."""
    return not node.get("text")


def _no_text_object(node: Json) -> bool:
    text = node.get("text")
    return not isinstance(text, dict) or _no_text(text)


def _no_elements(node: Json) -> bool:
    return not node.get("elements")


def _no_options(node: Json) -> bool:
    return not node.get("options") and not node.get("option_groups")


TESTS: Mapping[str, Callable[[Json], bool]] = {
    "plain_text": _no_text,
    "mrkdwn": _no_text,
    "markdown": _no_text,
    "text": _no_words,
    "link": lambda node: not node.get("url"),
    "section": lambda node: _no_text_object(node) and not node.get("fields"),
    "header": _no_text_object,
    "alert": _no_text_object,
    "context": _no_elements,
    "actions": _no_elements,
    "carousel": _no_elements,
    "rich_text": _no_elements,
    "rich_text_section": _no_elements,
    "rich_text_list": _no_elements,
    "rich_text_quote": _no_elements,
    "rich_text_preformatted": _no_elements,
    "overflow": _no_options,
    "static_select": _no_options,
    "multi_static_select": _no_options,
    "checkboxes": _no_options,
    "radio_buttons": _no_options,
    "image": lambda node: not node.get("image_url") and not node.get("slack_file"),
    "input": lambda node: not isinstance(node.get("element"), dict) or hollow(node["element"]),
    "container": lambda node: not node.get("child_blocks"),
    "table": lambda node: not node.get("rows"),
    "data_table": lambda node: not node.get("rows"),
}
