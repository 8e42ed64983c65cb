"""What the Web API answers and refuses."""

from __future__ import annotations

import copy

import pytest

from bot.sandbox import conversation
from bot.sandbox.people.people import People
from bot.sandbox.workspace import Workspace
from tests.sandbox.api import Api, Json, section
from tests.sandbox.conftest import MANIFEST, person


def without(scope: str) -> Json:
    manifest = copy.deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"].remove(scope)
    return manifest


@pytest.mark.parametrize(
    ("method", "scope", "arguments"),
    [
        ("chat.postMessage", "chat:write", {"channel": "shop-defects", "text": "x"}),
        ("conversations.history", "channels:history", {"channel": "shop-defects"}),
        ("conversations.info", "channels:read", {"channel": "shop-defects"}),
        ("conversations.list", "groups:read", {"types": "public_channel,private_channel"}),
        ("conversations.join", "channels:join", {"channel": "elsewhere"}),
        ("users.list", "users:read", {}),
        ("reactions.add", "reactions:write", {"channel": "shop-defects", "timestamp": "1.0", "name": "eyes"}),
        ("files.getUploadURLExternal", "files:write", {"filename": "a.txt", "length": 1}),
    ],
)
async def test_a_missing_scope_is_named(api: Api, method: str, scope: str, arguments: Json) -> None:
    api.space.app["manifest"] = without(scope)
    if "channel" in arguments:
        arguments = {**arguments, "channel": api.channel(arguments["channel"])}
    answer = await api(method, **arguments)
    assert (answer["ok"], answer["error"]) == (False, "missing_scope")
    assert scope in answer["needed"].split(",")
    assert scope not in answer["provided"].split(",")


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-stranger", "invalid_auth"), ("app_token", "not_allowed_token_type")],
)
async def test_only_the_bots_own_token_is_taken(api: Api, token: str, error: str) -> None:
    assert (await api("auth.test", token=api.space.app.get(token, token)))["error"] == error


async def test_a_call_without_a_token_is_not_authed(api: Api) -> None:
    assert (await api.client.post("/api/auth.test")).json()["error"] == "not_authed"


async def test_a_token_dies_with_the_installation(api: Api) -> None:
    People(api.space).talk.uninstall()
    assert (await api("auth.test"))["error"] == "token_revoked"


@pytest.mark.parametrize(
    ("channel", "error"),
    [("elsewhere", "not_in_channel"), ("incident-room", "channel_not_found")],
)
async def test_the_app_posts_only_where_it_is(api: Api, channel: str, error: str) -> None:
    assert (await api.said(channel))["error"] == error
    assert (await api("conversations.history", channel=api.channel(channel)))["error"] == error


async def test_a_public_channel_is_joined_and_a_private_one_is_not(api: Api) -> None:
    assert (await api("conversations.join", channel=api.channel("elsewhere")))["ok"]
    assert (await api.said("elsewhere"))["ok"]
    assert (await api("conversations.join", channel=api.channel("elsewhere")))["warning"] == "already_in_channel"
    assert (await api("conversations.join", channel=api.channel("incident-room")))["error"] == "channel_not_found"


async def test_nothing_is_said_in_an_archived_channel(api: Api, tess: str) -> None:
    ts = (await api.said())["ts"]
    People(api.space).talk.archive(tess, "shop-defects")
    assert (await api.said())["error"] == "is_archived"
    react = {"channel": api.channel("shop-defects"), "timestamp": ts, "name": "eyes"}
    assert (await api("reactions.add", **react))["error"] == "is_archived"
    assert (await api("conversations.join", channel=api.channel("shop-defects")))["error"] == "is_archived"


async def test_a_message_needs_words(api: Api) -> None:
    assert (await api.said(text=""))["error"] == "no_text"
    answer = await api.said(text="", blocks=[section("only blocks")])
    assert (answer["ok"], answer["message"]["text"]) == (True, "")


async def test_blocks_that_are_legal_each_may_still_be_too_long_together(api: Api) -> None:
    assert (await api.said(blocks=[section("x" * 2640)] * 5))["ok"]
    assert (await api.said(blocks=[section("x" * 2641)] * 5))["error"] == "msg_blocks_too_long"


async def test_invalid_blocks_are_explained_with_their_place(api: Api) -> None:
    answer = await api.said(blocks=[section("x" * 3001)])
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_a_hundred_attachments_are_enough(api: Api) -> None:
    assert (await api.said(attachments=[{"text": "x"}] * 100))["ok"]
    assert (await api.said(attachments=[{"text": "x"}] * 101))["error"] == "too_many_attachments"


