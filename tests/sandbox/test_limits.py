"""Every limit of Block Kit: at the limit a thing is taken, one beyond it is refused.

Sources: https://docs.slack.dev/reference/block-kit and the comments of @slack/types; where they differ, the smaller.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.blocks.check import problems_of
from tests.sandbox.api import Json, actions, ask, button, modal, mrkdwn, option, plain, section, typed

Build = Callable[[int], Json]


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option()], **more}


def options(count: int) -> list[Json]:
    return [option(str(each), str(each)) for each in range(count)]


def confirm(**more: Json) -> Json:
    given = {"title": plain("t"), "text": mrkdwn("x"), "confirm": plain("y"), "deny": plain("n"), **more}
    return actions(button(confirm=given))


def raw(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def pie(count: int = 1, **more: Any) -> Json:
    segments = [{"label": str(each), "value": 1} for each in range(count)]
    return {"type": "data_visualization", "title": "t", "chart": {"type": "pie", "segments": segments}, **more}


def bars(series: int = 1, points: int = 1, name: str = "n") -> Json:
    data = [{"label": str(each), "value": 1} for each in range(points)]
    chart = {"type": "bar", "series": [{"name": name, "data": data} for _ in range(series)]}
    return {"type": "data_visualization", "title": "t", "chart": chart}


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(parts)}]}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a", **more}


# What: how one of size n is built, and the greatest n. One block of a message each.
IN_MESSAGES: dict[str, tuple[Build, int]] = {
    "section text": (lambda n: section("x" * n), 3000),
    "section fields": (lambda n: {"type": "section", "fields": [mrkdwn("x")] * n}, 10),
    "section field": (lambda n: {"type": "section", "fields": [mrkdwn("x" * n)]}, 2000),
    "header": (lambda n: {"type": "header", "text": plain("x" * n)}, 150),
    "context elements": (lambda n: {"type": "context", "elements": [mrkdwn("x")] * n}, 10),
    "actions elements": (lambda n: actions(*(button(action_id=str(each)) for each in range(n))), 25),
    "button text": (lambda n: actions(button("x" * n)), 75),
    "button value": (lambda n: actions(button(value="x" * n)), 2000),
    "button url": (lambda n: actions(button(url="https://" + "x" * (n - 8))), 3000),
    "action_id": (lambda n: actions(button(action_id="x" * n)), 255),
    "block_id": (lambda n: section(block_id="x" * n), 255),
    "option text": (lambda n: actions(select(options=[option("x" * n)])), 75),
    "option value": (lambda n: actions(select(options=[option(value="x" * n)])), 150),
    "options": (lambda n: actions(select(options=options(n))), 100),
    "overflow options": (lambda n: section(accessory={"type": "overflow", "action_id": "o", "options": options(n)}), 5),
    "checkboxes": (lambda n: actions({"type": "checkboxes", "action_id": "c", "options": options(n)}), 10),
    "radio buttons": (lambda n: actions({"type": "radio_buttons", "action_id": "r", "options": options(n)}), 10),
    "confirm title": (lambda n: confirm(title=plain("x" * n)), 100),
    "confirm text": (lambda n: confirm(text=mrkdwn("x" * n)), 300),
    "confirm button": (lambda n: confirm(confirm=plain("x" * n)), 30),
    "deny button": (lambda n: confirm(deny=plain("x" * n)), 30),
    "placeholder": (lambda n: actions(select(placeholder=plain("x" * n))), 150),
    "image url": (lambda n: image(image_url="https://" + "x" * (n - 8)), 3000),
    "image alt text": (lambda n: image(alt_text="x" * n), 2000),
    "image title": (lambda n: image(title=plain("x" * n)), 2000),
    "markdown": (lambda n: {"type": "markdown", "text": "x" * n}, 12_000),
    "table rows": (lambda n: {"type": "table", "rows": [[raw()]] * n}, 100),
    "table columns": (lambda n: {"type": "table", "rows": [[raw()] * n]}, 20),
    "card title": (lambda n: {"type": "card", "title": plain("x" * n)}, 150),
    "card body": (lambda n: {"type": "card", "body": plain("x" * n)}, 200),
    "card actions": (lambda n: {"type": "card", "title": plain("x"), "actions": [button()] * n}, 3),
    "carousel": (lambda n: {"type": "carousel", "elements": [{"type": "card"}] * n}, 10),
    "container title": (lambda n: {"type": "container", "title": plain("x" * n), "child_blocks": [section()]}, 150),
    "container children": (lambda n: {"type": "container", "title": plain("x"), "child_blocks": [section()] * n}, 10),
    "plan tasks": (lambda n: {"type": "plan", "title": "x", "tasks": [{}] * n}, 50),
    "data_table columns": (lambda n: {"type": "data_table", "rows": [[raw()] * n] * 2}, 20),
    "data_table rows": (lambda n: {"type": "data_table", "rows": [[raw()]] * n}, 101),
    "data_table page size": (lambda n: {"type": "data_table", "rows": [[raw()]] * 2, "page_size": n}, 100),
    "data_table characters": (lambda n: {"type": "data_table", "rows": [[raw("x" * (n - 1))], [raw()]]}, 20_000),
    "chart title": (lambda n: pie(title="x" * n), 50),
    "chart segments": (lambda n: pie(n), 6),
    "chart series": (lambda n: bars(n), 6),
    "chart points": (lambda n: bars(points=n), 20),
    "chart label": (lambda n: bars(name="x" * n), 20),
}
IN_FORMS: dict[str, tuple[Build, int]] = {
    "input label": (lambda n: modal(ask(typed(), "x" * n)), 2000),
    "input hint": (lambda n: modal(ask(typed(), hint=plain("x" * n))), 2000),
    "max_length": (lambda n: modal(ask(typed(max_length=n))), 3000),
    "title": (lambda n: modal(title=plain("x" * n)), 24),
    "submit": (lambda n: modal(submit=plain("x" * n)), 24),
    "close": (lambda n: modal(close=plain("x" * n)), 24),
    "callback_id": (lambda n: modal(callback_id="x" * n), 255),
    "private_metadata": (lambda n: modal(private_metadata="x" * n), 3000),
    "external_id": (lambda n: modal(external_id="x" * n), 255),
    "blocks": (lambda n: modal(*[section()] * n), 100),
    "alert": (lambda n: modal({"type": "alert", "text": plain("x" * n)}), 200),
    "option groups": (
        lambda n: modal(
            ask({"type": "static_select", "option_groups": [{"label": plain("g"), "options": [option()]}] * n})
        ),
        100,
    ),
    "files": (lambda n: modal(ask({"type": "file_input", "max_files": n})), 10),
}


def refused_in_message(block: Json) -> bool:
    return bool(problems_of("blocks", [block]))


def refused_in_form(view: Json) -> bool:
    return bool(problems_of("view", view))


@pytest.mark.parametrize("what", IN_MESSAGES)
def test_a_block_of_a_message_is_taken_at_its_limit_and_refused_beyond_it(what: str) -> None:
    build, most = IN_MESSAGES[what]
    assert problems_of("blocks", [build(most)]) == []
    assert refused_in_message(build(most + 1))


@pytest.mark.parametrize("what", IN_FORMS)
def test_a_form_is_taken_at_its_limit_and_refused_beyond_it(what: str) -> None:
    build, most = IN_FORMS[what]
    assert problems_of("view", build(most)) == []
    assert refused_in_form(build(most + 1))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(IN_MESSAGES)), st.data())
def test_what_is_within_its_limit_is_always_taken_and_what_is_not_never(what: str, data: st.DataObject) -> None:
    build, most = IN_MESSAGES[what]
    least = 9 if "url" in what else 2
    size = data.draw(st.integers(min(least, most), most + 50))
    assert refused_in_message(build(size)) == (size > most)


def test_a_message_has_fifty_blocks_at_most() -> None:
    assert problems_of("blocks", [section()] * 50) == []
    assert [each.code for each in problems_of("blocks", [section()] * 51)] == ["too_many"]


def test_a_message_has_one_table_and_two_charts_at_most() -> None:
    table = {"type": "table", "rows": [[raw()]]}
    assert problems_of("blocks", [table, pie(), pie()]) == []
    assert problems_of("blocks", [table, table]) != []
    assert problems_of("blocks", [pie(), pie(), pie()]) != []


def test_all_markdown_of_a_message_shares_one_limit() -> None:
    half = {"type": "markdown", "text": "x" * 6000}
    assert problems_of("blocks", [half, half]) == []
    assert problems_of("blocks", [half, half, {"type": "markdown", "text": "x"}]) != []


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ([section(block_id="a"), section(block_id="a")], "duplicate"),
        ([actions(button(), button())], "duplicate"),
        ([{"type": "section"}], "missing_field"),
        ([section("")], "too_short"),
        ([{"type": "header", "text": mrkdwn("x")}], "wrong_type"),
        ([section(colour="red")], "unknown_field"),
        ([{"type": "sector"}], "unknown_type"),
        ([{"type": "alert", "text": plain("x")}], "wrong_surface"),
        ([ask({"type": "file_input"})], "wrong_surface"),
        ([image(slack_file={"id": "F1"})], "missing_field"),
        ([actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-02-30"})], "wrong_format"),
        ([actions({"type": "timepicker", "action_id": "d", "initial_time": "24:00"})], "wrong_format"),
        ([actions(button(style="loud"))], "wrong_value"),
        ([actions({"type": "static_select", "action_id": "s"})], "missing_field"),
        ([actions({"type": "checkboxes", "action_id": "s"})], "missing_field"),
        ([actions(select(initial_option=option("Two", "two")))], "unknown_option"),
        ([{"type": "section", "text": {**mrkdwn("x"), "emoji": True}}], "unknown_field"),
        ([{"type": "header", "text": {**plain("x"), "verbatim": True}}], "unknown_field"),
        ([rich({"type": "text", "text": ""})], "too_short"),
        ([rich({"type": "link", "url": "https://x.example", "text": ""})], "too_short"),
        ([rich({"type": "text", "text": "x", "style": {"loud": True}})], "unknown_field"),
        ([rich({"type": "person", "user_id": "U1"})], "unknown_type"),
        ([rich()], "too_few"),
        ([{"type": "rich_text", "elements": []}], "too_few"),
        ([{"type": "container", "title": plain("x"), "child_blocks": [{"type": "sector"}]}], "unknown_type"),
        ([{"type": "carousel", "elements": [section()]}], "unknown_type"),
        ("not a list", "wrong_type"),
    ],
)
def test_what_slack_calls_invalid_blocks(blocks: Any, code: str) -> None:
    assert code in [each.code for each in problems_of("blocks", blocks)]


def test_a_form_with_a_field_needs_a_button_to_submit() -> None:
    view = modal(ask(typed()))
    del view["submit"]
    assert [each.pointer for each in problems_of("view", view)] == ["/submit"]


def test_charts_markdown_and_plans_stand_in_messages_alone() -> None:
    for block in (pie(), {"type": "markdown", "text": "x"}, {"type": "plan", "title": "x"}):
        assert [each.code for each in problems_of("view", modal(block))] == ["wrong_surface"]


def test_every_kind_of_rich_text_is_taken() -> None:
    parts: list[Json] = [
        {"type": "text", "text": "x", "style": {"bold": True, "strike": False}},
        {"type": "link", "url": "https://x.example", "text": "x"},
        {"type": "user", "user_id": "U1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "emoji", "name": "eyes"},
        {"type": "date", "timestamp": 1_797_580_800, "format": "{date}", "fallback": "18 Dec"},
        {"type": "broadcast", "range": "here"},
    ]
    section_of = {"type": "rich_text_section", "elements": parts}
    wholes: list[Json] = [
        section_of,
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [section_of]},
        {"type": "rich_text_quote", "elements": parts},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x"}]},
    ]
    assert problems_of("blocks", [{"type": "rich_text", "elements": wholes}]) == []


def test_every_problem_names_its_place_as_slack_does() -> None:
    problem = problems_of("blocks", [section(), section("x" * 3001)])[0]
    assert str(problem) == "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
