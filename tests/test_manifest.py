import re
from contextlib import suppress
from typing import Any

import pytest

from bot.manifest import (
    COMMANDS,
    LIMITS,
    SHORTCUTS,
    CommandWords,
    ManifestRefused,
    ShortcutWords,
    build_manifest,
    check_limits,
    events,
    scopes,
)
from handlers.commands import family_of
from handlers.understanding import Incomplete, understand


def test_the_five_commands_arrive_escaped_and_under_their_own_names() -> None:
    commands = build_manifest()["features"]["slash_commands"]
    assert [command["command"] for command in commands] == ["/defect", "/verify", "/release", "/trace", "/countersign"]
    assert all(command["should_escape"] is True for command in commands)


def test_what_slack_shows_beside_a_command_comes_from_the_table_of_commands() -> None:
    """Slack shows a hint in one line, beside the name."""
    hints = {one["command"]: one["usage_hint"] for one in build_manifest()["features"]["slash_commands"]}
    assert hints["/defect"] == "new · show KEY · fixed KEY · list · help"
    assert hints["/verify"] == "pass KEY · fail KEY · blocked KEY"
    assert hints["/release"] == "status · build REL BUILD · gates · digest REL · ship REL"
    for command, hint in hints.items():
        for part in hint.split(" · "):
            with suppress(Incomplete):
                understand(family_of(command), part.replace("KEY", "SHOP-42").replace("REL", "2.4"))


def test_the_five_shortcuts_are_three_on_messages_and_two_global() -> None:
    shortcuts = build_manifest()["features"]["shortcuts"]
    assert {(one["callback_id"], one["type"]) for one in shortcuts} == {
        ("file_defect", "message"),
        ("add_evidence", "message"),
        ("mark_fixed", "message"),
        ("new_defect", "global"),
        ("my_queue", "global"),
    }


def test_scopes_and_events_are_the_ones_that_calls_and_listeners_need() -> None:
    manifest = build_manifest()
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == {
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
    }
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == {
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
    }


def test_mentions_only_reads_no_history_and_hears_mentions_alone() -> None:
    manifest = build_manifest(mentions_only=True)
    bot_scopes = manifest["oauth_config"]["scopes"]["bot"]
    assert "app_mentions:read" in bot_scopes
    assert not [scope for scope in bot_scopes if "history" in scope]
    bot_events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert "app_mention" in bot_events
    assert not [event for event in bot_events if event.startswith("message")]
    assert set(scopes()) - set(scopes(True)) == {"channels:history", "groups:history"}
    assert set(events(True)) - set(events()) == {"app_mention"}


def test_without_an_address_it_is_socket_mode_and_names_no_address() -> None:
    manifest = build_manifest()
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "url" not in str(manifest)


@pytest.mark.parametrize(
    "url", ["https://bot.example.com", "https://bot.example.com/", "https://bot.example.com/slack/events"]
)
def test_with_an_address_everything_goes_to_its_one_path(url: str) -> None:
    manifest = build_manifest(url=url)
    address = "https://bot.example.com/slack/events"
    assert manifest["settings"]["socket_mode_enabled"] is False
    assert manifest["settings"]["event_subscriptions"]["request_url"] == address
    assert manifest["settings"]["interactivity"]["request_url"] == address
    assert {command["url"] for command in manifest["features"]["slash_commands"]} == {address}


@pytest.mark.parametrize("url", ["http://bot.example.com", "bot.example.com", "https://", "https://x y", "https://x?q"])
def test_slack_sends_to_https_only(url: str) -> None:
    with pytest.raises(ManifestRefused, match="https"):
        build_manifest(url=url)


def test_a_prefix_gives_the_commands_other_names() -> None:
    commands = build_manifest(prefix="acme-")["features"]["slash_commands"]
    assert commands[0]["command"] == "/acme-defect"


@pytest.mark.parametrize("prefix", ["Acme-", "a b", "/", "x" * 30])
def test_a_prefix_that_slack_would_refuse_is_refused(prefix: str) -> None:
    with pytest.raises(ManifestRefused, match="--prefix"):
        build_manifest(prefix=prefix)


def test_every_limit_is_checked_and_the_manifest_keeps_them_all() -> None:
    """slackapi/manifest-schema, as gathered in LIMITS; a text or list one too long is refused at its path."""
    long = build_manifest(url=f"https://{'x' * 2900}.example.com")
    for path, most in LIMITS:
        manifest = build_manifest(url="https://bot.example.com")
        _lengthen(manifest, path.split("."), most)
        check_limits(manifest)
        _lengthen(manifest, path.split("."), most + 1)
        with pytest.raises(ManifestRefused, match=re.escape(path)):
            check_limits(manifest)
    check_limits(long)


def _lengthen(value: Any, path: list[str], length: int) -> None:
    *road, last = path
    for step in road:
        value = value[0] if step == "*" else value[step]
    old = value[last]
    value[last] = [old[0]] * length if isinstance(old, list) else "x" * length


def test_it_has_no_key_that_slack_does_not_know() -> None:
    """Extra keys are refused; these are the schema's own names for what is used."""
    manifest = build_manifest(url="https://bot.example.com")
    assert set(manifest) == {"_metadata", "display_information", "features", "oauth_config", "settings"}
    assert set(manifest["features"]) == {"app_home", "bot_user", "shortcuts", "slash_commands"}
    assert set(manifest["features"]["slash_commands"][0]) == {
        "command",
        "description",
        "usage_hint",
        "should_escape",
        "url",
    }
    assert set(manifest["features"]["shortcuts"][0]) == {"name", "type", "callback_id", "description"}
    assert set(manifest["settings"]) == {
        "event_subscriptions",
        "interactivity",
        "org_deploy_enabled",
        "socket_mode_enabled",
        "token_rotation_enabled",
    }


def test_words_of_others_take_the_place_of_ours_and_are_checked() -> None:
    manifest = build_manifest([CommandWords("defect", "Words", "hint")], SHORTCUTS[:1])
    assert [command["description"] for command in manifest["features"]["slash_commands"]] == ["Words"]
    with pytest.raises(ManifestRefused, match=r"shortcuts\.\*\.name is 25 long; Slack takes 24"):
        build_manifest(COMMANDS, [ShortcutWords("x", "x" * 25, "", True)])
