"""Text, options, confirmations: https://docs.slack.dev/reference/block-kit/composition-objects"""

from __future__ import annotations

from typing import Any

from bot.sandbox.blocks.shapes import Check, Findings, Shape, boolean, many, one_of, string

# `emoji` beside mrkdwn is refused: https://github.com/slack-go/slack/issues/1414
_FLAGS: dict[str, dict[str, Check]] = {"plain_text": {"emoji": boolean}, "mrkdwn": {"verbatim": boolean}}


def text(most: int, *, plain: bool = False, least: int = 1) -> Check:
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    shapes = {kind: Shape({"text": string(most, least)}, _FLAGS[kind]) for kind in kinds}

    def check(found: Findings, at: str, value: Any) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if isinstance(value, dict) and kind not in kinds:
            found.note(f"{at}/type", "wrong_type", f"must be {' or '.join(kinds)}")
        shapes.get(str(kind), shapes["plain_text"])(found, at, value)

    return check


def plain(most: int, least: int = 1) -> Check:
    return text(most, plain=True, least=least)


ACTION_ID = string(255)
BLOCK_ID = string(255)
PLACEHOLDER = plain(150)
CONFIRM = Shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = Shape({"text": text(75), "value": string(150)}, {"description": text(75), "url": string(3000)})
OPTIONS = many(OPTION, 100)
GROUP = Shape({"label": plain(75), "options": OPTIONS})
DISPATCH = Shape({}, {"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), 2)})
FILTER = Shape(
    {},
    {
        "include": many(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
SLACK_FILE = Shape({}, {"id": string(50), "url": string(3000)})
