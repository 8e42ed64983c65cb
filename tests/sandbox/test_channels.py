"""Channels as the app hears of them and reads them: public, private, direct, shared with another company.

Facts read off https://github.com/slackapi/java-slack-sdk/tree/main/json-logs/samples/events (Group*Payload.json,
MemberLeftChannelPayload.json), https://docs.slack.dev/reference/events/message/thread_broadcast and
https://docs.slack.dev/reference/objects/conversation-object.
"""

from __future__ import annotations

import copy

import pytest

from bot.sandbox import membership
from bot.sandbox.people.people import People
from bot.sandbox.workspace import Workspace
from tests.sandbox.api import Api, Json
from tests.sandbox.conftest import person
from tests.sandbox.test_payloads import MESSAGE, Tray, tray  # noqa: F401 - a fixture

MOVED = {"type", "user", "channel", "channel_type", "team", "event_ts"}
OF_PRIVATE = ("group_archive", "group_unarchive", "group_rename")


def subscribe(space: Workspace, *names: str) -> None:
    manifest = copy.deepcopy(space.app["manifest"])
    manifest["settings"]["event_subscriptions"]["bot_events"] += names
    space.app["manifest"] = manifest


async def fate_of_the_private_channel(space: Workspace, tess: str) -> None:
    talk = People(space).talk
    talk.invite_bot("incident-room", tess)
    talk.archive(tess, "incident-room")
    talk.archive(tess, "incident-room", undo=True)
    talk.rename("incident-room", "war-room")
    await space.settled()


async def test_a_private_channels_fate_has_names_of_its_own(quiet: Workspace, tess: str, tray: Tray) -> None:  # noqa: F811
    subscribe(quiet, *OF_PRIVATE)
    await fate_of_the_private_channel(quiet, tess)
    assert [len(tray.events(name)) for name in OF_PRIVATE] == [1, 1, 1]
    assert set(tray.events("group_archive")[0]) == {"type", "channel", "user", "is_moved", "event_ts"}
    renamed = tray.events("group_rename")[0]["channel"]
    assert (renamed["name"], renamed["is_channel"]) == ("war-room", False)


async def test_who_subscribes_to_public_channels_hears_nothing_of_private_ones(
    quiet: Workspace,
    tess: str,
    tray: Tray,  # noqa: F811
) -> None:
    await fate_of_the_private_channel(quiet, tess)
    for name in ("channel_archive", "channel_unarchive", "channel_rename", *OF_PRIVATE):
        assert tray.events(name) == []


async def test_who_brings_the_app_is_named(quiet: Workspace, tess: str, tray: Tray) -> None:  # noqa: F811
    People(quiet).talk.invite_bot("incident-room", tess)
    await quiet.settled()
    joined = tray.events("member_joined_channel")[0]
    assert set(joined) == MOVED | {"inviter"}
    assert (joined["user"], joined["inviter"], joined["channel_type"]) == (quiet.bot_user_id, tess, "G")


async def test_who_leaves_is_told_and_the_app_hears_of_its_own_going(
    quiet: Workspace,
    tess: str,
    tray: Tray,  # noqa: F811
) -> None:
    subscribe(quiet, "member_left_channel")
    talk = People(quiet).talk
    talk.leave(tess, "shop-defects")
    talk.remove_bot("shop-defects")
    await quiet.settled()
    assert [(set(each), each["user"]) for each in tray.events("member_left_channel")] == [
        (MOVED, tess),
        (MOVED, quiet.bot_user_id),
    ]
    assert [each["subtype"] for each in tray.events("message")] == ["channel_leave"]


async def test_a_reply_that_is_shown_in_the_channel_too_carries_its_root(api: Api, tess: str, tray: Tray) -> None:  # noqa: F811
    talk = People(api.space).talk
    root = talk.say(tess, "shop-defects", "parent")
    talk.say(tess, "shop-defects", "only here", thread_ts=root)
    reply = talk.say(tess, "shop-defects", "for all", thread_ts=root, broadcast=True)
    await api.space.settled()
    event = tray.events("message")[-1]
    assert set(event) == MESSAGE | {"subtype", "thread_ts", "parent_user_id", "root"}
    assert (event["subtype"], event["ts"], event["root"]["ts"]) == ("thread_broadcast", reply, root)
    assert event["root"]["reply_count"] == 2
    channel = api.channel("shop-defects")
    history = await api("conversations.history", channel=channel)
    assert [each["text"] for each in history["messages"]] == ["for all", "parent"]
    thread = await api("conversations.replies", channel=channel, ts=root)
    assert [each["text"] for each in thread["messages"]] == ["parent", "only here", "for all"]


