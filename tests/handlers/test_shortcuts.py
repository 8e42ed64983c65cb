"""Shortcuts: of a message and global, where the bot is a member and where it is not."""

from typing import Any

import pytest

from bot.domain.values import Severity, Status
from bot.services.outgoing import Sort
from bot.services.requests import FileRef
from bot.slack.answers import Fate, Ok
from bot.slack.channels import Standing
from handlers.modals.memo import unpack
from tests.handlers.slack import (
    CHANNEL,
    DEVON,
    RHEA,
    SECRET,
    TESS,
    Office,
    chosen,
    refused,
    ticked,
    typed,
)

MESSAGE = {
    "type": "message",
    "user": RHEA,
    "text": "Card declined twice\nsecond decline &amp; a <https://host/log|log>",
    "ts": "1763625600.000100",
    "files": [{"id": "F1", "name": "cart.png", "mimetype": "image/png", "size": 12, "permalink": "https://x/F1"}],
}


def member(office: Office, channel: str = CHANNEL, name: str = "shop", **more: Any) -> None:
    office.slack.answers["conversations.info"] = Ok(
        {"ok": True, "channel": {"id": channel, "name": name, "is_member": True, **more}}
    )


def inputs(view: Any) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


async def test_filed_from_a_message_the_card_goes_into_its_thread_and_the_message_comes_along(office: Office) -> None:
    member(office)
    await office.shortcut("file_defect", MESSAGE)
    view = office.slack.opened()
    title = next(block for block in view["blocks"] if block.get("block_id") == "title")
    assert title["element"]["initial_value"] == "Card declined twice"
    answer = await office.submit(view, title=typed("Card declined twice"), severity=chosen("S1"))
    assert answer == {}
    filed = await office.defect("DEF-1")
    assert (filed.defect.severity, filed.defect.reporter) == (Severity.S1, TESS)
    assert filed.anchor is not None
    assert (filed.anchor.channel, filed.anchor.thread_ts) == (CHANNEL, MESSAGE["ts"])
    (evidence,) = filed.evidence
    assert evidence.text == "Card declined twice\nsecond decline & a log (https://host/log)"
    assert evidence.permalink == "https://acme.slack.com/archives/C0SHOP/p1763625600000100"
    assert evidence.files == (FileRef("F1", "cart.png", "image/png", 12, "https://x/F1"),)
    assert "Filed as DEF-1" in office.slack.heard()


async def test_a_public_channel_is_joined_when_the_person_submits_and_not_before(office: Office) -> None:
    await office.shortcut("file_defect", MESSAGE)
    assert office.outbox(Sort.JOIN) == []
    await office.submit(office.slack.opened(), title=typed("x"))
    assert office.outbox(Sort.JOIN) == [{"channel": CHANNEL}]


@pytest.mark.parametrize("name", ["privategroup", "directmessage", "mpdm-tess--devon-1"])
async def test_where_the_bot_is_not_a_member_nothing_is_copied_unless_ticked(office: Office, name: str) -> None:
    office.slack.answers["conversations.info"] = refused("channel_not_found", Fate.ROUTE)
    await office.shortcut("file_defect", MESSAGE, channel={"id": SECRET, "name": name})
    view = office.slack.opened()
    assert "take_copy" in inputs(view)
    await office.submit(view, title=typed("x"))
    await office.submit({**view, "id": "V2"}, title=typed("y"), take_copy=ticked("copy"))
    plain, copied = await office.defect("DEF-1"), await office.defect("DEF-2")
    assert plain.evidence[0].text is None
    assert plain.evidence[0].files == ()
    assert plain.evidence[0].permalink == "https://acme.slack.com/archives/G0SECRET/p1763625600000100"
    assert copied.evidence[0].text is not None
    assert plain.anchor is not None
    assert plain.anchor.channel != SECRET
    assert office.outbox(Sort.JOIN) == []


async def test_a_private_channel_that_the_bot_is_in_is_found_out_after_the_form_is_open(office: Office) -> None:
    member(office, SECRET, "secret", is_private=True)
    await office.shortcut("file_defect", MESSAGE, channel={"id": SECRET, "name": "privategroup"})
    assert "take_copy" in inputs(office.slack.opened())
    (update,) = office.slack.of("views.update")
    assert "take_copy" not in inputs(update["view"])
    assert unpack(update["view"]["private_metadata"]).standing == Standing.MEMBER


