"""The five shortcuts, where the bot is a member and where it is not."""

import pytest

from bot.sandbox.web_api.files import record
from tests.scenarios.reading import buttons, fields, labels, picked, words
from tests.scenarios.town import HOME, Town

COMPLAINT = "Coupon field accepts 300 %\nSeen on staging with gift cards"


async def test_a_message_becomes_a_defect_in_two_actions(town: Town) -> None:
    root = town.says(town.omar, COMPLAINT)
    form = await town.uses(town.tess, "file_defect", root)
    assert list(fields(form)) == ["title", "severity", "component", "release"]
    assert fields(form)["title"]["initial_value"] == "Coupon field accepts 300 %"
    assert f"Visible to everybody in <#{town.id_of(HOME)}>." in words(form)
    await town.submits(town.tess)
    await town.hears(town.tess, "Filed as DEF-1, in this thread.")
    assert (await town.card("DEF-1"))["thread_ts"] == root
    await town.quiet()
    assert len(town.messages()) == 0
    assert town.lines(root) == []


async def test_more_fields_files_and_duplicates_come_along(town: Town) -> None:
    await town.files(town.tess, "Coupon field accepts 200 %")
    root = town.says(town.omar, COMPLAINT, files={"coupon.png": b"png", "console.log": b"log"})
    await town.uses(town.tess, "file_defect", root)
    await town.form(town.tess, "*DEF-1*  Coupon field accepts 200 %")
    await town.people.clicks.in_view(town.tess, "more_fields")
    await town.sees(lambda: "steps" in fields(town.people.forms.shown(town.tess) or {"blocks": []}))
    more = {"actual": "300 % off", "expected": "an error", "steps": "1. type 300", "environment": "staging"}
    await town.submits(
        town.tess, severity="S2", component="cart", requirement=picked("REQ-7", "TC-1"), priority="P2", **more
    )
    card = await town.card("DEF-2", "S2 P2 · new")
    assert "*What happened*\n300 % off\n*What should have happened*\nan error\n*Steps*\n1. type 300" in words(card)
    for said in ("cart · staging · filed by Tess", "coupon.png", "console.log", "REQ-7", "Possible duplicate: DEF-1"):
        assert said in words(card)
    assert town.calls("files.info") == []


async def test_a_thread_comes_along_when_that_is_ticked(town: Town) -> None:
    root = town.says(town.omar, COMPLAINT)
    first = town.says(town.devon, "which browser?", thread=root)
    await town.uses(town.tess, "file_defect", first)
    await town.submits(town.tess, take=["thread"])
    await town.card("DEF-1")
    await town.quiet()
    assert (await town.history("DEF-1")).count("evidence_added") == 2


async def test_a_public_channel_is_joined_by_filing_there_and_not_before(town: Town) -> None:
    town.space.add_channel("elsewhere", [town.tess, town.devon], bot=False)
    root = town.says(town.devon, "The total wraps on phones", channel="elsewhere")
    await town.uses(town.tess, "file_defect", root, channel="elsewhere")
    assert town.calls("conversations.join") == []
    await town.submits(town.tess)
    card = await town.card("DEF-1", channel="elsewhere")
    assert card["thread_ts"] == root
    assert len(town.calls("conversations.join")) == 1
    town.says(town.devon, "claim", thread=root, channel="elsewhere")
    await town.card("DEF-1", "new · Devon", channel="elsewhere")


@pytest.mark.parametrize("kind", ["private", "direct", "shared"])
@pytest.mark.parametrize("copied", [False, True])
async def test_where_the_bot_cannot_be_only_the_link_comes_along(town: Town, kind: str, copied: bool) -> None:
    await _home_is_chosen(town)
    closed = {"private": kind == "private", "im": kind == "direct"}
    channel = town.space.add_channel("closed", [town.tess, town.omar], bot=False, **closed)
    town.space.state.channels[channel]["is_ext_shared"] = kind == "shared"
    root = town.says(town.omar, COMPLAINT, channel=channel, files={"secret.png": b"png"})
    await town.uses(town.tess, "file_defect", root, channel=channel)
    form = await town.form(town.tess, "The card goes to")
    assert list(fields(form)) == ["title", "severity", "component", "release", "take_copy"]
    assert "Copy the text there" in words(form)
    await town.submits(town.tess, **({"take_copy": ["copy"]} if copied else {}))
    heard = await town.hears(town.tess, f"Filed as DEF-1, in <#{town.id_of(HOME)}>.")
    assert heard["_channel"] == channel
    card = await town.card("DEF-1")
    link = f"https://harbor-shop.slack.com/archives/{channel}/p{root.replace('.', '')}"
    assert link in words(card)
    assert "secret.png" not in words(card)
    assert "thread_ts" not in card or card["thread_ts"] == card["ts"]
    assert town.calls("conversations.join") == []
    evidence = await town.bot.units.ask(town.space.team_id, lambda questions: questions.defect("DEF-1").evidence)
    assert [item.text for item in evidence] == [COMPLAINT if copied else None]
    assert ("&gt; Seen on staging" in words(card) or "> Seen on staging" in words(card)) is copied


