"""What a person put into a form, in the shape of `view.state.values`.

https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox import modals
from bot.sandbox.errors import PersonCannot
from bot.sandbox.first_values import LISTS, SINGLE
from bot.sandbox.types import Json


def options_of(element: Json) -> list[Json]:
    groups: list[Json] = element.get("option_groups") or []
    own: list[Json] = element.get("options") or []
    return [*own, *(option for group in groups for option in group["options"])]


def chosen(element: Json, value: Any) -> Json:
    """`value`: text, an option's value or text, ids, dates; lists for the plural elements. Raises PersonCannot."""
    key = SINGLE[element["type"]]
    pick: Callable[[Any], Any] = (lambda given: option_of(element, given)) if "option" in key else (lambda given: given)
    if key in LISTS:
        return {"type": element["type"], key: [pick(each) for each in value or ()]}
    if key == "value" and value is not None and len(str(value)) > element.get("max_length", 3000):
        raise PersonCannot("that is longer than the field allows")
    return {"type": element["type"], key: None if value in (None, "") else pick(value)}


def option_of(element: Json, given: Any) -> Json:
    """By its value, else by its text; a dictionary is an option that an app suggested. Raises PersonCannot."""
    if isinstance(given, dict):
        return given
    offered = options_of(element)
    by_value = [option for option in offered if option.get("value") == given]
    by_text = [option for option in offered if option["text"]["text"] == given]
    if by_value or by_text:
        return (by_value or by_text)[0]
    raise PersonCannot(f"there is no option {given!r}")


# What a person filled in: by block_id, by action_id, or by both where one of them is not enough.
Filled = Mapping[Any, Any]


def values(view: Json, filled: Filled | None = None) -> Json:
    """The state of every element that has one: what is `filled`, else what is kept, else what it began with."""
    given = filled or {}
    state = modals.values(view)
    for block in view["blocks"]:
        for element in modals.elements(block):
            block_id, action_id = block["block_id"], element["action_id"]
            name = next((each for each in ((block_id, action_id), block_id, action_id) if each in given), None)
            if element["type"] in SINGLE and name is not None:
                state[block_id][action_id] = chosen(element, given[name])
    return state


def missing(view: Json, state: Json) -> dict[str, str]:
    """What the client itself refuses to submit: required fields that are empty, texts that are too short."""
    problems = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        answer = state[block["block_id"]][block["element"]["action_id"]]
        value = answer[SINGLE[block["element"]["type"]]]
        if not value and not block.get("optional"):
            problems[block["block_id"]] = "Please complete this required field."
        elif isinstance(value, str) and len(value) < block["element"].get("min_length", 0):
            problems[block["block_id"]] = "That is too short."
    return problems