async def test_the_thread_comes_along_when_it_was_ticked(office: Office) -> None:
    member(office)
    replies = [
        {"ts": "1.0", "user": RHEA, "text": "root"},
        {"ts": "2.0", "user": DEVON, "text": "me too", "thread_ts": "1.0"},
        {"ts": MESSAGE["ts"], "user": RHEA, "text": "the message itself", "thread_ts": "1.0"},
        {"ts": "4.0", "user": "UBOT", "bot_id": "B1", "text": "ours", "thread_ts": "1.0"},
    ]
    office.slack.answers["conversations.replies"] = Ok({"ok": True, "messages": replies})
    await office.shortcut("file_defect", {**MESSAGE, "thread_ts": "1.0"})
    await office.submit(office.slack.opened(), title=typed("x"), take=ticked("thread"))
    filed = await office.defect("DEF-1")
    assert sorted(str(item.text) for item in filed.evidence)[1:] == ["me too", "root"]


async def test_a_message_becomes_evidence_of_another_defect(office: Office) -> None:
    await office.type("new x")
    await office.shortcut("add_evidence", MESSAGE)
    view = office.slack.opened()
    assert await office.submit(view, key=chosen("DEF-1")) == {}
    assert len((await office.defect("DEF-1")).evidence) == 1


async def test_mark_fixed_opens_for_the_defect_of_the_messages_thread(office: Office) -> None:
    await office.shortcut("file_defect", MESSAGE)
    await office.submit(office.slack.opened(), title=typed("x"))
    office.slack.calls.clear()
    reply = {"user": DEVON, "text": "done", "ts": "1763625700.0", "thread_ts": MESSAGE["ts"]}
    await office.shortcut("mark_fixed", reply)
    await office.submit({**office.slack.opened(), "id": "V9"}, DEVON, build=chosen("next"))
    assert (await office.defect("DEF-1")).defect.status is Status.RESOLVED


async def test_mark_fixed_outside_of_a_defects_thread_says_so(office: Office) -> None:
    await office.shortcut("mark_fixed", MESSAGE)
    assert "no defect" in office.slack.heard()
    assert office.slack.of("views.open") == []


async def test_the_global_shortcuts_file_with_files_and_show_the_queue_without_a_channel(office: Office) -> None:
    await office.shortcut("new_defect", None)
    view = office.slack.opened()
    assert "files" in inputs(view)
    uploaded = {"type": "file_input", "files": [{"id": "F7", "name": "log.txt", "permalink": "https://x/F7"}]}
    answer = await office.submit(view, title=typed("From nowhere"), files=uploaded)
    assert answer["response_action"] == "update"
    assert "DEF-1" in str(answer["view"]["blocks"])
    assert (await office.defect("DEF-1")).evidence[0].files[0].id == "F7"
    await office.type("claim DEF-1")
    office.slack.calls.clear()
    await office.shortcut("my_queue", None)
    assert "DEF-1" in str(office.slack.opened()["blocks"])


RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "cart fails, see "},
                {"type": "link", "url": "https://host/log"},
                {"type": "emoji", "name": "eyes"},
            ],
        },
        {
            "type": "rich_text_list",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "twice"}]}],
        },
    ],
}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "a &lt; b"}, "accessory": {"type": "button"}}
BUTTONS = {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Rerun"}}]}


@pytest.mark.parametrize(
    ("message", "title", "text"),
    [
        ({"blocks": [RICH]}, "cart fails, see https://host/log:eyes:", "cart fails, see https://host/log:eyes:\ntwice"),
        ({"blocks": [BUTTONS, SECTION, {"type": "divider"}]}, "a < b", "a < b"),
        ({"attachments": [{"fallback": "f", "title": "Build 3", "text": "failed"}]}, "Build 3", "Build 3\nfailed"),
        ({"attachments": [{"fallback": "Build 3 failed"}]}, "Build 3 failed", "Build 3 failed"),
        ({"attachments": [{"blocks": [SECTION], "fallback": "[no preview]"}]}, "a < b", "a < b"),
        ({"blocks": [7, None, {"type": 3}], "attachments": {"text": "x"}}, None, ""),
    ],
)
async def test_a_message_without_text_is_filed_by_what_it_shows(
    office: Office, message: dict[str, Any], title: str | None, text: str
) -> None:
    member(office)
    await office.shortcut("file_defect", {"type": "message", "bot_id": "B9", "text": "", "ts": "10.0", **message})
    view = office.slack.opened()
    field = next(block for block in view["blocks"] if block.get("block_id") == "title")
    assert field["element"].get("initial_value") == title
    assert unpack(view["private_metadata"]).text == text
