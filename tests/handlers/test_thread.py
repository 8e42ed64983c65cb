"""What is said in a defect's thread, from Slack's event to the record."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.values import Resolution, Severity, Status
from bot.services.delivery import Places, Settled, State
from bot.services.outgoing import Sort
from bot.services.records import Anchor
from storage import tables
from storage.deliveries import SqlOutboxStore
from tests.handlers.slack import BOT, CHANNEL, DEVON, RHEA, TEAM, TESS, Office, typed
from tests.looking import look

MESSAGE = {"type": "message", "user": RHEA, "text": "Card declined twice", "ts": "10.0"}


async def file(office: Office, title: str = "Card declined", ts: str = "10.0", root: str = "") -> None:
    """From a message, whose thread is then the defect's."""
    message = {**MESSAGE, "ts": ts, **({"thread_ts": root} if root else {})}
    await office.shortcut("file_defect", message)
    view = office.slack.of("views.open")[-1]["view"]
    await office.submit({**view, "id": f"V{ts}"}, title=typed(title))


def comments(office: Office) -> list[tuple[str, str | None]]:
    """Author and words, oldest first."""
    kept = select(tables.comments.c.author, tables.comments.c.text).order_by(tables.comments.c.created_at)
    return [(row.author, row.text) for row in look(office.store, TEAM, kept)]


async def status(office: Office, key: str = "DEF-1") -> Status:
    return (await office.defect(key)).defect.status


async def test_an_act_with_or_without_the_mention_is_done_and_gets_its_receipt(office: Office) -> None:
    await file(office)
    await office.say("claim", DEVON, ts="11.0")
    await office.say(f"<@{BOT}> fixed.", DEVON, ts="12.0")
    assert await status(office) is Status.RESOLVED
    marked = [row["ts"] for row in office.outbox(Sort.REACTION)]
    assert {"11.0", "12.0"} <= set(marked)
    told = office.outbox(Sort.EPHEMERAL)
    assert [row["user"] for row in told] == [DEVON, DEVON]
    assert comments(office) == []


async def test_talk_is_kept_as_a_comment_and_an_act_with_more_words_is_talk(office: Office) -> None:
    await file(office)
    await office.say("fixed the header, the total is next", DEVON)
    assert await status(office) is Status.NEW
    assert comments(office) == [(DEVON, "fixed the header, the total is next")]


async def test_a_comment_is_edited_and_erased_with_its_message(office: Office) -> None:
    await file(office)
    await office.say("it was the coupon", DEVON, ts="11.0")
    before = {"user": DEVON, "text": "it was the coupon", "ts": "11.0", "thread_ts": "10.0"}
    after = {**before, "text": "it was the <https://host/x|voucher>", "edited": {"user": DEVON, "ts": "12.0"}}
    change = {"type": "message", "subtype": "message_changed", "channel": CHANNEL, "hidden": True, "ts": "12.0"}
    await office.event({**change, "message": after, "previous_message": before})
    assert comments(office) == [(DEVON, "it was the voucher (https://host/x)")]
    deleted = {"type": "message", "subtype": "message_deleted", "channel": CHANNEL, "deleted_ts": "11.0", "ts": "13.0"}
    await office.event({**deleted, "previous_message": after})
    assert comments(office) in ([], [(DEVON, None)], [(DEVON, "")])
    assert (await office.history("DEF-1"))[-2:] == ["comment_edited", "comment_erased"]


@pytest.mark.parametrize("subtype", ["thread_broadcast", "file_share", "me_message", ""])
async def test_a_reply_that_is_broadcast_or_carries_a_file_acts_and_talks_like_any_other(
    office: Office, subtype: str
) -> None:
    more = {"subtype": subtype} if subtype else {}
    await file(office)
    await office.say("it was the coupon", DEVON, ts="11.0", **more)
    await office.say("claim", DEVON, ts="12.0", **more)
    assert comments(office) == [(DEVON, "it was the coupon")]
    assert (await office.defect("DEF-1")).defect.owner == DEVON


async def test_the_file_of_an_act_is_kept_also_when_the_event_comes_twice(office: Office) -> None:
    await file(office)
    for event_id in ("Ev-a", "Ev-b"):
        said = {"type": "message", "subtype": "file_share", "channel": CHANNEL, "user": DEVON, "text": "claim"}
        place = {"ts": "12.0", "thread_ts": "10.0", "files": [{"id": "F1", "name": "log.txt"}, {"mode": "tombstone"}]}
        await office.event({**said, **place}, event_id)
        assert (await office.history("DEF-1"))[2:] == ["comment_added", "defect_assigned"]
    assert comments(office) == [(DEVON, "claim")]


