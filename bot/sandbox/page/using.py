"""What an element of a form needs to be drawn: its choices, what is chosen, when it tells the app."""

from __future__ import annotations

from bot.sandbox.first_values import SINGLE, initial
from bot.sandbox.page.reader import Reader, called
from bot.sandbox.people import inputs
from bot.sandbox.types import Json

ENTER, CHARACTER, CHANGE = "enter", "character", "change"
_TYPED = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
_WHEN = {"on_enter_pressed": ENTER, "on_character_entered": CHARACTER}


def element_id(element: Json, block_id: str, view: str) -> str:
    return f"e-{view}-{block_id}-{element['action_id']}"


def dispatch(block: Json) -> str:
    """When an input block tells the app before it is submitted: never, unless it says `dispatch_action`."""
    if not block.get("dispatch_action"):
        return ""
    element = block["element"]
    if element["type"] not in _TYPED:
        return CHANGE
    config = element.get("dispatch_action_config") or {}
    return " ".join(_WHEN[each] for each in config.get("trigger_actions_on") or ["on_enter_pressed"])


def usable(reader: Reader, element: Json, block_id: str, values: Json, view: str) -> Json:
    """The element with `_id`, `_chosen`, `_list` (value, label, description), `_picked` options, `_files`."""
    kind = str(element["type"])
    ready: Json = {"_dispatch": "", **element, "_id": element_id(element, block_id, view or "m")}
    if kind == "overflow":
        ready["_options"] = [
            {"value": option["value"], "label": option["text"]["text"], "url": option.get("url", "")}
            for option in element["options"]
        ]
    if kind not in SINGLE:
        return ready
    answer = values.get(block_id, {}).get(element["action_id"]) or initial(element)
    chosen = answer[SINGLE[kind]]
    ready["_list"] = choices(reader, element)
    ready["_picked"] = [each for each in (chosen if isinstance(chosen, list) else [chosen]) if isinstance(each, dict)]
    ready["_files"] = [each["id"] for each in chosen or ()] if kind == "file_input" else []
    ready["_chosen"] = _plain(chosen)
    if kind in ("checkboxes", "radio_buttons") or kind.startswith("multi_"):
        ready["_chosen"] = ready["_chosen"] if isinstance(chosen, list) else [ready["_chosen"]]
    if kind == "external_select":
        ready["_chosen"] = ""
    return ready


def _plain(chosen: object) -> object:
    """Options by their value; files as they are."""
    if isinstance(chosen, list):
        return [_plain(each) for each in chosen]
    return chosen["value"] if isinstance(chosen, dict) and "value" in chosen and "text" in chosen else chosen


def choices(reader: Reader, element: Json) -> list[Json]:
    kind = str(element["type"])
    state = reader.space.state
    if "users" in kind:
        return [{"value": each["id"], "label": called(each)} for each in state.users.values() if not each["is_bot"]]
    if "channels" in kind or "conversations" in kind:
        open_ = (each for each in state.channels.values() if not each["is_archived"] and _offered(reader, each, kind))
        return [{"value": each["id"], "label": f"#{each['name']}"} for each in open_]
    return [
        {
            "value": option["value"],
            "label": option["text"]["text"],
            "description": (option.get("description") or {}).get("text", ""),
        }
        for option in inputs.options_of(element)
    ]


def _offered(reader: Reader, channel: Json, kind: str) -> bool:
    """Public channels everywhere; private ones only where conversations are asked for and the reader is inside."""
    private = "conversations" in kind and channel["is_group"] and reader.space.is_member(channel["id"], reader.user)
    return bool(channel["is_channel"] or private)