async def test_arguments_that_slack_does_not_know_change_nothing(api: Api) -> None:
    answer = await api.said(colour="red", link_names=True)
    assert answer["ok"]
    assert "colour" not in answer["message"]
    assert (await api("chat.shout"))["error"] == "unknown_method"


async def test_arguments_come_as_a_form_or_as_json(api: Api) -> None:
    headers = {"Authorization": f"Bearer {api.space.app['bot_token']}"}
    form = {"channel": api.channel("shop-defects"), "text": "x", "blocks": '[{"type": "divider"}]'}
    answer = (await api.client.post("/api/chat.postMessage", data=form, headers=headers)).json()
    assert [block["type"] for block in answer["message"]["blocks"]] == ["divider"]
    broken = {**headers, "Content-Type": "application/json"}
    said = await api.client.post("/api/chat.postMessage", content=b"{", headers=broken)
    assert said.json()["error"] == "invalid_json"
    listed = await api.client.post("/api/chat.postMessage", content=b"[]", headers=broken)
    assert listed.json()["error"] == "json_not_object"
    form["blocks"] = "[{"
    answer = (await api.client.post("/api/chat.postMessage", data=form, headers=headers)).json()
    assert answer["error"] == "invalid_blocks_format"


async def test_a_reply_stands_in_its_thread_and_its_parent_counts_it(api: Api) -> None:
    parent = (await api.said(text="parent"))["ts"]
    first = await api.said(text="one", thread_ts=parent)
    second = await api.said(text="two", thread_ts=first["ts"])
    assert second["message"]["thread_ts"] == parent
    replies = await api("conversations.replies", channel=api.channel("shop-defects"), ts=parent)
    assert [each["text"] for each in replies["messages"]] == ["parent", "one", "two"]
    assert (replies["messages"][0]["reply_count"], replies["messages"][0]["latest_reply"]) == (2, second["ts"])
    history = await api("conversations.history", channel=api.channel("shop-defects"))
    assert [each["text"] for each in history["messages"]] == ["parent"]


async def test_a_reply_to_a_parent_that_is_gone_lands_at_the_channels_root(api: Api) -> None:
    parent = (await api.said(text="parent"))["ts"]
    await api("chat.delete", channel=api.channel("shop-defects"), ts=parent)
    stray = await api.said(text="stray", thread_ts=parent)
    assert stray["ok"]
    assert "thread_ts" not in stray["message"]


async def test_a_parent_with_replies_leaves_a_tombstone_until_the_last_reply_is_gone(api: Api) -> None:
    channel = api.channel("shop-defects")
    parent = (await api.said(text="parent"))["ts"]
    reply = await api.said(text="reply", thread_ts=parent)
    await api("chat.delete", channel=channel, ts=parent)
    grave = (await api("conversations.history", channel=channel))["messages"][0]
    assert (grave["subtype"], grave["user"], grave["hidden"]) == ("tombstone", "USLACKBOT", True)
    assert "bot_id" not in grave
    assert (await api("chat.update", channel=channel, ts=parent, text="x"))["error"] == "cant_update_message"
    assert (await api.said(text="more", thread_ts=parent))["message"]["thread_ts"] == parent
    for ts in [reply["ts"], *list(api.space.state.messages[channel])[-1:]]:
        await api("chat.delete", channel=channel, ts=ts)
    assert (await api("conversations.history", channel=channel))["messages"] == []


async def test_only_the_apps_own_messages_are_changed_by_it(api: Api, tess: str) -> None:
    ts = People(api.space).talk.say(tess, "shop-defects", "mine")
    place = {"channel": api.channel("shop-defects"), "ts": ts}
    assert (await api("chat.update", **place, text="yours"))["error"] == "cant_update_message"
    assert (await api("chat.delete", **place))["error"] == "cant_delete_message"
    assert (await api("chat.update", channel=place["channel"], ts="1.000001", text="x"))["error"] == "message_not_found"


async def test_metadata_is_read_back_only_when_it_is_asked_for(api: Api) -> None:
    given = {"event_type": "outbox_row", "event_payload": {"outbox_id": "42"}}
    await api.said(text="with", metadata=given)
    channel = api.channel("shop-defects")
    assert "metadata" not in (await api("conversations.history", channel=channel))["messages"][0]
    history = await api("conversations.history", channel=channel, include_all_metadata=True)
    assert history["messages"][0]["metadata"] == given


async def test_metadata_whose_type_has_a_dot_vanishes(api: Api) -> None:
    await api.said(metadata={"event_type": "outbox.row", "event_payload": {}})
    history = await api("conversations.history", channel=api.channel("shop-defects"), include_all_metadata=True)
    assert "metadata" not in history["messages"][0]
    assert (await api.said(metadata={"event_type": "a"}))["error"] == "invalid_metadata_schema"


