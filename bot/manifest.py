"""The Slack app manifest: what Slack must be told about Countersign, in one place.

Limits: slackapi/manifest-schema. Scopes and events are the ones that some call or listener needs, no more.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.verbs.slash import SLASH_COMMANDS

EVENTS_PATH = "/slack/events"

SCOPES = (
    "commands",
    "chat:write",
    "channels:read",
    "groups:read",
    "channels:history",
    "groups:history",
    "channels:join",
    "users:read",
    "reactions:write",
    "files:read",
    "files:write",
    "im:write",
)
EVENTS = (
    "message.channels",
    "message.groups",
    "app_home_opened",
    "member_joined_channel",
    "channel_archive",
    "channel_unarchive",
    "group_unarchive",
    "channel_rename",
    "app_uninstalled",
    "tokens_revoked",
)
# Without history: every message comes only when the bot is mentioned, and a lost post cannot be read back.
_OF_HISTORY = {"channels:history", "groups:history", "message.channels", "message.groups"}


class ManifestRefused(ValueError):
    """Slack would not take it; the text says what to change."""


@dataclass(frozen=True, slots=True)
class CommandWords:
    """`name`: `defect` for `/defect`; `hint` stands beside it while it is typed."""

    name: str
    description: str
    hint: str


@dataclass(frozen=True, slots=True)
class ShortcutWords:
    """`on_message` False is a global one, in the lightning menu."""

    callback_id: str
    name: str
    description: str
    on_message: bool


COMMANDS = tuple(CommandWords(command.family, command.summary, command.hint) for command in SLASH_COMMANDS)
SHORTCUTS = (
    ShortcutWords("file_defect", "File a defect", "Files a defect with this message as evidence", True),
    ShortcutWords("add_evidence", "Add to a defect", "Adds this message to a defect as evidence", True),
    ShortcutWords("mark_fixed", "Mark fixed", "Marks the defect of this thread as fixed", True),
    ShortcutWords("new_defect", "File a defect", "Opens the form for a new defect", False),
    ShortcutWords("my_queue", "My queue", "Shows what waits for you", False),
)


def scopes(mentions_only: bool = False) -> tuple[str, ...]:
    kept = tuple(scope for scope in SCOPES if not (mentions_only and scope in _OF_HISTORY))
    return (*kept, "app_mentions:read") if mentions_only else kept


def events(mentions_only: bool = False) -> tuple[str, ...]:
    """`app_mention` only in the mentions-only form: a mention comes as a message already, and would act twice."""
    kept = tuple(event for event in EVENTS if not (mentions_only and event in _OF_HISTORY))
    return ("app_mention", *kept) if mentions_only else kept


def build_manifest(
    commands: Sequence[CommandWords] = COMMANDS,
    shortcuts: Sequence[ShortcutWords] = SHORTCUTS,
    *,
    url: str | None = None,
    prefix: str = "",
    mentions_only: bool = False,
) -> dict[str, Any]:
    """`url`: the public https address of the bot, None for Socket Mode. `prefix` makes `/acme-defect` of `acme-`,
    where another app has the plain names. Raises ManifestRefused."""
    request_url = _request_url(url)
    manifest = {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Countersign",
            "description": "Defects under control, from the first complaint to the hour a release ships",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Countersign", "always_online": True},
            "shortcuts": [_shortcut(words) for words in shortcuts],
            "slash_commands": [_command(words, prefix, request_url) for words in commands],
        },
        "oauth_config": {"scopes": {"bot": list(scopes(mentions_only))}},
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": list(events(mentions_only))},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }
    check_limits(manifest)
    return manifest


def _request_url(url: str | None) -> dict[str, str]:
    if url is None:
        return {}
    if not re.fullmatch(r"https://[^/\s?#]+(/[^\s?#]*)?", url):
        raise ManifestRefused("--url: Slack sends to https addresses only, such as https://bot.example.com")
    return {"request_url": url.removesuffix("/").removesuffix(EVENTS_PATH) + EVENTS_PATH}


def _command(words: CommandWords, prefix: str, request_url: Mapping[str, str]) -> dict[str, Any]:
    name = f"/{prefix}{words.name}"
    if not re.fullmatch(r"/[a-z0-9_-]{1,31}", name):
        raise ManifestRefused(
            f"--prefix: {name} is no name of a command; 32 of a-z 0-9 _ - at most, the slash included"
        )
    url = {"url": request_url["request_url"]} if request_url else {}
    # should_escape: people and channels arrive as <@U…> and <#C…>, not as somebody typed them.
    return {
        "command": name,
        "description": words.description,
        "usage_hint": words.hint,
        "should_escape": True,
        **url,
    }


def _shortcut(words: ShortcutWords) -> dict[str, str]:
    return {
        "name": words.name,
        "type": "message" if words.on_message else "global",
        "callback_id": words.callback_id,
        "description": words.description,
    }


# (path, most characters of a text or entries of a list); `*` is every entry.
LIMITS = (
    ("display_information.name", 35),
    ("display_information.description", 140),
    ("features.bot_user.display_name", 80),
    ("features.slash_commands", 50),
    ("features.slash_commands.*.command", 32),
    ("features.slash_commands.*.description", 2000),
    ("features.slash_commands.*.usage_hint", 1000),
    ("features.slash_commands.*.url", 3000),
    ("features.shortcuts", 10),
    ("features.shortcuts.*.name", 24),
    ("features.shortcuts.*.callback_id", 255),
    ("features.shortcuts.*.description", 150),
    ("settings.event_subscriptions.bot_events", 100),
    ("settings.event_subscriptions.request_url", 3000),
    ("settings.interactivity.request_url", 3000),
)


def check_limits(manifest: Mapping[str, Any]) -> None:
    """Raises ManifestRefused at the first text or list that is too long."""
    for path, most in LIMITS:
        for value in _at(manifest, path.split(".")):
            if len(value) > most:
                raise ManifestRefused(f"{path} is {len(value)} long; Slack takes {most}")


def _at(value: Any, path: Sequence[str]) -> list[Any]:
    if not path:
        return [value]
    if path[0] == "*":
        return [found for entry in value for found in _at(entry, path[1:])]
    return _at(value[path[0]], path[1:]) if path[0] in value else []
