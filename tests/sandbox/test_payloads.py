"""What leaves the workspace has Slack's keys, no more and no fewer.

Facts read off the samples that slackapi publishes; each table names its file there. A key with `?` is in Slack's
sample and only sometimes in a payload.
  J = https://github.com/slackapi/java-slack-sdk/tree/main/json-logs/samples
  B = https://github.com/slackapi/bolt-python/tree/main/tests/scenario_tests
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox import membership, modals
from bot.sandbox.delivery.ack import Ack, Retry
from bot.sandbox.people.people import People
from bot.sandbox.workspace import Workspace
from tests.sandbox.api import Api, Json, actions, ask, button, modal, option, plain, section, typed
from tests.sandbox.conftest import person

TEAM = {"id", "domain"}
USER = {"id", "username", "name", "team_id"}

# J/app-backend/slash-commands/SlashCommandPayload.json; is_enterprise_install: bolt-js's SlashCommand reference
COMMAND = {
    *("token", "api_app_id", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name"),
    *("command", "text", "response_url", "trigger_id", "is_enterprise_install"),
}
# J/app-backend/interactive-components/BlockActionPayload.json, B/test_block_actions.py
CLICK = {
    *("type", "enterprise", "team", "user", "api_app_id", "token", "container", "trigger_id", "channel", "message"),
    *("response_url", "state", "actions", "is_enterprise_install"),
}
CLICK_IN_VIEW = CLICK - {"channel", "message", "response_url", "state"} | {"view"}
# J/app-backend/interactive-components/MessageShortcutPayload.json
MESSAGE_SHORTCUT = {
    *("type", "callback_id", "trigger_id", "message_ts", "response_url", "message", "enterprise", "team", "user"),
    *("channel", "token", "action_ts", "is_enterprise_install"),
}
# B/test_shortcut.py
GLOBAL_SHORTCUT = {
    *("type", "token", "action_ts", "team", "user", "callback_id", "trigger_id"),
    *("enterprise", "is_enterprise_install"),
}
# J/app-backend/views/ViewSubmissionPayload.json, B/test_view_submission.py
SUBMISSION = {
    *("type", "enterprise", "team", "user", "api_app_id", "token", "trigger_id", "view", "response_urls"),
    "is_enterprise_install",
}
# J/app-backend/views/ViewClosedPayload.json
CLOSED = SUBMISSION - {"trigger_id", "response_urls"} | {"is_cleared"}
# B/test_block_suggestion.py
SUGGESTION = {
    *("type", "user", "container", "api_app_id", "token", "action_id", "block_id", "value", "team", "view"),
    *("enterprise", "is_enterprise_install"),
}
VIEW = {
    *("id", "team_id", "type", "blocks", "private_metadata", "callback_id", "state", "hash", "title"),
    *("clear_on_close", "notify_on_close", "close", "submit", "previous_view_id", "root_view_id", "app_id"),
    *("external_id", "app_installed_team_id", "bot_id"),
}
# B/test_message_changed.py, J/events/MemberJoinedChannelPayload.json
ENVELOPE = {
    *("token", "team_id", "api_app_id", "event", "type", "event_id", "event_time", "authorizations"),
    *("is_ext_shared_channel", "event_context", "context_team_id", "context_enterprise_id"),
}
AUTHORIZATION = {"enterprise_id", "team_id", "user_id", "is_bot", "is_enterprise_install"}
# B/test_events.py (client_msg_id ...), J/events/MessagePayload.json
MESSAGE = {"type", "client_msg_id", "text", "user", "ts", "team", "blocks", "channel", "event_ts", "channel_type"}
# B/test_message_changed.py and B/test_message_deleted.py
CHANGED = {
    *("type", "subtype", "message", "previous_message", "channel", "hidden", "ts", "event_ts", "channel_type"),
}
DELETED = CHANGED - {"message"} | {"deleted_ts"}
# B/test_message_file_share.py
FILE_SHARE = MESSAGE | {"files", "upload", "display_as_bot", "subtype"}
FILE = {
    *("id", "created", "timestamp", "name", "title", "mimetype", "filetype", "pretty_type", "user", "editable", "size"),
    *("mode", "is_external", "external_type", "is_public", "public_url_shared", "display_as_bot", "username"),
    *("url_private", "url_private_download", "permalink", "has_rich_preview"),
}
# J/events/*.json
EVENTS: dict[str, set[str]] = {
    "channel_archive": {"type", "channel", "user", "is_moved", "event_ts"},
    "channel_rename": {"type", "channel", "event_ts"},
    "member_joined_channel": {"type", "user", "channel", "channel_type", "team", "event_ts"},
    "reaction_added": {"type", "user", "reaction", "item", "item_user", "event_ts"},
    "app_home_opened": {"type", "user", "channel", "tab", "event_ts"},
    "tokens_revoked": {"type", "tokens", "event_ts"},
    "app_uninstalled": {"type", "event_ts"},
}


class Tray:
    """A road on which everything is acknowledged and kept."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Json]] = []
        self.answer: Any = None

    async def send(self, kind: str, payload: Json, retry: Retry) -> Ack:
        self.sent.append((kind, payload))
        return Ack("acked", self.answer, 200)

    def events(self, kind: str) -> list[Json]:
        return [
            payload["event"] for way, payload in self.sent if way == "events_api" and payload["event"]["type"] == kind
        ]