async def test_lists_come_in_pages(api: Api) -> None:
    for number in range(5):
        await api.said(text=str(number))
    channel = api.channel("shop-defects")
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        page = await api("conversations.history", channel=channel, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [each["text"] for each in page["messages"]]
        cursor = page.get("response_metadata", {}).get("next_cursor", "")
        assert page["has_more"] == bool(cursor)
    assert seen == ["4", "3", "2", "1", "0"]
    assert (await api("conversations.history", channel=channel, cursor="nonsense"))["error"] == "invalid_cursor"


async def test_history_is_cut_by_time_and_includes_the_ends_when_told_to(api: Api) -> None:
    stamps = [(await api.said(text=str(number)))["ts"] for number in range(3)]
    channel = api.channel("shop-defects")
    between = {"channel": channel, "oldest": stamps[0], "latest": stamps[2]}
    assert [each["text"] for each in (await api("conversations.history", **between))["messages"]] == ["1"]
    both = await api("conversations.history", **between, inclusive=True)
    assert [each["text"] for each in both["messages"]] == ["2", "1", "0"]


async def test_private_channels_are_listed_only_where_the_app_is(api: Api) -> None:
    names = {"types": "public_channel,private_channel"}
    listed = await api("conversations.list", **names)
    assert [each["name"] for each in listed["channels"]] == ["shop-defects", "elsewhere"]
    People(api.space).talk.invite_bot("incident-room")
    listed = await api("conversations.list", **names)
    assert "incident-room" in [each["name"] for each in listed["channels"]]
    assert (await api("conversations.list", types="streets"))["error"] == "invalid_types"


async def test_an_ephemeral_is_for_a_member_and_cannot_be_changed(api: Api, tess: str) -> None:
    channel = api.channel("shop-defects")
    said = await api("chat.postEphemeral", channel=channel, user=tess, text="psst")
    assert said["ok"]
    place = {"channel": channel, "ts": said["message_ts"]}
    assert (await api("chat.update", **place, text="x"))["error"] == "message_not_found"
    devon = person(api.space, "devon")
    assert (await api("chat.postEphemeral", channel=channel, user=devon, text="x"))["error"] == "user_not_in_channel"


async def test_a_direct_conversation_opens_once(api: Api, tess: str) -> None:
    first = await api("conversations.open", users=tess)
    assert "already_open" not in first
    second = await api("conversations.open", users=tess)
    assert (second["already_open"], second["channel"]) == (True, first["channel"])
    assert (await api("chat.postMessage", channel=tess, text="hello"))["channel"] == first["channel"]["id"]
    assert (await api("conversations.open", users="U0NOBODY"))["error"] == "user_not_found"


async def test_a_reaction_is_added_once_and_removed_once(api: Api) -> None:
    place = {"channel": api.channel("shop-defects"), "timestamp": (await api.said())["ts"]}
    assert (await api("reactions.add", **place, name="eyes"))["ok"]
    assert (await api("reactions.add", **place, name="eyes"))["error"] == "already_reacted"
    shown = await api("reactions.get", **place)
    assert shown["message"]["reactions"] == [{"name": "eyes", "users": [api.space.bot_user_id], "count": 1}]
    assert (await api("reactions.remove", **place, name="eyes"))["ok"]
    assert (await api("reactions.remove", **place, name="eyes"))["error"] == "no_reaction"
    assert (await api("reactions.add", **place, name="Not An Emoji"))["error"] == "invalid_name"


async def test_a_link_to_a_reply_names_its_thread(api: Api) -> None:
    channel = api.channel("shop-defects")
    parent = (await api.said())["ts"]
    reply = (await api.said(thread_ts=parent))["ts"]
    link = (await api("chat.getPermalink", channel=channel, message_ts=reply))["permalink"]
    assert link == (
        f"https://harbor-shop.slack.com/archives/{channel}/p{reply.replace('.', '')}?thread_ts={parent}&cid={channel}"
    )


async def test_two_messages_of_one_instant_have_two_ids(api: Api) -> None:
    stamps = {(await api.said())["ts"] for _ in range(20)}
    assert len(stamps) == 20


def test_a_persons_reaction_and_a_deleted_parent_are_what_conversation_says(quiet: Workspace, tess: str) -> None:
    channel = quiet.named("shop-defects")["id"]
    quiet.silent = True
    ts = People(quiet).talk.say(tess, channel, "x")
    conversation.react(quiet, channel, ts, "eyes", tess)
    conversation.delete(quiet, channel, ts)
    assert quiet.state.messages[channel] == {}
