"""Blocks and views: small pure functions returning Slack's dicts. With `elements` and `rich`, all that we draw."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.elements import (
    Json,
    Style,
    at_each_character,
    button,
    checkboxes,
    confirm,
    conversations_select,
    datepicker,
    external_select,
    file_input,
    given,
    multi_external_select,
    multi_users_select,
    option,
    option_group,
    overflow,
    plain_text,
    plain_text_input,
    radio_buttons,
    static_select,
    text_object,
    timepicker,
    users_select,
)
from bot.slack.rich import (
    rich_channel,
    rich_date,
    rich_emoji,
    rich_link,
    rich_list,
    rich_preformatted,
    rich_quote,
    rich_section,
    rich_text,
    rich_user,
    words,
)

__all__ = [
    "Json",
    "Style",
    "actions",
    "at_each_character",
    "button",
    "checkboxes",
    "confirm",
    "context",
    "conversations_select",
    "datepicker",
    "divider",
    "external_select",
    "file_input",
    "header",
    "home",
    "image",
    "image_element",
    "input_",
    "modal",
    "multi_external_select",
    "multi_users_select",
    "option",
    "option_group",
    "overflow",
    "plain_text",
    "plain_text_input",
    "radio_buttons",
    "rich_channel",
    "rich_date",
    "rich_emoji",
    "rich_link",
    "rich_list",
    "rich_preformatted",
    "rich_quote",
    "rich_section",
    "rich_text",
    "rich_user",
    "section",
    "static_select",
    "table",
    "text_object",
    "timepicker",
    "users_select",
    "words",
]


def section(
    text: str | None = None,
    *,
    fields: Sequence[str] = (),
    accessory: Json | None = None,
    block_id: str | None = None,
) -> Json:
    """A text, or fields in two columns, or both. `expand`: Slack folds no text of ours behind "see more"."""
    return given(
        type="section",
        text=text_object(text) if text else None,
        fields=[text_object(each) for each in fields] or None,
        accessory=accessory,
        block_id=block_id,
        expand=True,
    )


def context(*parts: str | Json, block_id: str | None = None) -> Json:
    """Small print: texts, and images as `image_element`."""
    elements = [text_object(part) if isinstance(part, str) else part for part in parts]
    return given(type="context", elements=elements, block_id=block_id)


def header(text: str, block_id: str | None = None) -> Json:
    return given(type="header", text=plain_text(text), block_id=block_id)


def table(rows: Sequence[Sequence[str]]) -> Json:
    """The first row names the columns. A cell takes no empty text, and nothing in it is parsed."""
    cells = [[{"type": "raw_text", "text": text or "–"} for text in row] for row in rows]
    settings = [{"is_wrapped": True} for _ in rows[0]]
    return {"type": "table", "rows": cells, "column_settings": settings}


def divider() -> Json:
    return {"type": "divider"}


def actions(*elements: Json, block_id: str | None = None) -> Json:
    return given(type="actions", elements=list(elements), block_id=block_id)


def input_(
    label: str,
    element: Json,
    block_id: str,
    *,
    hint: str | None = None,
    optional: bool = False,
    dispatch: bool = False,
) -> Json:
    """`block_id` is where a mistake is shown; `dispatch` sends an action for each change."""
    return given(
        type="input",
        block_id=block_id,
        label=plain_text(label),
        element=element,
        hint=plain_text(hint) if hint else None,
        optional=optional or None,
        dispatch_action=dispatch or None,
    )


def image(
    alt: str,
    *,
    url: str | None = None,
    slack_file: str | None = None,
    title: str | None = None,
    block_id: str | None = None,
) -> Json:
    """By its public address, or by the id of a file in Slack."""
    return given(
        type="image",
        alt_text=alt,
        image_url=url,
        slack_file={"id": slack_file} if slack_file else None,
        title=plain_text(title) if title else None,
        block_id=block_id,
    )


def image_element(alt: str, url: str) -> Json:
    return {"type": "image", "alt_text": alt, "image_url": url}


def modal(
    title: str,
    blocks: Sequence[Json],
    *,
    submit: str | None = None,
    close: str | None = None,
    callback_id: str,
    private_metadata: str = "",
    external_id: str | None = None,
    notify_on_close: bool = False,
) -> Json:
    """With an input among its blocks it needs `submit`."""
    return given(
        type="modal",
        callback_id=callback_id,
        title=plain_text(title),
        blocks=list(blocks),
        submit=plain_text(submit) if submit else None,
        close=plain_text(close) if close else None,
        private_metadata=private_metadata or None,
        external_id=external_id,
        notify_on_close=notify_on_close or None,
    )


def home(blocks: Sequence[Json], *, callback_id: str = "home", private_metadata: str = "") -> Json:
    return given(type="home", blocks=list(blocks), callback_id=callback_id, private_metadata=private_metadata or None)