async def _home_is_chosen(town: Town) -> None:
    await town.types(town.rana, "/defect setup")
    await town.form(town.rana, "Set up this channel")
    await town.submits(town.rana, home_channel=town.id_of(HOME))
    await town.hears(town.rana, "Cards that are not filed from a message go to")


async def test_a_message_is_added_to_a_defect(town: Town) -> None:
    key = await town.files(town.tess, "Coupon field accepts 300 %")
    message = town.says(town.omar, "It does so on the tablet too", files={"tablet.png": b"png"})
    await town.uses(town.omar, "add_evidence", message)
    offered = await town.people.clicks.suggestions(town.omar, "key", "coupon")
    assert [option["value"] for option in offered] == [key]
    await town.submits(town.omar, key=offered[0])
    await town.hears(town.omar, f"Added to {key}.")
    card = await town.card(key, "tablet.png")
    assert "by Omar" in words(card)


async def test_any_message_of_a_defects_thread_marks_it_fixed(town: Town) -> None:
    root = town.says(town.omar, COMPLAINT)
    await town.files_from_message(town.tess, root)
    await town.quiet()
    reply = town.says(town.devon, "it was the rounding", thread=root)
    form = await town.uses(town.devon, "mark_fixed", reply)
    assert "DEF-1" in words(form)
    await town.submits(town.devon, commit="abc1234")
    await town.hears(town.devon, "Fixed")
    await town.card("DEF-1", "fixed by Devon (abc1234)")


async def test_a_message_without_a_defect_has_nothing_to_mark_fixed(town: Town) -> None:
    message = town.says(town.omar, COMPLAINT)
    await town.people.shortcuts.on_message(town.devon, HOME, message, "mark_fixed")
    await town.hears(town.devon, "This thread holds no defect.")


async def test_a_defect_is_filed_from_anywhere_with_a_file(town: Town) -> None:
    await _home_is_chosen(town)
    form = await town.uses(town.tess, "new_defect")
    assert list(fields(form)) == ["title", "severity", "component", "release", "files"]
    await town.submits(town.tess, title="Total wraps", files=[record(town.space, town.tess, "wrap.png", b"png")])
    await town.form(town.tess, "Filed as DEF-1, in <#")
    card = await town.card("DEF-1", "wrap.png")
    assert card in town.messages()


async def test_without_a_home_channel_the_card_comes_to_the_reporter(town: Town) -> None:
    await town.uses(town.tess, "new_defect")
    await town.submits(town.tess, title="Total wraps")
    answered = await town.form(town.tess, "Its card comes to you: no home channel is chosen yet.")
    assert buttons(answered) == ["Undo", "Choose a home channel"]
    await town.sees(lambda: [m for m in town.direct_messages(town.tess) if "DEF-1  Total wraps" in words(m)])


async def test_my_queue_opens_in_a_form(town: Town) -> None:
    key = await town.files(town.tess, "Total wraps")
    await town.types(town.devon, f"/defect claim {key}")
    shown = await town.uses(town.devon, "my_queue")
    assert "*Waits for you (1)*" in words(shown)
    assert "Start" in labels(shown)
    await town.people.clicks.in_view(town.devon, "act")
    await town.form(town.devon, f"{key} is in progress, yours.")


async def test_a_form_that_was_sent_twice_files_once(town: Town) -> None:
    await town.uses(town.tess, "new_defect")
    sent = await town.submits(town.tess, title="Once")
    assert (await town.people.forms.submit_again(sent.payload)).ok
    assert "*1 defect*" in words(await town.types(town.tess, "/defect list"))
