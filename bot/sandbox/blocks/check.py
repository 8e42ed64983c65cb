"""Refusing what Slack refuses: whole messages and whole views."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.blocks.layout import BLOCK, EVERYWHERE, HOME, MESSAGE, MODAL, MOST, ONLY
from bot.sandbox.blocks.objects import plain
from bot.sandbox.blocks.shapes import Findings, Problem, Shape, anything, boolean, many, string
from bot.sandbox.errors import SlackError
from bot.sandbox.ids import Ids
from bot.sandbox.types import Json

MESSAGE_BLOCKS, VIEW_BLOCKS, ATTACHMENTS = 50, 100, 100
VIEW_BYTES = 250_000  # https://docs.slack.dev/reference/methods/views.open, view_too_large

_COMMON = {
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
VIEWS = {
    MODAL: Shape(
        {"title": plain(24), "blocks": anything},
        {
            **_COMMON,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    HOME: Shape({"blocks": anything}, _COMMON),
}


def problems_of(kind: str, given: Any) -> list[Problem]:
    """`kind`: blocks, message or view."""
    if kind == "view" and isinstance(given, dict):
        return _of_view(given, str(given.get("type")))
    blocks = given.get("blocks") if isinstance(given, dict) else given
    return _of_blocks(blocks, MESSAGE, MESSAGE_BLOCKS)


def refuse_bad_message(blocks: Any, attachments: Any) -> None:
    """Raises invalid_blocks, too_many_attachments."""
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    problems = _of_blocks(blocks, MESSAGE, MESSAGE_BLOCKS, least=0)
    for place, attachment in enumerate(attachments):
        inner = attachment.get("blocks") or [] if isinstance(attachment, dict) else []
        problems += _of_blocks(inner, MESSAGE, MESSAGE_BLOCKS, at=f"/attachments/{place}/blocks", least=0)
    _refuse("invalid_blocks", problems)


def refuse_bad_view(view: Json, kind: str) -> None:
    """Raises view_too_large, and invalid_arguments as views.* do, with the pointer below /view."""
    if len(json.dumps(view)) > VIEW_BYTES:
        raise SlackError("view_too_large")
    problems = _of_view(view, kind)
    _refuse("invalid_arguments", [Problem(f"/view{each.pointer}", each.code, each.words) for each in problems])


def _refuse(code: str, problems: list[Problem]) -> None:
    if problems:
        words = list(map(str, problems))
        raise SlackError(
            code, errors=[w.removeprefix("[ERROR] ") for w in words], response_metadata={"messages": words}
        )


def _of_view(view: Json, kind: str) -> list[Problem]:
    found = Findings()
    if view.get("type") != kind or kind not in VIEWS:
        found.note("/type", "wrong_value", f"must be {kind}")
        return found.problems
    VIEWS[kind](found, "", view)
    blocks = view.get("blocks")
    found.problems += _of_blocks(blocks, kind, VIEW_BLOCKS, least=0)
    has_input = any(isinstance(b, dict) and b.get("type") == "input" for b in blocks or () if isinstance(blocks, list))
    if kind == MODAL and has_input and not view.get("submit"):
        found.note("/submit", "missing_field", "missing required field: submit, because there is an input block")
    return found.problems


def _of_blocks(blocks: Any, surface: str, most: int, *, at: str = "/blocks", least: int = 1) -> list[Problem]:
    found = Findings()
    many(BLOCK, most, least)(found, at, blocks)
    if isinstance(blocks, list):
        known = [block if isinstance(block, dict) else {} for block in blocks]
        _surfaces(found, at, known, surface)
        _unique_ids(found, at, known)
        _sums(found, at, known)
    return found.problems


def _surfaces(found: Findings, at: str, blocks: list[Json], surface: str) -> None:
    for place, block in enumerate(blocks):
        kind = str(block.get("type"))
        if surface not in ONLY.get(kind, EVERYWHERE):
            found.note(f"{at}/{place}/type", "wrong_surface", f"unsupported type: {kind}")
        element = block.get("element")
        if surface != MODAL and isinstance(element, dict) and element.get("type") == "file_input":
            found.note(f"{at}/{place}/element", "wrong_surface", "unsupported type: file_input")


def _unique_ids(found: Findings, at: str, blocks: list[Json]) -> None:
    seen: set[str] = set()
    for place, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id and block_id in seen:
            words = f'`block_id` "{block_id}" already exists'
            found.note(f"{at}/{place}/block_id", "duplicate", words)
        seen.add(str(block_id))


def _sums(found: Findings, at: str, blocks: list[Json]) -> None:
    kinds = [block.get("type") for block in blocks]
    for kind, most in MOST.items():
        if kinds.count(kind) > most:
            found.note(at, "too_many", f"only {most} {kind} block allowed")
    markdown = sum(len(str(block.get("text", ""))) for block in blocks if block.get("type") == "markdown")
    if markdown > 12_000:
        found.note(at, "too_long", "markdown blocks must be less than 12001 characters together")


def finish_blocks(ids: Ids, blocks: list[Json]) -> list[Json]:
    """Slack gives an id to every block and element that came without one, and says what it takes for granted."""
    return [_finished(ids, block) for block in blocks]


def _finished(ids: Ids, block: Json) -> Json:
    done = {**block, "block_id": block.get("block_id") or ids.short()}
    for name in ("element", "accessory"):
        if isinstance(done.get(name), dict) and done[name].get("type") != "image":
            done[name] = {**done[name], "action_id": done[name].get("action_id") or ids.short()}
    if done["type"] == "actions":
        done["elements"] = [{**each, "action_id": each.get("action_id") or ids.short()} for each in done["elements"]]
    if done["type"] == "input":
        done = {"optional": False, "dispatch_action": False, **done}
    return done