async def test_the_app_shows_a_reply_in_the_channel_when_it_posts_it_and_not_later(api: Api) -> None:
    root = (await api.said())["ts"]
    shown = await api.said(thread_ts=root, reply_broadcast=True)
    assert shown["message"]["subtype"] == "thread_broadcast"
    hidden = await api.said(thread_ts=root)
    place = {"channel": hidden["channel"], "ts": hidden["ts"]}
    assert (await api("chat.update", **place, text="y", reply_broadcast=True))["error"] == "cant_broadcast_message"


async def test_a_new_text_that_is_too_long_is_cut_and_a_changed_one_is_refused(api: Api, tess: str) -> None:
    cut = await api.said(text="x" * 40_001)
    assert (cut["ok"], cut["warning"], len(cut["message"]["text"])) == (True, "message_truncated", 40_000)
    place = {"channel": cut["channel"], "ts": cut["ts"]}
    assert (await api("chat.update", **place, text="y" * 40_001))["error"] == "msg_too_long"
    whispered = await api("chat.postEphemeral", channel=cut["channel"], user=tess, text="y" * 40_001)
    assert whispered["error"] == "msg_too_long"


@pytest.mark.parametrize("shared", [False, True])
async def test_somebody_of_another_company_is_named_with_it(quiet: Workspace, tray: Tray, shared: bool) -> None:  # noqa: F811
    guest = quiet.add_person("greta", "Greta Guest", team="T0PARTNERS")
    channel = quiet.add_channel("with-partners", [guest])
    quiet.state.channels[channel]["is_ext_shared"] = shared
    People(quiet).talk.say(guest, channel, "it happens to us as well")
    await quiet.settled()
    event = tray.events("message")[0]
    assert (event["team"], event["user_team"], event["source_team"]) == (quiet.team_id, "T0PARTNERS", "T0PARTNERS")
    assert [payload["is_ext_shared_channel"] for _, payload in tray.sent] == [shared]


async def test_a_direct_conversation_has_no_name_and_no_members_to_count(api: Api, tess: str) -> None:
    manifest = copy.deepcopy(api.space.app["manifest"])
    manifest["oauth_config"]["scopes"]["bot"] += ["im:read"]
    api.space.app["manifest"] = manifest
    direct = api.space.direct_channel(tess)
    listed = await api("conversations.list", types="im")
    info = await api("conversations.info", channel=direct, include_num_members=True)
    common = {"id", "created", "is_archived", "is_im", "is_org_shared", "context_team_id", "updated", "user"}
    assert [set(each) for each in (*listed["channels"], info["channel"])] == [
        common | {"is_user_deleted", "priority"}
    ] * 2
    assert info["channel"]["user"] == tess


# https://github.com/slackapi/java-slack-sdk/blob/main/json-logs/samples/api/conversations.info.json
CHANNEL = {
    *("id", "name", "is_channel", "is_group", "is_im", "created", "is_archived", "is_general", "unlinked"),
    *("name_normalized", "is_shared", "creator", "is_ext_shared", "is_org_shared", "shared_team_ids", "pending_shared"),
    *("pending_connected_team_ids", "is_pending_ext_shared", "is_member", "is_private", "is_mpim", "topic", "purpose"),
    *("previous_names", "context_team_id", "updated", "parent_conversation"),
}


async def test_a_channel_is_described_with_slacks_keys(api: Api) -> None:
    channel = api.channel("shop-defects")
    membership.rename(api.space, channel, "defects")
    info: Json = (await api("conversations.info", channel=channel))["channel"]
    assert set(info) == CHANNEL
    assert (info["name"], info["previous_names"]) == ("defects", ["shop-defects"])
    listed = (await api("conversations.list"))["channels"]
    assert [set(each) for each in listed] == [CHANNEL | {"num_members"}] * 2
    assert [each["num_members"] for each in listed] == [2, 1]
    assert person(api.space, "tess") in (await api("conversations.members", channel=channel))["members"]
