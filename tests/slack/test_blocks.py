"""What is drawn: dicts as Slack's own models read them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from slack_sdk.models.blocks import Block, BlockElement

from bot.slack import blocks as b
from bot.slack.escaping import Mrkdwn
from bot.slack.limits import check

AT = datetime(2026, 12, 18, 9, 0, tzinfo=UTC)
OPTIONS = [b.option("Cart", "cart", "The basket"), b.option("Search", "search")]
ELEMENTS = [
    b.button("Claim", "claim", "claim:SHOP-42@1", "primary", b.confirm("Sure?", "It is gone.", "Yes", "No", "danger")),
    b.button("Open", "open", url="https://x.example/"),
    b.overflow("more", OPTIONS),
    b.static_select("pick", OPTIONS, "Choose", OPTIONS[0]),
    b.static_select("pick", [], groups=[b.option_group("Parts", OPTIONS)]),
    b.external_select("find", "Type", 2),
    b.users_select("who", "Who?", "U1"),
    b.multi_users_select("who", "Who?", ["U1"]),
    b.conversations_select("where", "Where?", "C1", ["public", "private"]),
    b.checkboxes("tick", OPTIONS, OPTIONS[:1]),
    b.radio_buttons("one", OPTIONS, OPTIONS[1]),
    b.datepicker("day", date(2026, 12, 18), "Day"),
    b.timepicker("time", "09:00", "Europe/Berlin"),
    b.plain_text_input("title", multiline=True, initial="Cart", placeholder="Title", max_length=150, focus=True),
    b.file_input("files"),
]
BLOCKS = [
    b.section("Cart", fields=["a", Mrkdwn("*b*")], accessory=ELEMENTS[0], block_id="s"),
    b.context("small", b.image_element("dot", "https://x.example/dot.png")),
    b.header("SHOP-42", "h"),
    b.divider(),
    b.actions(*ELEMENTS[:3], block_id="a"),
    b.input_("Title", ELEMENTS[-2], "title", hint="Short", optional=True, dispatch=True),
    b.image("A chart", slack_file="F1", title="Burn-up"),
    b.image("A dot", url="https://x.example/dot.png"),
    b.rich_text(
        b.rich_section(b.words("Title", "bold", "code"), b.rich_link("https://x.example/", "here")),
        b.rich_list([b.rich_section(b.rich_user("U1"), b.rich_channel("C1"), b.rich_emoji("wave"))], "ordered"),
        b.rich_quote(b.words("said")),
        b.rich_preformatted(b.words("log")),
        b.rich_section(b.rich_date(AT)),
        block_id="r",
    ),
]


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: str(element["type"]))
def test_every_element_is_one_that_slack_sdk_reads_back_unchanged(element: b.Json) -> None:
    read = BlockElement.parse(json.loads(json.dumps(element)))
    assert read is not None
    read.validate_json()
    assert element.items() <= read.to_dict().items()


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: str(block["type"]))
def test_every_block_is_one_that_slack_sdk_reads_back_unchanged_and_legal(block: b.Json) -> None:
    read = Block.parse(json.loads(json.dumps(block)))
    assert read is not None
    read.validate_json()
    assert read.to_dict().keys() == block.keys()
    assert check({"text": "x", "blocks": [block]}) == []


def test_words_of_users_are_plain_and_only_what_is_marked_as_ours_is_parsed() -> None:
    assert b.section("<!channel> *x*")["text"] == {"type": "plain_text", "text": "<!channel> *x*"}
    assert b.section(Mrkdwn("*x*"))["text"] == {"type": "mrkdwn", "text": "*x*", "verbatim": True}
    assert type(b.section(Mrkdwn("*x*"))["text"]["text"]) is str
    assert b.header(Mrkdwn("a &amp; <@U1>"))["text"]["text"] == "a & @U1"


def test_nothing_is_sent_as_null() -> None:
    assert b.button("Claim", "claim") == {"type": "button", "text": b.plain_text("Claim"), "action_id": "claim"}
    assert set(b.modal("T", [b.divider()], callback_id="c")) == {"type", "title", "blocks", "callback_id"}
    assert set(b.home([b.divider()])) == {"type", "blocks", "callback_id"}


def test_a_date_in_rich_text_falls_back_to_utc() -> None:
    assert b.rich_date(AT)["fallback"] == "2026-12-18 09:00 UTC"
