"""Whatever is built, what is sent is legal, and what had to be cut is not lost."""

from __future__ import annotations

import copy
import json
import re
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.slack import blocks as b
from bot.slack.cut import size
from bot.slack.escaping import Mrkdwn
from bot.slack.limits import Legal, check, enforce
from bot.slack.limits.message import BUDGET, text_size
from tests.slack.payloads import MESSAGES, VIEWS, Json

slowly = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))


def assert_legal(payload: Json, legal: Legal) -> None:
    assert check(legal.payload) == []
    again = enforce(legal.payload)
    assert again.payload is legal.payload
    assert again.violations == ()
    json.dumps(legal.payload)


@slowly
@given(MESSAGES)
def test_every_message_is_legal_after_enforcing_and_the_original_untouched(payload: Json) -> None:
    before = copy.deepcopy(payload)
    legal = enforce(payload)
    assert payload == before
    assert_legal(payload, legal)
    assert 0 < size(legal.payload["text"]) <= 4000
    assert len(legal.payload["blocks"]) <= 50
    assert text_size(legal.payload["blocks"]) < BUDGET


@given(MESSAGES)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_slack_sdk_has_no_objection_to_a_message_made_legal(payload: Json) -> None:
    sent = [block for block in enforce(payload).payload["blocks"] if block["type"] != "table"]
    for block in Block.parse_all(sent):
        block.validate_json()


@slowly
@given(VIEWS)
def test_every_view_is_legal_after_enforcing(view: Json) -> None:
    legal = enforce(view)
    assert_legal(view, legal)
    assert len(legal.payload["blocks"]) <= 100


@given(VIEWS)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_slack_sdk_has_no_objection_to_a_modal_made_legal(view: Json) -> None:
    assume(view["type"] == "modal")
    View(**copy.deepcopy(enforce(view).payload)).validate_json()


@slowly
@given(MESSAGES | VIEWS)
def test_no_cut_breaks_an_escape_or_a_reference(payload: Json) -> None:
    whole = re.compile(r"(?:[^<>&]|<@U1>|<https://x\.example\|a b>|&amp;)*")
    broken_before = [text for text in mrkdwn_texts(payload) if not whole.fullmatch(text)]
    broken_after = [text for text in mrkdwn_texts(enforce(payload).payload) if not whole.fullmatch(text)]
    assert broken_before or not broken_after


