"""Limits of a modal or a Home view as a whole."""

from __future__ import annotations

from bot.slack.limits.listing import check_list, ellipsis_block
from bot.slack.limits.rules import Json, Violation, droppable, identity, spoken, text

BLOCKS = 100
TITLE = 24
SUBMIT = "OK"
"""For a form whose template gives no word."""

VIEW = (identity("callback_id"), droppable("private_metadata", 3000), droppable("external_id", 255))
MODAL = (spoken("title"), *(text(key, TITLE) for key in ("title", "submit", "close")))


def check_view(view: Json, found: list[Violation]) -> None:
    check_list(view, None, BLOCKS, found)
    _check_emptiness(view, found)
    for rule in (*VIEW, *(MODAL if view["type"] == "modal" else ())):
        rule(view, None, found)
    if view["type"] == "modal":
        _check_form(view, found)


def _check_emptiness(view: Json, found: list[Violation]) -> None:
    if not view.get("blocks"):

        def fix() -> None:
            view["blocks"] = view.get("blocks") or [ellipsis_block()]

        found.append(Violation("blocks", "empty", 1, 0, False, fix))


def _check_form(view: Json, found: list[Violation]) -> None:
    for key in ("submit", "close"):
        if key in view:
            spoken(key)(view, None, found)
    asks = any(block.get("type") == "input" for block in view.get("blocks") or ())
    if asks and not view.get("submit"):

        def fix() -> None:
            view["submit"] = {"type": "plain_text", "text": SUBMIT}

        found.append(Violation("submit", "form without submit", 1, 0, False, fix))