@pytest.fixture
async def tray(quiet: Workspace) -> AsyncIterator[Tray]:
    kept = Tray()
    quiet.delivery._http = [kept]  # type: ignore[list-item]
    yield kept
    quiet.delivery._http = []


def told(payload: Json) -> Json:
    return {key: set(value) for key, value in payload.items() if isinstance(value, dict)}


async def test_a_command(quiet: Workspace, tess: str, tray: Tray) -> None:
    sent = (await People(quiet).commands.slash(tess, "shop-defects", "/defect new Cart")).payload
    assert set(sent) == COMMAND
    assert sent["is_enterprise_install"] == "false"
    assert (sent["command"], sent["text"], sent["channel_name"]) == ("/defect", "new Cart", "shop-defects")


async def test_a_command_where_the_app_is_not_hides_the_channels_name(quiet: Workspace, tess: str, tray: Tray) -> None:
    sent = (await People(quiet).commands.slash(tess, "incident-room", "/defect")).payload
    assert sent["channel_name"] == "privategroup"


async def test_a_click_on_a_message(api: Api, tess: str, tray: Tray) -> None:
    elements = actions(button(value="SHOP-1", style="primary"), block_id="acts")
    said = await api.said(blocks=[elements])
    result = await People(api.space).clicks.on_message(tess, "shop-defects", said["ts"], "go")
    sent = result.payload
    assert set(sent) == CLICK
    assert told(sent)["user"] == USER
    assert told(sent)["team"] == TEAM
    assert told(sent)["channel"] == {"id", "name"}
    assert sent["container"] == {
        "type": "message",
        "message_ts": said["ts"],
        "channel_id": api.channel("shop-defects"),
        "is_ephemeral": False,
    }
    assert set(sent["actions"][0]) == {"action_id", "block_id", "text", "value", "type", "style", "action_ts"}


async def test_a_click_on_an_ephemeral_message_carries_no_message(api: Api, tess: str, tray: Tray) -> None:
    elements = actions(button())
    channel = api.channel("shop-defects")
    said = await api("chat.postEphemeral", channel=channel, user=tess, text="x", blocks=[elements])
    sent = (await People(api.space).clicks.on_message(tess, channel, said["message_ts"], "go")).payload
    assert set(sent) == CLICK - {"message"}
    assert sent["container"]["is_ephemeral"] is True


