"""Texts, options and what people press, choose and fill in: small pure functions returning Slack's dicts.

A `Mrkdwn` becomes a mrkdwn text, any other str a plain_text, which parses nothing: hand users' words over as they are.
Limits are not looked at here (`bot.slack.limits`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal

from bot.slack.escaping import Mrkdwn, plain

Json = dict[str, Any]
Style = Literal["primary", "danger"]


def text_object(text: str) -> Json:
    """`verbatim`: Slack links no address or name in it that we did not link ourselves."""
    if isinstance(text, Mrkdwn):
        return {"type": "mrkdwn", "text": str(text), "verbatim": True}
    return plain_text(text)


def plain_text(text: str) -> Json:
    """Of a Mrkdwn its words."""
    return {"type": "plain_text", "text": plain(text) if isinstance(text, Mrkdwn) else text}


def option(text: str, value: str, description: str | None = None) -> Json:
    return given(text=plain_text(text), value=value, description=_plain_or_none(description))


def option_group(label: str, options: Sequence[Json]) -> Json:
    return {"label": plain_text(label), "options": list(options)}


def confirm(title: str, text: str, yes: str, no: str, style: Style | None = None) -> Json:
    """The question before an act that is hard to take back."""
    return given(
        title=plain_text(title), text=text_object(text), confirm=plain_text(yes), deny=plain_text(no), style=style
    )


def button(
    text: str,
    action_id: str,
    value: str | None = None,
    style: Style | None = None,
    confirm: Json | None = None,
    url: str | None = None,
) -> Json:
    return given(
        type="button", text=plain_text(text), action_id=action_id, value=value, style=style, confirm=confirm, url=url
    )


def overflow(action_id: str, options: Sequence[Json], confirm: Json | None = None) -> Json:
    return given(type="overflow", action_id=action_id, options=list(options), confirm=confirm)


def static_select(
    action_id: str,
    options: Sequence[Json],
    placeholder: str | None = None,
    initial: Json | None = None,
    groups: Sequence[Json] | None = None,
) -> Json:
    """`groups` in the place of options; `initial` is one of the options, as it stands there."""
    return given(
        type="static_select",
        action_id=action_id,
        placeholder=_plain_or_none(placeholder),
        options=None if groups else list(options),
        option_groups=list(groups) if groups else None,
        initial_option=initial,
    )


def external_select(
    action_id: str, placeholder: str | None = None, min_query_length: int = 0, initial: Json | None = None
) -> Json:
    """Its options are asked of us while the person types."""
    return given(
        type="external_select",
        action_id=action_id,
        placeholder=_plain_or_none(placeholder),
        min_query_length=min_query_length,
        initial_option=initial,
    )


def multi_external_select(
    action_id: str, min_query_length: int = 0, initial: Sequence[Json] = (), placeholder: str | None = None
) -> Json:
    return given(
        type="multi_external_select",
        action_id=action_id,
        placeholder=_plain_or_none(placeholder),
        min_query_length=min_query_length,
        initial_options=list(initial) or None,
    )


def users_select(action_id: str, placeholder: str | None = None, initial: str | None = None) -> Json:
    return given(
        type="users_select", action_id=action_id, placeholder=_plain_or_none(placeholder), initial_user=initial
    )


def multi_users_select(action_id: str, placeholder: str | None = None, initial: Sequence[str] = ()) -> Json:
    return given(
        type="multi_users_select",
        action_id=action_id,
        placeholder=_plain_or_none(placeholder),
        initial_users=list(initial) or None,
    )


def conversations_select(
    action_id: str, placeholder: str | None = None, initial: str | None = None, include: Sequence[str] = ()
) -> Json:
    """`include`: public, private, im, mpim."""
    return given(
        type="conversations_select",
        action_id=action_id,
        placeholder=_plain_or_none(placeholder),
        initial_conversation=initial,
        filter={"include": list(include), "exclude_bot_users": True} if include else None,
    )


def plain_text_input(
    action_id: str,
    *,
    multiline: bool = False,
    initial: str | None = None,
    placeholder: str | None = None,
    max_length: int | None = None,
    focus: bool = False,
) -> Json:
    return given(
        type="plain_text_input",
        action_id=action_id,
        multiline=multiline or None,
        initial_value=initial or None,
        placeholder=_plain_or_none(placeholder),
        max_length=max_length,
        focus_on_load=focus or None,
    )


def at_each_character(element: Json) -> Json:
    """A text field that tells of every character; its block must `dispatch`."""
    return {**element, "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}


def checkboxes(action_id: str, options: Sequence[Json], initial: Iterable[Json] = ()) -> Json:
    return given(type="checkboxes", action_id=action_id, options=list(options), initial_options=list(initial) or None)


def radio_buttons(action_id: str, options: Sequence[Json], initial: Json | None = None) -> Json:
    return given(type="radio_buttons", action_id=action_id, options=list(options), initial_option=initial)


def datepicker(action_id: str, initial: date | None = None, placeholder: str | None = None) -> Json:
    return given(
        type="datepicker",
        action_id=action_id,
        initial_date=initial.isoformat() if initial else None,
        placeholder=_plain_or_none(placeholder),
    )


def timepicker(action_id: str, initial: str | None = None, timezone: str | None = None) -> Json:
    """`initial` as HH:MM, `timezone` of IANA."""
    return given(type="timepicker", action_id=action_id, initial_time=initial, timezone=timezone)


def file_input(action_id: str, max_files: int = 10) -> Json:
    return {"type": "file_input", "action_id": action_id, "max_files": max_files}


def _plain_or_none(text: str | None) -> Json | None:
    return plain_text(text) if text else None


def given(**members: object) -> Json:
    """Slack refuses null where a member is optional."""
    return {name: value for name, value in members.items() if value is not None}
