"""In a defect's thread people just talk; a reply whose whole text is an act, acts."""

from dataclasses import dataclass

import pytest

from bot.sandbox.faults import FaultKind
from tests.scenarios.reading import buttons, words
from tests.scenarios.town import HOME, PATIENCE, Town

TOLD = "ballot_box_with_check"


async def _a_thread(town: Town) -> str:
    for command in ("/release new 2.4", "/release build 2.4 2.4.0-rc1", "/release new 2.5"):
        await town.types(town.rana, command)
    root = town.says(town.omar, "Coupon field accepts 300 %")
    await town.files_from_message(town.tess, root)
    await town.quiet()
    return root


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody types it; the card says so. `line`: what the bot adds because somebody must be told, and whom."""

    who: str
    text: str
    card: str
    line: str = ""
    told: str = ""


LIFE = (
    Act("devon", "claim", "new · Devon"),
    Act("rana", "assign @omar", "new · Omar"),
    Act("rana", "Assign to @devon.", "new · Devon"),
    Act("rana", "sev S1", "S1 · new"),
    Act("rana", "prio: p2", "S1 P2 · new"),
    Act("rana", "rel 2.5", "release 2.5"),
    Act("rana", "rel 2.4!", "release 2.4"),
    Act("devon", "start", "in progress · Devon"),
    Act("devon", "needs info @tess: which browser?", "Tess is asked by Devon: which browser?"),
    Act("tess", "Firefox 140, in a private window", "1 comment"),
    Act("devon", "fixed in rc1 abc1234", "fixed by Devon in 2.4.0-rc1 (abc1234)", "does it hold on that", "tess"),
    Act("tess", "verify blocked: staging is down", "Verification is blocked: staging", "can you clear", "devon"),
    Act("tess", "failed on rc1: still takes 300 %", "· 1 bounce", "it is yours again (bounce 1).", "devon"),
    Act("devon", "can’t reproduce: not on any phone", "cannot reproduce, says Devon", "do you agree?", "tess"),
    Act("tess", "verify fail on mine it does", "triaged · Devon", "it is yours again.", "devon"),
    Act("rana", "defer to 2.5: needs a provider", "deferred to 2.5"),
)  # fmt: skip


@pytest.mark.parametrize("mentioned", [False, True])
async def test_a_whole_life_is_typed_in_the_thread(town: Town, mentioned: bool) -> None:
    """An act that is typed is its own line: it gets a receipt, and the bot speaks only where somebody must be told."""
    root = await _a_thread(town)
    before = f"<@{town.space.bot_user_id}> " if mentioned else ""
    expected = 0
    for act in LIFE:
        text = act.text.replace("@tess", f"<@{town.tess}>").replace("@omar", f"<@{town.omar}>")
        person = getattr(town, act.who)
        said = town.says(person, before + text.replace("@devon", f"<@{town.devon}>"), thread=root)
        await town.card("DEF-1", act.card)
        if act.card != "1 comment":
            await town.sees(lambda ts=said: town.reactions(ts) == {TOLD}, act.text)
            assert "Undo" in buttons(await town.hears(person, ""))
        if act.line:
            line = await town.line(root, act.line)
            assert f"<@{getattr(town, act.told)}>" in line["text"]
            expected += 1
        await town.quiet()
        assert len(town.lines(root)) == expected, (act.text, town.lines(root))


async def test_talk_is_kept_as_comments_and_answered_by_nobody(town: Town) -> None:
    root = await _a_thread(town)
    for text in ("I will claim it tomorrow", "fixed the header, the total is next", "“Fixed”, he says", "> fixed"):
        said = town.says(town.devon, text, thread=root)
        await town.space.settled()
        assert town.reactions(said) == set()
    await town.card("DEF-1", "4 comments")
    await town.quiet()
    assert town.lines(root) == []
    assert town.whispers(town.devon) == []


async def test_a_comment_follows_its_message(town: Town) -> None:
    root = await _a_thread(town)
    said = town.says(town.devon, "only with gift cards", thread=root)
    await town.records("comment_added")
    town.people.talk.edit(town.devon, HOME, said, "only with gift cards and vouchers")
    await town.records("comment_edited")
    town.people.talk.delete(town.devon, HOME, said)
    await town.records("comment_erased")
    await town.quiet()
    assert town.lines(root) == []
    assert "1 comment" not in words(await town.card("DEF-1"))


async def test_a_question_is_answered_by_whoever_was_asked_and_by_nobody_else(town: Town) -> None:
    root = await _a_thread(town)
    town.says(town.devon, f"needs info <@{town.tess}>: which browser?", thread=root)
    await town.card("DEF-1", "Tess is asked by Devon: which browser?")
    town.says(town.omar, "Chrome, I think", thread=root)
    await town.card("DEF-1", "1 comment")
    assert "Tess is asked" in words(await town.card("DEF-1"))
    town.says(town.tess, "Firefox 140", thread=root)
    card = await town.card("DEF-1", "2 comments")
    assert "is asked" not in words(card)


async def test_an_act_in_a_thread_of_several_defects_asks_which_with_a_button_per_key(town: Town) -> None:
    town.refusals |= {("reactions.add", "already_reacted")}
    root = await _a_thread(town)
    await town.files_from_message(town.tess, root, title="And it wraps")
    await town.quiet()
    town.says(town.devon, "claim", thread=root)
    asked = await town.hears(town.devon, "This thread holds several defects. Which one?")
    assert buttons(asked) == ["DEF-1", "DEF-2"]
    await town.presses(town.devon, asked, "DEF-2")
    await town.hears(town.devon, "DEF-2 is yours now.")
    town.says(town.devon, "DEF-1 fixed in rc1", thread=root)
    await town.card("DEF-1", "fixed by Devon in 2.4.0-rc1")
    await town.card("DEF-2", "new · Devon")


async def test_what_an_act_needs_is_asked_for(town: Town) -> None:
    root = await _a_thread(town)
    await town.types(town.devon, "/defect fixed DEF-1 in rc1")
    town.says(town.tess, "verify fail", thread=root)
    asked = await town.hears(town.tess, "`verify fail` needs more than was said.")
    await town.presses(town.tess, asked, "Fill in…")
    await town.form(town.tess, "Verify")
    await town.submits(town.tess, note="still takes 300 %")
    await town.card("DEF-1", "1 bounce")


async def test_what_was_typed_is_taken_back_by_its_button_within_a_minute(town: Town) -> None:
    root = await _a_thread(town)
    town.says(town.devon, "claim", thread=root)
    receipt = await town.hears(town.devon, "DEF-1 is yours now.")
    await town.presses(town.devon, receipt, "Undo")
    await town.hears(town.devon, "Taken back on DEF-1.")
    await town.card("DEF-1", "no owner")


async def test_after_a_minute_it_stands(town: Town) -> None:
    root = await _a_thread(town)
    town.says(town.devon, "claim", thread=root)
    receipt = await town.hears(town.devon, "DEF-1 is yours now.")
    await town.passes(seconds=61)
    await town.presses(town.devon, receipt, "Undo")
    await town.hears(town.devon, "That was more than 60 seconds ago, so it stands; DEF-1 can still be changed:")
    await town.card("DEF-1", "new · Devon")


async def test_a_filing_that_is_taken_back_is_withdrawn_and_never_deleted(town: Town) -> None:
    root = town.says(town.omar, "Coupon field accepts 300 %")
    await town.uses(town.tess, "file_defect", root)
    await town.submits(town.tess)
    receipt = await town.hears(town.tess, "Filed as DEF-1, in this thread.")
    await town.presses(town.tess, receipt, "Undo")
    await town.hears(town.tess, "Taken back: DEF-1 is withdrawn.")
    await town.card("DEF-1", "not a defect")


async def test_the_message_mirrors_three_moments_and_no_more(town: Town) -> None:
    root = await _a_thread(town)
    assert town.reactions(root) == {"memo"}
    await town.types(town.devon, "/defect claim DEF-1")
    await town.types(town.devon, "/defect fixed DEF-1 in rc1")
    await town.sees(lambda: town.reactions(root) == {"memo", "wrench"})
    await town.types(town.tess, "/verify DEF-1 pass")
    await town.sees(lambda: town.reactions(root) == {"memo", "wrench", "white_check_mark"})
    await town.types(town.tess, "/defect reopen DEF-1 it is back")
    await town.sees(lambda: town.reactions(root) == {"memo"})
    await town.quiet()
    assert len(town.calls("reactions.add")) == 3


async def test_a_card_that_somebody_deleted_is_put_up_again_where_its_thread_is(town: Town) -> None:
    town.refusals |= {("chat.update", "message_not_found")}
    root = await _a_thread(town)
    card = await town.card("DEF-1")
    town.space.state.messages[town.id_of(HOME)].pop(card["ts"])
    await town.types(town.devon, "/defect claim DEF-1")
    again = await town.card("DEF-1", "new · Devon")
    assert again["thread_ts"] == root
    await town.quiet()
    assert len([m for m in town.replies(root) if m["ts"] == again["ts"]]) == 1


async def test_whoever_answers_a_card_before_its_posting_was_confirmed_is_heard(town: Town) -> None:
    town.space.faults.plan("chat.postMessage", FaultKind.RESET_AFTER)
    key = await town.files(town.tess, "Total is wrong")
    await town.space.feed.wait_until(lambda: bool(town.messages()), PATIENCE)
    (card,) = town.messages()
    town.says(town.devon, "claim", thread=card["ts"])
    await town.card(key, "new · Devon")
    await town.quiet()
    assert town.reactions(card["ts"]) == set()
    assert await town.history(key) == ["defect_filed", "defect_assigned"]