async def test_a_reply_of_blocks_or_attachments_alone_is_kept_in_its_words(office: Office) -> None:
    await file(office)
    await office.say("", DEVON, ts="11.0", attachments=[{"text": "Build *3* failed", "fallback": "failed"}])
    assert comments(office) == [(DEVON, "Build *3* failed")]
    before = {"user": DEVON, "text": "", "ts": "11.0", "thread_ts": "10.0"}
    change = {"type": "message", "subtype": "message_changed", "channel": CHANNEL, "hidden": True, "ts": "12.0"}
    unfurled = {**before, "attachments": [{"title": "A page", "from_url": "https://host/x"}]}
    await office.event({**change, "message": unfurled, "previous_message": before})
    assert comments(office) == [(DEVON, "Build *3* failed")]


async def test_an_unfurl_our_own_words_other_bots_and_hidden_subtypes_change_nothing(office: Office) -> None:
    await file(office)
    same = {"user": DEVON, "text": "see https://host", "ts": "11.0", "thread_ts": "10.0"}
    await office.event(
        {"type": "message", "subtype": "message_changed", "channel": CHANNEL, "message": same, "previous_message": same}
    )
    await office.say("claim", BOT, ts="14.0")
    await office.say("claim", DEVON, ts="15.0", bot_id="B9", subtype="bot_message")
    await office.say("claim", DEVON, ts="16.0", subtype="message_replied")
    await office.say("claim", DEVON, ts="17.0", root="")
    await office.say("claim", DEVON, ts="18.0", root="18.0")
    assert await office.history("DEF-1") == ["defect_filed", "evidence_added"]


async def test_one_message_under_many_event_ids_acts_once(office: Office) -> None:
    await file(office)
    for number in range(11):
        await office.event(
            {"type": "message", "channel": CHANNEL, "user": DEVON, "text": "claim", "ts": "11.0", "thread_ts": "10.0"},
            f"Ev-many-{number}",
        )
        await office.event(
            {"type": "message", "channel": CHANNEL, "user": DEVON, "text": "hm", "ts": "12.0", "thread_ts": "10.0"},
            f"Ev-talk-{number}",
        )
    assert (await office.history("DEF-1")).count("defect_assigned") == 1
    assert comments(office) == [(DEVON, "hm")]


async def test_a_refusal_is_told_to_its_author_alone_and_only_once(office: Office) -> None:
    await file(office)
    await office.event(
        {"type": "message", "channel": CHANNEL, "user": DEVON, "text": "verified", "ts": "11.0", "thread_ts": "10.0"},
        "E1",
    )
    await office.event(
        {"type": "message", "channel": CHANNEL, "user": DEVON, "text": "verified", "ts": "11.0", "thread_ts": "10.0"},
        "E2",
    )
    (told,) = office.slack.of("chat.postEphemeral")
    assert (told["user"], told["thread_ts"], told["channel"]) == (DEVON, "10.0", CHANNEL)
    assert "verify pass" in told["text"]


async def test_a_build_that_nobody_registered_is_offered_by_buttons(office: Office) -> None:
    await file(office)
    await office.type("new 2.4", command="/release")
    await office.type("build 2.4 2.4.0-rc3", command="/release")
    await office.type("edit DEF-1 rel:2.4")
    await office.say("fixed in 2.4.0-rc33", DEVON)
    (told,) = office.slack.of("chat.postEphemeral")
    buttons = told["blocks"][1]["elements"]
    assert [button["text"]["text"] for button in buttons] == ["Use 2.4.0-rc3", "Register it in 2.4"]
    await office.press(buttons[0]["value"], DEVON)
    view = await office.defect("DEF-1")
    assert view.fixed_in is not None
    assert view.fixed_in.name == "2.4.0-rc3"


async def test_what_an_act_misses_is_one_press_away(office: Office) -> None:
    await file(office)
    await office.say("fixed", DEVON, ts="11.0")
    await office.say("verify fail", TESS, ts="12.0")
    told = office.slack.of("chat.postEphemeral")[-1]
    await office.press(told["blocks"][1]["elements"][0]["value"], TESS)
    assert office.slack.of("views.open")[-1]["view"]["callback_id"] == "verify"


async def test_several_defects_in_a_thread_are_told_apart_by_key_or_by_a_button_each(office: Office) -> None:
    await file(office)
    await file(office, "Total is wrong", ts="10.5", root="10.0")
    await office.say("DEF-2 claim", DEVON, ts="11.0")
    assert (await office.defect("DEF-2")).defect.owner == DEVON
    await office.say("sev S1", DEVON, ts="12.0")
    (told,) = office.slack.of("chat.postEphemeral")
    buttons = told["blocks"][1]["elements"]
    assert [button["text"]["text"] for button in buttons] == ["DEF-1", "DEF-2"]
    await office.press(buttons[0]["value"], DEVON)
    assert (await office.defect("DEF-1")).defect.severity is Severity.S1
    assert (await office.defect("DEF-2")).defect.severity is Severity.S3


async def test_a_key_of_another_thread_is_talk(office: Office) -> None:
    await file(office)
    await office.type("new Elsewhere")
    await office.say("fixed DEF-2", DEVON)
    assert await status(office, "DEF-2") is Status.NEW
    assert comments(office) == [(DEVON, "fixed DEF-2")]


