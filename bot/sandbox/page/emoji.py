"""Names of emoji as Slack's clients know them: those that people and apps use most, and what a person is offered."""

from __future__ import annotations

import re

EMOJI = {
    "+1": "👍",
    "-1": "👎",
    "100": "💯",
    "alarm_clock": "⏰",
    "arrow_right": "➡️",
    "ballot_box_with_check": "☑️",
    "bar_chart": "📊",
    "beetle": "🪲",
    "bell": "🔔",
    "black_circle": "⚫",
    "blue_circle": "🔵",
    "bookmark": "🔖",
    "bug": "🐛",
    "bulb": "💡",
    "calendar": "📆",
    "chart_with_downwards_trend": "📉",
    "chart_with_upwards_trend": "📈",
    "clap": "👏",
    "clipboard": "📋",
    "construction": "🚧",
    "eyes": "👀",
    "fire": "🔥",
    "grey_question": "❔",
    "hammer": "🔨",
    "hammer_and_wrench": "🛠️",
    "heart": "❤️",
    "heavy_check_mark": "✔️",
    "heavy_multiplication_x": "✖️",
    "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳",
    "inbox_tray": "📥",
    "information_source": "ℹ️",
    "joy": "😂",
    "large_blue_circle": "🔵",
    "large_green_circle": "🟢",
    "large_orange_circle": "🟠",
    "large_purple_circle": "🟣",
    "large_yellow_circle": "🟡",
    "leftwards_arrow_with_hook": "↩️",
    "link": "🔗",
    "lock": "🔒",
    "mag": "🔍",
    "memo": "📝",
    "no_entry": "⛔",
    "ok_hand": "👌",
    "package": "📦",
    "paperclip": "📎",
    "pencil2": "✏️",
    "pray": "🙏",
    "pushpin": "📌",
    "question": "❓",
    "raised_hands": "🙌",
    "recycle": "♻️",
    "red_circle": "🔴",
    "repeat": "🔁",
    "rocket": "🚀",
    "rotating_light": "🚨",
    "see_no_evil": "🙈",
    "slightly_smiling_face": "🙂",
    "smile": "😄",
    "speech_balloon": "💬",
    "star": "⭐",
    "tada": "🎉",
    "thinking_face": "🤔",
    "ticket": "🎫",
    "truck": "🚚",
    "warning": "⚠️",
    "wastebasket": "🗑️",
    "wave": "👋",
    "white_check_mark": "✅",
    "white_circle": "⚪",
    "wrench": "🔧",
    "x": "❌",
    "zap": "⚡",
}
# What stands in the menu "add a reaction".
OFFERED = ("+1", "eyes", "white_check_mark", "x", "tada", "thinking_face", "pray", "rocket", "heart", "fire")

NAMED = re.compile(r":([a-z0-9_+'-]+)(?:::skin-tone-[2-6])?:")


def sign(name: str) -> str:
    """The character, or `:name:` for one that is not known here."""
    return EMOJI.get(name.partition("::")[0], f":{name}:")


def with_signs(text: str) -> str:
    return NAMED.sub(lambda found: sign(found[1]), text)
