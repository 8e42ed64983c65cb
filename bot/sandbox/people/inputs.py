"""What a person put into a form, in the shape of `view.state.values`.

https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox import modals
from bot.sandbox.errors import PersonCannot
from bot.sandbox.types import Json

# By element type: the key that holds the choice, and how a plain value becomes it.
SINGLE = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "file_input": "files",
}
_INITIAL = {
    "selected_option": "initial_option",
    "selected_user": "initial_user",
    "selected_conversation": "initial_conversation",
    "selected_channel": "initial_channel",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "value": "initial_value",
    "rich_text_value": "initial_value",
    "selected_options": "initial_options",
    "selected_users": "initial_users",
    "selected_conversations": "initial_conversations",
    "selected_channels": "initial_channels",
}
_LISTS = ("selected_options", "selected_users", "selected_conversations", "selected_channels", "files")


def options_of(element: Json) -> list[Json]:
    groups: list[Json] = element.get("option_groups") or []
    own: list[Json] = element.get("options") or []
    return [*own, *(option for group in groups for option in group["options"])]


def chosen(element: Json, value: Any) -> Json:
    """`value`: text, an option's value or text, ids, dates; lists for the plural elements. Raises PersonCannot."""
    key = SINGLE[element["type"]]
    pick: Callable[[Any], Any] = (lambda given: option_of(element, given)) if "option" in key else (lambda given: given)
    if key in _LISTS:
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


def initial(element: Json) -> Json:
    key = SINGLE[element["type"]]
    value = element.get(_INITIAL.get(key, ""))
    return {"type": element["type"], key: value if value is not None else ([] if key in _LISTS else None)}


# What a person filled in: by block_id, by action_id, or by both where one of them is not enough.
Filled = Mapping[Any, Any]


def values(view: Json, filled: Filled | None = None) -> Json:
    """The state of every element that has one: what is `filled`, else what is kept, else what it began with."""
    given = filled or {}
    state: Json = {}
    for block in view["blocks"]:
        for element in modals.elements(block):
            if element["type"] not in SINGLE:
                continue
            block_id, action_id = block["block_id"], element["action_id"]
            kept = view["state"]["values"].get(block_id, {}).get(action_id)
            name = next((each for each in ((block_id, action_id), block_id, action_id) if each in given), None)
            answer = kept or initial(element) if name is None else chosen(element, given[name])
            state.setdefault(block_id, {})[action_id] = answer
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