async def test_a_choice_carries_its_option_and_what_stood_there_before(api: Api, tess: str, tray: Tray) -> None:
    choices = [option("S1 critical", "S1"), option("S2 major", "S2")]
    menu = {"type": "static_select", "action_id": "sev", "options": choices, "placeholder": plain("Severity")}
    said = await api.said(blocks=[actions({**menu, "initial_option": choices[0]})])
    sent = (await People(api.space).clicks.on_message(tess, "shop-defects", said["ts"], "sev", "S2")).payload
    action = sent["actions"][0]
    expected = {"type", "action_id", "block_id", "placeholder", "initial_option", "selected_option", "action_ts"}
    assert set(action) == expected
    assert action["selected_option"] == choices[1]


async def test_a_click_in_a_form(api: Api, tess: str, tray: Tray) -> None:
    view = modal(ask(typed(), block_id="title"), actions(button()))
    await api("views.open", trigger_id=modals.trigger(api.space, tess), view=view)
    sent = (await People(api.space).clicks.in_view(tess, "go")).payload
    assert set(sent) == CLICK_IN_VIEW
    assert sent["container"] == {"type": "view", "view_id": sent["view"]["id"]}
    assert set(sent["view"]) == VIEW


async def test_a_message_shortcut(api: Api, tess: str, tray: Tray) -> None:
    ts = People(api.space).talk.say(tess, "incident-room", "it burns")
    sent = (await People(api.space).shortcuts.on_message(tess, "incident-room", ts, "file_defect")).payload
    assert set(sent) == MESSAGE_SHORTCUT
    assert told(sent)["user"] == USER - {"username"}
    assert sent["channel"]["name"] == "privategroup"
    assert (sent["message"]["text"], sent["message_ts"]) == ("it burns", ts)


async def test_a_global_shortcut(quiet: Workspace, tess: str, tray: Tray) -> None:
    sent = (await People(quiet).shortcuts.globally(tess, "my_queue")).payload
    assert set(sent) == GLOBAL_SHORTCUT
    assert told(sent)["user"] == USER - {"name"}


async def test_a_submission_and_a_closed_form(api: Api, tess: str, tray: Tray) -> None:
    view = modal(ask(typed(), block_id="title"), notify_on_close=True)
    people = People(api.space)
    await api("views.open", trigger_id=modals.trigger(api.space, tess), view=view)
    sent = (await people.forms.submit(tess, {"title": "Cart"})).payload
    assert set(sent) == SUBMISSION
    assert set(sent["view"]) == VIEW
    assert sent["view"]["state"] == {"values": {"title": {"value": {"type": "plain_text_input", "value": "Cart"}}}}
    await api("views.open", trigger_id=modals.trigger(api.space, tess), view=view)
    closed = await people.forms.close(tess)
    assert closed is not None
    assert set(closed.payload) == CLOSED


async def test_what_is_typed_into_a_search(api: Api, tess: str, tray: Tray) -> None:
    view = modal(ask({"type": "external_select", "action_id": "find"}, block_id="orig"))
    await api("views.open", trigger_id=modals.trigger(api.space, tess), view=view)
    tray.answer = {"options": [option()]}
    assert await People(api.space).clicks.suggestions(tess, "find", "car") == [option()]
    sent = tray.sent[-1][1]
    assert set(sent) == SUGGESTION
    assert (sent["value"], sent["block_id"], sent["action_id"]) == ("car", "orig", "find")


async def test_a_message_its_change_and_its_end(quiet: Workspace, tess: str, tray: Tray) -> None:
    talk = People(quiet).talk
    ts = talk.say(tess, "shop-defects", "cart is wrong")
    talk.edit(tess, "shop-defects", ts, "cart total is wrong")
    talk.delete(tess, "shop-defects", ts)
    await quiet.settled()
    said, changed, deleted = tray.events("message")
    assert set(said) == MESSAGE
    assert set(changed) == CHANGED
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("cart is wrong", "cart total is wrong")
    assert set(changed["message"]["edited"]) == {"user", "ts"}
    assert set(deleted) == DELETED
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (ts, "cart total is wrong")
    envelope = tray.sent[0][1]
    assert set(envelope) == ENVELOPE
    assert [set(each) for each in envelope["authorizations"]] == [AUTHORIZATION]