def mrkdwn_texts(node: Any) -> list[str]:
    if isinstance(node, list):
        return [text for each in node for text in mrkdwn_texts(each)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if node.get("type") == "mrkdwn" else []
    return own + [text for each in node.values() for text in mrkdwn_texts(each)]


def message(*blocks: Json, text: str = "words") -> Json:
    return {"channel": "C1", "text": text, "blocks": list(blocks)}


def rules(payload: Json) -> list[tuple[str, str, int, int]]:
    return [(each.path, each.rule, each.limit, each.found) for each in check(payload)]


def buttons(count: int, text: str = "Claim", name: str = "claim") -> list[Json]:
    return [b.button(text, f"{name}{n}") for n in range(count)]


def options(count: int, text: str = "Cart", value: str = "cart") -> list[Json]:
    return [b.option(text, f"{value}{n}") for n in range(count)]


def select(**members: Any) -> Json:
    return b.actions(b.static_select("s", options(2)) | members)


LONG = "x" * 5000


def asked(title: str, text: str, yes: str, no: str) -> Json:
    return select(confirm=b.confirm(title, text, yes, no))


CELL = {"type": "raw_text", "text": "x"}
# `*` stands for `blocks[0]`, `*[0]` for its first element.
TOO_MUCH: list[tuple[Json, str, str, int, int]] = [
    (b.section(Mrkdwn("x" * 3001)), "*.text", "text too long", 3000, 3001),
    (b.section(fields=["x" * 2001]), "*.fields[0]", "text too long", 2000, 2001),
    (b.section(fields=["x"] * 11), "*.fields", "too many", 10, 11),
    (b.header("x" * 151), "*.text", "text too long", 150, 151),
    (b.context(*["x"] * 11), "*.elements", "too many", 10, 11),
    (b.actions(*buttons(26)), "*.elements", "too many", 25, 26),
    (b.actions(b.button("x" * 76, "a")), "*[0].text", "text too long", 75, 76),
    (b.actions(b.button("😀" * 38, "a")), "*[0].text", "text too long", 75, 76),
    (b.actions(b.button("x", "a", "v" * 2001)), "*[0].value", "value too long", 2000, 2001),
    (b.actions(b.button("x", "a", url="https://x/" + LONG)), "*[0].url", "value too long", 3000, 5010),
    (b.actions(b.button("x", "a" * 256)), "*[0].action_id", "id too long", 255, 256),
    (b.actions(b.button("x", "a"), block_id="b" * 256), "*.block_id", "value too long", 255, 256),
    (b.actions(b.button("x", "a"), b.button("y", "a")), "*", "action_id twice", 1, 2),
    (b.actions(b.overflow("o", options(6))), "*[0].options", "too many", 5, 6),
    (b.actions(b.checkboxes("c", options(11))), "*[0].options", "too many", 10, 11),
    (b.actions(b.radio_buttons("r", options(11))), "*[0].options", "too many", 10, 11),
    (b.actions(b.static_select("s", options(101))), "*[0].options", "too many", 100, 101),
    (select(options=[b.option("x" * 76, "v")]), "*[0].options[0].text", "text too long", 75, 76),
    (select(options=[b.option("x", "v" * 151)]), "*[0].options", "value too long", 150, 1),
    (select(placeholder=b.plain_text("x" * 151)), "*[0].placeholder", "text too long", 150, 151),
    (select(initial_option=b.option("No", "no")), "*[0].initial_option", "not among the options", 0, 1),
    (asked("x" * 101, "t", "y", "n"), "*[0].confirm.title", "text too long", 100, 101),
    (asked("x", "t" * 301, "y", "n"), "*[0].confirm.text", "text too long", 300, 301),
    (asked("x", "t", "y" * 31, "n"), "*[0].confirm.confirm", "text too long", 30, 31),
    (b.image("x" * 2001, slack_file="F1"), "*.alt_text", "text too long", 2000, 2001),
    (b.image("x", slack_file="F1", title="x" * 2001), "*.title", "text too long", 2000, 2001),
    (b.image("x", url="https://x/" + LONG), "*.image_url", "value too long", 3000, 5010),
    ({"type": "table", "rows": [[CELL]] * 101}, "*.rows", "too many", 100, 101),
    ({"type": "table", "rows": [[CELL] * 21]}, "*.rows", "too many columns", 20, 21),
    ({"type": "alert", "text": b.plain_text("x" * 201)}, "*.text", "text too long", 200, 201),
    ({"type": "card", "body": b.plain_text("x" * 201)}, "*.body", "text too long", 200, 201),
    ({"type": "container", "child_blocks": [b.divider()] * 11}, "*.child_blocks", "too many", 10, 11),
    (b.rich_text(b.rich_section(b.words("x" * 3001))), "*[0].elements[0].text", "text too long", 3000, 3001),
    (b.section(" "), "*.text", "empty", 0, 1),
    (b.context(), "blocks", "empty", 0, 1),
    (b.actions(b.static_select("s", [])), "*.elements", "empty", 0, 1),
    (b.actions(b.button(" ", "a")), "*[0].text", "text missing", 1, 0),
]  # fmt: skip


@pytest.mark.parametrize(("block", "path", "rule", "limit", "found"), TOO_MUCH)
def test_each_limit_is_named_where_it_is_passed_and_kept_afterwards(
    block: Json, path: str, rule: str, limit: int, found: int
) -> None:
    payload = message(block)
    path = path.replace("*[0]", "blocks[0].elements[0]").replace("*", "blocks[0]")
    assert (path, rule, limit, found) in rules(payload)
    assert_legal(payload, enforce(payload))


def test_what_is_legal_is_sent_as_it_is() -> None:
    payload = message(
        b.header("SHOP-42"),
        b.section(Mrkdwn("*Cart* <@U1>"), fields=["cart", Mrkdwn("2.4")], accessory=b.overflow("o", options(5))),
        b.context(Mrkdwn("small"), b.image_element("dot", "https://x.example/dot.png")),
        b.rich_text(b.rich_section(b.words("Title", "bold"), b.rich_link("https://x.example/"))),
        b.divider(),
        b.actions(*buttons(25)),
    )
    assert check(payload) == []
    assert enforce(payload) == Legal(payload)
    assert enforce(payload).payload is payload


def test_a_message_of_too_many_blocks_ends_with_an_ellipsis_and_its_buttons() -> None:
    payload = message(*[b.section(f"line {n}") for n in range(80)], b.context("seq"), b.actions(*buttons(2)))
    legal = enforce(payload)
    sent = legal.payload["blocks"]
    assert len(sent) == 50
    assert sent[:47] == payload["blocks"][:47]
    assert [block["type"] for block in sent[-3:]] == ["context", "context", "actions"]
    assert sent[-3]["elements"][0]["text"] == "…"
    assert legal.full_text is not None
    assert all(f"line {n}" in legal.full_text for n in range(80))


def test_blocks_that_are_legal_alone_and_too_long_together_are_shortened() -> None:
    payload = message(*[b.section(Mrkdwn(f"{n} " + "word " * 500)) for n in range(6)], b.actions(*buttons(1)))
    assert rules(payload) == [("blocks", "text too long", 11999, text_size(payload["blocks"]))]
    legal = enforce(payload)
    assert 11_000 < text_size(legal.payload["blocks"]) < 12_000
    assert legal.payload["blocks"][-1] == payload["blocks"][-1]
    assert legal.full_text is not None
    assert legal.full_text.count("word") == 3000


def test_a_text_alone_is_cut_and_given_back_whole_in_words() -> None:
    payload = {"channel": "C1", "text": "a &amp; b <@U1> " * 400}
    legal = enforce(payload)
    assert len(legal.payload["text"]) <= 4000
    assert legal.full_text == ("a & b @U1 " * 400)


def test_a_message_without_text_says_what_its_blocks_say_and_nothing_of_it_is_live() -> None:
    legal = enforce({"channel": "C1", "blocks": [b.header("<!channel> is down"), b.section(Mrkdwn("ask <@U1>"))]})
    assert legal.payload["text"] == "&lt;!channel&gt; is down\n\nask @U1"
    assert legal.full_text is None
    assert enforce({"channel": "C1", "text": " "}).payload["text"] == "…"
    assert check({"delete_original": True}) == []


def test_ids_that_stand_there_twice_are_told_apart() -> None:
    legal = enforce(message(b.actions(*[b.button("x", "claim")] * 3, block_id="a"), b.section("x", block_id="a")))
    first, second = legal.payload["blocks"]
    assert [element["action_id"] for element in first["elements"]] == ["claim", "claim#1", "claim#2"]
    assert "block_id" in first
    assert "block_id" not in second
    assert legal.full_text is None


def test_one_table_and_two_pictures_of_data_remain() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    chart = {
        "type": "data_visualization",
        "title": "t",
        "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]},
    }
    legal = enforce(message(dict(table), dict(table), *[copy.deepcopy(chart) for _ in range(3)]))
    assert [block["type"] for block in legal.payload["blocks"]] == ["table", "data_visualization", "data_visualization"]


def test_labels_of_a_chart_are_cut_alike_in_points_and_categories() -> None:
    label = "a component with a long name"
    series = [{"name": label, "data": [{"label": label, "value": 1}] * 25}] * 7
    chart = {"type": "bar", "series": copy.deepcopy(series), "axis_config": {"categories": [label] * 25}}
    sent = enforce(message({"type": "data_visualization", "title": "t" * 60, "chart": chart})).payload["blocks"][0]
    assert len(sent["title"]) == 50
    assert len(sent["chart"]["series"]) == 6
    (point,) = {point["label"] for part in sent["chart"]["series"] for point in part["data"]}
    assert sent["chart"]["axis_config"]["categories"] == [point] * 20
    assert point == "a component with a…"


def test_a_table_of_data_keeps_as_many_rows_as_may_be_read() -> None:
    rows = [[{"type": "raw_text", "text": "x" * 400}] for _ in range(110)]
    payload = message({"type": "data_table", "rows": rows, "page_size": 500})
    legal = enforce(payload)
    assert_legal(payload, legal)
    assert legal.full_text is not None
    assert legal.full_text.count("\n") == 109


def test_the_chosen_option_is_the_one_that_was_cut_with_it() -> None:
    long = b.option("x" * 80, "v")
    (sent,) = enforce(message(b.actions(b.static_select("s", [dict(long)], initial=dict(long))))).payload["blocks"]
    chosen = sent["elements"][0]
    assert chosen["initial_option"] == chosen["options"][0]
    assert chosen["initial_option"]["text"]["text"] == "x" * 74 + "…"


def field(**members: Any) -> Json:
    return b.input_("Title", b.plain_text_input("t", **members), "title")


@pytest.mark.parametrize(
    ("members", "path", "rule"),
    [
        ({"title": b.plain_text("x" * 25)}, "title", "text too long"),
        ({"title": b.plain_text("")}, "title", "text missing"),
        ({"submit": b.plain_text("x" * 25)}, "submit", "text too long"),
        ({"close": b.plain_text("x" * 25)}, "close", "text too long"),
        ({"callback_id": "x" * 256}, "callback_id", "id too long"),
        ({"private_metadata": "x" * 3001}, "private_metadata", "value too long"),
        ({"external_id": "x" * 256}, "external_id", "value too long"),
        ({"blocks": [b.input_("Title", b.plain_text_input("t"), "title")]}, "submit", "form without submit"),
        ({"blocks": [b.divider()] * 101}, "blocks", "too many"),
        ({"blocks": [field(max_length=9000)]}, "blocks[0].element.max_length", "out of range"),
        ({"blocks": [field(initial=LONG)]}, "blocks[0].element.initial_value", "text too long"),
        ({"blocks": []}, "blocks", "empty"),
    ],
)  # fmt: skip
def test_the_limits_of_a_modal(members: Json, path: str, rule: str) -> None:
    view = b.modal("Title", [b.section("x")], callback_id="c") | members
    assert (path, rule) in [(each[0], each[1]) for each in rules(view)]
    assert_legal(view, enforce(view))


def test_a_legal_modal_with_everything_in_it_is_left_alone() -> None:
    picked = options(2)
    view = b.modal(
        "File a defect",
        [
            b.input_(
                "Title", b.plain_text_input("v", initial="Cart", max_length=150, focus=True), "title", hint="Short"
            ),
            b.input_("Severity", b.static_select("v", picked, "Choose", picked[0]), "severity", dispatch=True),
            b.input_("Component", b.external_select("v", "Type"), "component", optional=True),
            b.input_("Watchers", b.multi_users_select("v", "Who"), "watchers", optional=True),
            b.input_("Channel", b.conversations_select("v", include=["public"]), "channel", optional=True),
            b.input_("Owner", b.users_select("v", initial="U1"), "owner", optional=True),
            b.input_("More", b.checkboxes("v", picked, picked[:1]), "more", optional=True),
            b.input_("When", b.datepicker("v"), "when", optional=True),
            b.input_("At", b.timepicker("v", "09:00", "Europe/Berlin"), "at", optional=True),
            b.input_("Files", b.file_input("v"), "files", optional=True),
        ],
        submit="File",
        close="Cancel",
        callback_id="file_defect",
        private_metadata="id",
    )
    assert check(view) == []
    View(**copy.deepcopy(view)).validate_json()
    assert check(b.home([b.section("x")])) == []


@given(
    st.dictionaries(st.sampled_from(["text", "blocks", "attachments", "channel"]), st.none() | st.just([]), max_size=3)
)
def test_members_that_are_null_or_empty_break_nothing(payload: Json) -> None:
    assert enforce(payload).payload["text"] == "…"


def test_checking_costs_less_than_slack_sdk_takes_to_check_less() -> None:
    payload = message(*[b.section(Mrkdwn(f"line {n}"), accessory=b.overflow("o", options(5))) for n in range(40)])
    ours = _seconds(lambda: check(payload), 20)
    theirs = _seconds(lambda: validate(copy.deepcopy(payload["blocks"])), 1)
    print(f"check {ours * 1e6:.0f} us, slack_sdk {theirs * 1e6:.0f} us, ratio {theirs / ours:.0f}")
    assert ours < theirs


def validate(blocks: list[Json]) -> None:
    for block in Block.parse_all(blocks):
        block.validate_json()


def _seconds(work: Any, times: int) -> float:
    started = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - started) / times