async def test_the_asked_persons_reply_answers_the_question(office: Office) -> None:
    await file(office)
    await office.say(f"needs info <@{RHEA}>: which browser?", DEVON, ts="11.0")
    assert (await office.defect("DEF-1")).defect.asked == RHEA
    await office.say("not me", DEVON, ts="12.0")
    assert (await office.defect("DEF-1")).defect.asked == RHEA
    await office.say("Firefox", RHEA, ts="13.0")
    assert (await office.defect("DEF-1")).defect.asked is None


async def test_a_whole_life_in_the_thread(office: Office) -> None:
    await file(office)
    for ts, person, said in (
        ("11", DEVON, "claim"),
        ("12", DEVON, "start"),
        ("13", DEVON, "fixed"),
        ("14", TESS, "failed: still charges twice"),
        ("15", DEVON, "fixed"),
        ("16", TESS, "verified"),
        ("17", RHEA, "reopen: it is back"),
        ("18", RHEA, "cannot reproduce: not on any phone"),
    ):
        await office.say(said, person, ts=f"{ts}.0")
    view = await office.defect("DEF-1")
    assert (view.defect.status, view.defect.resolution, view.defect.bounces) == (
        Status.RESOLVED,
        Resolution.CANNOT_REPRODUCE,
        2,
    )
    assert office.slack.of("chat.postEphemeral") == []


async def test_a_guest_may_talk_and_nothing_else(office: Office) -> None:
    await file(office)
    await office.say("claim", "U0GUEST", ts="11.0", user_team="T9")
    await office.say("it happens to us as well", "U0GUEST", ts="12.0", user_team="T9")
    assert (await office.defect("DEF-1")).defect.owner is None
    assert comments(office) == [("U0GUEST", "it happens to us as well")]
    assert "another company" in office.slack.of("chat.postEphemeral")[0]["text"]


async def test_a_file_alone_is_a_comment(office: Office) -> None:
    await file(office)
    picture = {"id": "F1", "name": "cart.png", "mimetype": "image/png", "size": 12, "permalink": "https://x/F1"}
    await office.say("", DEVON, subtype="file_share", files=[picture])
    assert comments(office) == [(DEVON, "")]


async def test_a_store_that_is_gone_makes_slack_send_the_event_again(office: Office) -> None:
    await file(office)
    await office.store.close()
    response = await office.say("claim", DEVON)
    assert response.status == 500


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message"},
        {"type": "message", "subtype": "message_changed"},
        {"type": "message", "subtype": "message_deleted", "channel": {}},
        {"type": "message", "channel": CHANNEL, "thread_ts": None, "user": ["U1"], "ts": 12},
        {"type": "message", "subtype": {"a": 1}},
        {"type": "app_home_opened"},
        {"type": "channel_rename", "channel": {"id": CHANNEL}},
        {"type": "channel_archive", "channel": CHANNEL},
        {"type": "member_joined_channel", "user": BOT, "channel": CHANNEL},
        {"type": "reaction_added", "item": None},
        {"type": "nobody_knows"},
    ],
)
async def test_events_with_missing_or_odd_fields_are_acknowledged(office: Office, event: dict[str, Any]) -> None:
    response = await office.event(event)
    assert response.status in (200, 404)


async def test_app_home_is_published_by_the_outbox_once_for_each_opening(office: Office) -> None:
    opened = {"type": "app_home_opened", "user": TESS, "channel": "D1", "tab": "home", "event_ts": "1.0"}
    await office.event(opened, "Ev1")
    await office.event(opened, "Ev1")
    await office.event({**opened, "tab": "messages"}, "Ev2")
    assert office.outbox(Sort.HOME) == [{"user": TESS}]


async def test_a_reply_that_is_quicker_than_our_record_of_the_card_is_heard_when_it_comes_again(office: Office) -> None:
    await office.say("good morning", root="")
    assert "Filed as DEF-1" in await office.type("new Card declined")
    outbox = SqlOutboxStore(office.store, office.units, office.clock)
    (card,) = await outbox.claim(office.clock.now(), timedelta(minutes=1), Places(8, 8, 8, 8))
    quick = {"channel": CHANNEL, "user": DEVON, "text": "claim", "ts": "21.0", "thread_ts": "20.0", "type": "message"}
    assert (await office.event({**quick, "parent_user_id": BOT}, "Ev-quick")).status == 500
    assert (await office.event({**quick, "parent_user_id": RHEA, "ts": "22.0"})).status == 200
    posted = Anchor(str(card.body["defect_id"]), CHANNEL, None, "20.0")
    await outbox.settle(card, Settled(State.SENT, then=lambda uow: uow.conversations.set_anchor(posted)))
    assert (await office.event({**quick, "parent_user_id": BOT}, "Ev-quick")).status == 200
    assert (await office.defect("DEF-1")).defect.owner == DEVON
    assert (await office.event({**quick, "parent_user_id": BOT, "thread_ts": "30.0", "ts": "31.0"})).status == 200
