"""Forms: opened by a shortcut, a button or a command; filled in; sent back."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.values import Priority, Severity, Status
from bot.services.requests import FileRef
from bot.slack.ids import Act, encode
from bot.slack.limits import check
from handlers.modals.build import Background, view_of
from handlers.modals.forms import FORMS
from handlers.modals.memo import LIMIT, Memo, pack, unpack
from tests.handlers.slack import (
    CHANNEL,
    DEVON,
    OTHER,
    RHEA,
    TEAM,
    TESS,
    Office,
    chosen,
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


def inputs(view: Any) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("memo", [Memo(""), Memo("", key="DEF-1", more=True, message_ts="1.0", standing="outside")])
def test_every_form_is_within_slacks_limits(name: str, memo: Memo) -> None:
    from dataclasses import replace

    view = view_of(replace(memo, form=name), {}, Background())
    assert check(view) == []
    assert view["callback_id"] == name


async def test_more_fields_unfold_and_keep_what_was_typed(office: Office) -> None:
    await office.shortcut("file_defect", MESSAGE)
    view = office.slack.opened()
    more = next(block for block in view["blocks"] if block["type"] == "actions")["elements"][0]
    state = {"title": {"title": typed("Typed already")}}
    await office.press(
        more["value"],
        actions=[{"type": "button", "action_id": more["action_id"], "value": more["value"]}],
        view={**view, "id": "V1", "hash": "h1", "type": "modal", "state": {"values": state}},
    )
    unfolded = office.slack.of("views.update")[-1]["view"]
    assert {"actual", "expected", "steps", "build", "environment", "requirement"} <= set(inputs(unfolded))
    title = next(block for block in unfolded["blocks"] if block.get("block_id") == "title")
    assert title["element"]["initial_value"] == "Typed already"


async def test_a_form_sent_twice_files_once(office: Office) -> None:
    await office.shortcut("file_defect", MESSAGE)
    view = office.slack.opened()
    assert await office.submit(view, title=typed("Once")) == {}
    assert await office.submit(view, title=typed("Once")) == {}
    assert "*1 defect*" in await office.type("list")


async def test_a_mistake_is_shown_at_its_field_and_the_form_can_be_sent_again(office: Office) -> None:
    await office.type("new x")
    await office.type("fixed DEF-1", DEVON)
    await office.press(encode(Act("verify_fail", "DEF-1", 2)), RHEA)
    view = office.slack.opened()
    answer = await office.submit(view, RHEA, outcome=chosen("fail"))
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == ["note"]
    assert await office.submit(view, RHEA, outcome=chosen("fail"), note=typed("still charges")) == {}
    assert (await office.defect("DEF-1")).defect.status is Status.IN_PROGRESS


# One row at least for every form: what was filled in, and the field where its mistake is shown.
MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("file", {"title": typed("")}, "title"),
    ("file", {"title": typed("x"), "release": chosen("9.9")}, "release"),
    ("triage", {"severity": chosen("S1")}, "priority"),
    ("edit", {"title": typed("x"), "severity": chosen("S1"), "release": chosen("9.9")}, "release"),
    ("edit", {"title": typed("x"), "severity": chosen("S1"), "build": chosen("rc9")}, "build"),
    ("fixed", {"build": chosen("rc9")}, "build"),
    ("resolve", {"resolution": chosen("duplicate")}, "original"),
    ("resolve", {"resolution": chosen("duplicate"), "original": chosen("DEF-9")}, "original"),
    ("resolve", {"resolution": chosen("duplicate"), "original": chosen("DEF-1")}, "original"),
    ("verify", {}, "outcome"),
    ("verify", {"outcome": chosen("fail")}, "note"),
    ("verify", {"outcome": chosen("blocked"), "note": typed("")}, "note"),
    ("verify", {"outcome": chosen("pass"), "build": chosen("rc9")}, "build"),
    ("reopen", {"reason": typed(" ")}, "reason"),
    ("defer", {"release": chosen("9.9"), "reason": typed("later")}, "release"),
    ("defer", {"release": chosen("2.4"), "reason": typed("")}, "reason"),
    ("assign", {}, "person"),
    ("needs_info", {"question": typed("which browser?")}, "person"),
    ("comment", {"text": typed("\n ")}, "text"),
    ("link", {"target": typed("")}, "target"),
    ("evidence", {}, "key"),
    ("evidence", {"key": chosen("DEF-9")}, "key"),
    ("pick", {}, "key"),
    ("release", {"name": typed("a b")}, "name"),
    ("build", {"release": chosen("9.9"), "new_build": typed("rc1")}, "release"),
    ("build", {"release": chosen("2.4"), "new_build": typed("a b")}, "new_build"),
    ("digest", {"release": chosen("9.9"), "at": {"selected_time": "09:00"}, "days": ticked("1")}, "release"),
    ("save_list", {"name": typed("")}, "name"),
    ("save_list", {"name": typed("grave"), "query": typed("sevrity:S1")}, "query"),
    ("forget_list", {"name": typed("")}, "name"),
    ("forget_list", {"name": typed("grave")}, "name"),
    (
        "waive",
        {"release": chosen("2.4"), "waiver": typed("triagd"), "until": typed("next"), "reason": typed("x")},
        "waiver",
    ),
    (
        "waive",
        {"release": chosen("2.4"), "waiver": typed("triaged"), "until": typed("soon"), "reason": typed("x")},
        "until",
    ),
    ("waiver", {"release": chosen("2.4"), "number": typed("one")}, "number"),
    ("unwaive", {"release": chosen("2.4"), "number": typed("9")}, "number"),
    ("go", {"release": chosen("9.9")}, "release"),
    ("nogo", {"release": chosen("2.4"), "note": typed(" ")}, "note"),
    ("unship", {"release": chosen("2.4"), "reason": typed("")}, "reason"),
    ("move", {"release": chosen("2.4"), "to": chosen("2.4")}, "to"),
    ("ship", {"release": chosen("9.9")}, "release"),
    ("result", {"outcome": chosen("fail")}, "note"),
    ("run", {"outcome": chosen("blocked")}, "note"),
    ("plan", {"release": chosen("2.4")}, "target"),
    ("unplan", {"release": chosen("2.4")}, "target"),
    ("setup", {"prefix": typed("1x")}, "prefix"),
    ("setup", {"prefix": typed("SHOP"), "timezone": typed("Mars/Olympus")}, "timezone"),
]
# Which defect they are about is one of their fields.
ASKING = {"evidence", "pick"}


@pytest.mark.parametrize(("form", "values", "field"), MISTAKES)
async def test_each_mistake_stands_at_the_field_that_it_is_about(
    office: Office, form: str, values: dict[str, Any], field: str
) -> None:
    await office.type("new 2.4", command="/release")
    await office.type("new x")
    if form == "verify":
        await office.type("fixed DEF-1", DEVON)
    about = "DEF-1" if FORMS[form].of_defect and form not in ASKING else ""
    answer = await office.submit(view_of(Memo(form, key=about, channel=CHANNEL), {}, Background()), **values)
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == [field]
    assert answer["errors"][field].strip()


def test_every_form_has_a_mistake_among_these() -> None:
    assert {form for form, _, _ in MISTAKES} == set(FORMS)


async def test_a_store_that_is_gone_keeps_the_form_open_with_what_was_typed(office: Office) -> None:
    await office.shortcut("file_defect", MESSAGE)
    await office.store.close()
    answer = await office.submit(office.slack.opened(), title=typed("x"))
    assert answer["response_action"] == "errors"
    assert "Not saved, nothing changed" in answer["errors"]["title"]


async def test_editing_one_field_confirms_no_other(office: Office) -> None:
    await office.type("new 2.4", command="/release")
    await office.type("new x")
    await office.type("edit DEF-1")
    view = office.slack.opened()
    await office.submit(view, title=typed("Better"), severity=chosen("S3"), release=chosen("2.4"))
    view_after = await office.defect("DEF-1")
    assert view_after.defect.title == "Better"
    assert not view_after.defect.triaged


async def test_a_form_that_only_asks_which_defect_goes_on_with_its_verb(office: Office) -> None:
    await office.type("new x")
    await office.type("claim", DEVON)
    view = office.slack.opened()
    assert inputs(view) == ["key"]
    await office.submit(view, DEVON, key=chosen("DEF-1"))
    assert (await office.defect("DEF-1")).defect.owner == DEVON


async def test_setting_up_binds_the_channel_to_its_project(office: Office) -> None:
    await office.type("setup")
    view = office.slack.opened()
    people = {"type": "multi_users_select", "selected_users": [RHEA]}
    await office.submit(
        view,
        prefix=typed("SHOP"),
        project=typed("Web shop"),
        home_channel={"type": "conversations_select", "selected_conversation": OTHER},
        release_managers=people,
        timezone=typed("Europe/Berlin"),
        policy=ticked("four_eyes"),
    )
    assert "SHOP-1" in await office.type("new x")
    filed = await office.defect("SHOP-1")
    assert filed.project.home_channel == OTHER
    assert filed.anchor is not None
    assert filed.anchor.channel == OTHER


@given(
    st.builds(
        Memo,
        form=st.sampled_from(list(FORMS)),
        key=st.just("DEF-1"),
        channel=st.just(CHANNEL),
        author=st.just(RHEA),
        text=st.text(max_size=5000),
        permalink=st.just("https://acme.slack.com/archives/C1/p1"),
        files=st.lists(st.builds(FileRef, id=st.text(max_size=20), name=st.text(max_size=120)), max_size=30).map(tuple),
    )
)
@settings(max_examples=60)
def test_whatever_a_message_holds_its_form_remembers_it_within_slacks_limit(memo: Memo) -> None:
    packed = pack(memo)
    kept = unpack(packed)
    assert len(packed) <= LIMIT
    assert (kept.form, kept.key, kept.channel) == (memo.form, memo.key, memo.channel)
    assert kept.text == memo.text or kept.text.endswith("…") or kept.text == "" or max(memo.text) >= "\ud800"


@given(st.text(max_size=300))
def test_metadata_that_we_did_not_write_remembers_nothing(metadata: str) -> None:
    assert unpack(metadata).form in ("", *FORMS)


@pytest.mark.parametrize("view", [{}, {"callback_id": "file"}, {"private_metadata": "eJx"}, {"state": {"values": []}}])
async def test_a_form_that_we_did_not_draw_is_closed_without_a_word(office: Office, view: dict[str, Any]) -> None:
    assert await office.submit({"callback_id": "x", **view}) == {}


async def suggestions(office: Office, field: str, typed_so_far: str, memo: Memo) -> list[str]:
    body = {
        "type": "block_suggestion",
        "user": {"id": TESS, "team_id": TEAM},
        "team": {"id": TEAM, "domain": "acme"},
        "action_id": field,
        "block_id": field,
        "value": typed_so_far,
        "view": {"id": "V1", "type": "modal", "private_metadata": pack(memo)},
    }
    response = await office.dispatch(body)
    import json

    return [option["value"] for option in json.loads(response.body)["options"]]


async def test_pickers_offer_defects_releases_and_builds(office: Office) -> None:
    await office.type("new 2.4", command="/release")
    await office.type("build 2.4 2.4.0-rc1", command="/release")
    await office.type("build 2.4 2.4.0-rc2", command="/release")
    await office.type('new Card "declined" twice')
    await office.type("new Total is wrong")
    memo = Memo("evidence", channel=CHANNEL)
    assert await suggestions(office, "key", "def-2", memo) == ["DEF-2"]
    assert await suggestions(office, "key", 'card "decl', memo) in (["DEF-1"], [])
    assert await suggestions(office, "key", "total", memo) == ["DEF-2"]
    assert set(await suggestions(office, "key", "", memo)) == {"DEF-1", "DEF-2"}
    assert await suggestions(office, "key", "DEF-99", memo) == []
    assert await suggestions(office, "release", "2", memo) == ["2.4"]
    assert await suggestions(office, "build", "", Memo("fixed", key="DEF-1")) == ["next", "2.4.0-rc2", "2.4.0-rc1"]
    assert await suggestions(office, "build", "rc1", Memo("verify", key="DEF-1")) == ["2.4.0-rc1"]
    assert await suggestions(office, "nobody", "x", memo) == []


async def test_a_triage_form_starts_with_what_is_known_and_confirms_it(office: Office) -> None:
    await office.type("new x sev:S2")
    await office.type("triage DEF-1")
    view = office.slack.opened()
    await office.submit(view, severity=chosen("S2"), priority=chosen("P1"))
    after = (await office.defect("DEF-1")).defect
    assert (after.status, after.severity, after.priority) == (Status.TRIAGED, Severity.S2, Priority.P1)


async def test_set_up_from_a_direct_message_binds_the_home_channel(office: Office) -> None:
    view = view_of(Memo("setup", channel="D0TESS"), {}, Background())
    answer = await office.submit(view, prefix=typed("SHOP"))
    assert list(answer["errors"]) == ["home_channel"]
    home = {"type": "conversations_select", "selected_conversation": OTHER}
    await office.submit(view, prefix=typed("SHOP"), home_channel=home)
    assert "SHOP-1" in await office.type("new x", channel_id=OTHER)


async def test_a_channel_that_is_set_up_and_its_home_can_be_written_to_again(office: Office) -> None:
    await office.type("setup")
    view = office.slack.opened()
    home = {"type": "conversations_select", "selected_conversation": OTHER}
    await office.submit(view, prefix=typed("SHOP"), home_channel=home)
    assert sorted(office.roads.opened[1:], key=str) == [(TEAM, OTHER), (TEAM, CHANNEL)]