async def test_a_message_with_a_picture(quiet: Workspace, tess: str, tray: Tray) -> None:
    People(quiet).talk.say(tess, "shop-defects", "look", files={"a.png": b"x"})
    await quiet.settled()
    said = tray.events("message")[0]
    assert set(said) == FILE_SHARE
    assert set(said["files"][0]) >= FILE
    assert (said["subtype"], said["files"][0]["mimetype"]) == ("file_share", "image/png")


async def test_a_parent_with_replies_that_is_deleted_is_told_as_a_change(
    quiet: Workspace, tess: str, tray: Tray
) -> None:
    talk = People(quiet).talk
    ts = talk.say(tess, "shop-defects", "parent")
    talk.say(tess, "shop-defects", "reply", thread_ts=ts)
    talk.delete(tess, "shop-defects", ts)
    await quiet.settled()
    event = tray.events("message")[-1]
    assert set(event) == CHANGED
    assert (event["subtype"], event["message"]["subtype"]) == ("message_changed", "tombstone")
    assert event["previous_message"]["text"] == "parent"


async def test_a_mention_comes_as_a_message_and_as_a_mention(quiet: Workspace, tess: str, tray: Tray) -> None:
    People(quiet).talk.say(tess, "shop-defects", f"<@{quiet.bot_user_id}> help")
    await quiet.settled()
    mention = tray.events("app_mention")[0]
    assert set(mention) == MESSAGE - {"channel_type"}
    assert tray.events("message")[0]["ts"] == mention["ts"]


async def test_the_other_events(quiet: Workspace, tess: str, tray: Tray) -> None:
    talk = People(quiet).talk
    ts = talk.say(tess, "shop-defects", "x")
    talk.react(tess, "shop-defects", ts, "eyes")
    talk.join(person(quiet, "devon"), "shop-defects")
    talk.rename("shop-defects", "defects")
    talk.archive(tess, "defects")
    People(quiet).forms.open_home(tess)
    talk.uninstall()
    await quiet.settled()
    for name, keys in EVENTS.items():
        assert [set(each) for each in tray.events(name)] == [keys], name
    renamed = {"id", "is_channel", "name", "name_normalized", "created", "is_mpim"}
    assert set(tray.events("channel_rename")[0]["channel"]) == renamed
    assert set(tray.events("tokens_revoked")[0]["tokens"]) == {"oauth", "bot"}


async def test_nothing_is_told_after_the_app_is_gone_or_where_it_is_not(
    quiet: Workspace, tess: str, tray: Tray
) -> None:
    talk = People(quiet).talk
    talk.say(tess, "incident-room", "secret")
    talk.uninstall()
    talk.say(tess, "shop-defects", "too late")
    await quiet.settled()
    assert tray.events("message") == []


async def test_a_message_in_the_apps_own_words_names_it_in_four_ways(api: Api) -> None:
    message = (await api.said(blocks=[section()]))["message"]
    assert {"user", "bot_id", "app_id", "bot_profile", "team", "type", "text", "ts", "blocks"} == set(message)
    assert len(message["blocks"][0]["block_id"]) == 5


async def test_a_new_member_is_told_once(quiet: Workspace, tray: Tray) -> None:
    channel = quiet.named("elsewhere")["id"]
    membership.enter(quiet, channel, quiet.bot_user_id)
    membership.enter(quiet, channel, quiet.bot_user_id)
    await quiet.settled()
    assert [each["user"] for each in tray.events("member_joined_channel")] == [quiet.bot_user_id]
