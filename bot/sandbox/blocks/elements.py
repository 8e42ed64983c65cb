"""What a person uses: https://docs.slack.dev/reference/block-kit/block-elements"""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.sandbox.blocks.objects import (
    ACTION_ID,
    CONFIRM,
    DISPATCH,
    FILTER,
    GROUP,
    OPTION,
    OPTIONS,
    PLACEHOLDER,
    SLACK_FILE,
    plain,
)
from bot.sandbox.blocks.rich import rich_value
from bot.sandbox.blocks.shapes import (
    Check,
    Findings,
    Shape,
    boolean,
    integer,
    many,
    matching,
    one_of,
    string,
    typed,
)


def _day(found: Findings, at: str, value: Any) -> None:
    try:
        real = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        real = False
    if not real:
        found.note(at, "wrong_format", "must be a day such as 2026-12-18")


_HOUR = matching(r"([01]\d|2[0-3]):[0-5]\d")


def _either(*names: str) -> Check:
    def check(found: Findings, at: str, value: Any) -> None:
        if sum(name in value for name in names) != 1:
            found.note(at, "missing_field", f"exactly one of {', '.join(names)} is required")

    return check


def _offered(found: Findings, at: str, value: Any) -> None:
    """What is chosen at first must be among the choices."""
    groups = value.get("option_groups") or ()
    offered = [*(value.get("options") or ()), *(o for g in groups if isinstance(g, dict) for o in g.get("options", ()))]
    first = value.get("initial_options") or [each for each in (value.get("initial_option"),) if each is not None]
    if isinstance(first, list) and any(each not in offered for each in first):
        found.note(at, "unknown_option", "initial option is not among the options")


def _both(*checks: Check) -> Check:
    def check(found: Findings, at: str, value: Any) -> None:
        for each in checks:
            each(found, at, value)

    return check


def _choice(**fields: Check) -> Shape:
    """Options that all stand there."""
    options = {"options": many(OPTION, 10)}
    return Shape(options, {**_input().optional, **fields}, _offered)


def _input(also: Check | None = None, **fields: Check) -> Shape:
    common: dict[str, Check] = {
        "action_id": ACTION_ID,
        "placeholder": PLACEHOLDER,
        "focus_on_load": boolean,
        "confirm": CONFIRM,
    }
    return Shape({}, common | fields, also)


def _select(many_of_them: bool, also: Check | None = None, **fields: Check) -> Shape:
    return _input(also, **(fields | ({"max_selected_items": integer(1, 100)} if many_of_them else {})))


_PEOPLE = many(string(50), 100, 0)
_LISTED = _both(_either("options", "option_groups"), _offered)
_RESPONSE: dict[str, Check] = {
    "response_url_enabled": boolean,
    "default_to_current_conversation": boolean,
    "filter": FILTER,
}
_TYPING: dict[str, Check] = {
    "min_length": integer(0, 3000),
    "max_length": integer(1, 3000),
    "dispatch_action_config": DISPATCH,
}

BUTTON = Shape(
    {"text": plain(75)},
    {
        "action_id": ACTION_ID,
        "url": string(3000),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)

INTERACTIVE: dict[str, Shape] = {
    "button": BUTTON,
    "overflow": Shape({"options": many(OPTION, 5, 1)}, {"action_id": ACTION_ID, "confirm": CONFIRM}),
    "static_select": _select(False, _LISTED, options=OPTIONS, option_groups=many(GROUP, 100), initial_option=OPTION),
    "external_select": _select(False, min_query_length=integer(0, 100), initial_option=OPTION),
    "users_select": _select(False, initial_user=string(50)),
    "conversations_select": _select(False, initial_conversation=string(50), **_RESPONSE),
    "channels_select": _select(False, initial_channel=string(50), response_url_enabled=boolean),
    "multi_static_select": _select(
        True, _LISTED, options=OPTIONS, option_groups=many(GROUP, 100), initial_options=OPTIONS
    ),
    "multi_external_select": _select(True, min_query_length=integer(0, 100), initial_options=OPTIONS),
    "multi_users_select": _select(True, initial_users=_PEOPLE),
    "multi_conversations_select": _select(True, initial_conversations=_PEOPLE, **_RESPONSE),
    "multi_channels_select": _select(True, initial_channels=_PEOPLE),
    "checkboxes": _choice(initial_options=many(OPTION, 10)),
    "radio_buttons": _choice(initial_option=OPTION),
    "datepicker": _input(initial_date=_day),
    "timepicker": _input(initial_time=_HOUR, timezone=string(50)),
    "datetimepicker": _input(initial_date_time=integer(10**9, 10**10 - 1)),
}

TYPED: dict[str, Shape] = {
    "plain_text_input": _input(initial_value=string(3000), multiline=boolean, **_TYPING),
    "rich_text_input": _input(initial_value=rich_value, dispatch_action_config=DISPATCH),
    "email_text_input": _input(initial_value=string(3000), dispatch_action_config=DISPATCH),
    "url_text_input": _input(initial_value=string(3000), dispatch_action_config=DISPATCH),
    "number_input": Shape(
        {"is_decimal_allowed": boolean},
        {
            "action_id": ACTION_ID,
            "initial_value": string(100),
            "min_value": string(100),
            "max_value": string(100),
            "placeholder": PLACEHOLDER,
            "focus_on_load": boolean,
            "dispatch_action_config": DISPATCH,
        },
    ),
    "file_input": _input(filetypes=many(string(50), 100, 0), max_files=integer(1, 10)),
}

IMAGE = Shape(
    {"alt_text": string(2000)},
    {"image_url": string(3000), "slack_file": SLACK_FILE},
    _either("image_url", "slack_file"),
)

ACTIONS = typed({**INTERACTIVE, "rich_text_input": TYPED["rich_text_input"]})
ACCESSORY = typed({**INTERACTIVE, "image": IMAGE})
INPUTS = typed({**{name: shape for name, shape in INTERACTIVE.items() if name not in ("button", "overflow")}, **TYPED})
