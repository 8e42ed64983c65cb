"""Test cases run by hand: one by command, a plan one after the other, several people beside each other."""

from tests.scenarios.catalogue import imported, released
from tests.scenarios.reading import fields, words
from tests.scenarios.test_possible_duplicates import presses_in_form
from tests.scenarios.town import Town


async def test_a_case_s_result_is_said_by_command_or_in_its_form(town: Town) -> None:
    await imported(town)
    await released(town, "2.4.0-rc1", "2.4.0-rc2")
    said = await town.types(town.tess, "/verify TC-3 pass on rc1")
    assert "TC-3 passes on 2.4.0-rc1: Decline a card" in words(said)
    said = await town.types(town.omar, "/verify fail TC-3 the second card is charged")
    assert "TC-3 fails on 2.4.0-rc2: Decline a card" in words(said)
    await town.types(town.tess, "/verify TC-4")
    form = await town.form(town.tess, "TC-4")
    assert {"outcome", "note", "build"} <= set(fields(form))
    assert (await town.is_refused(town.tess, outcome="blocked")) == {"note": "Needed: what happened."}
    await town.submits(town.tess, outcome="blocked", note="no card at hand")
    await town.hears(town.tess, "TC-4 blocked on 2.4.0-rc2: Decline it again")
    traced = words(await town.types(town.rana, "/trace TC-3"))
    assert "fails on 2.4.0-rc2, says" in traced
    assert "the second card is charged" in traced
    assert "passes on 2.4.0-rc1, says" in traced


async def test_what_cannot_be_recorded_is_refused_in_words(town: Town) -> None:
    await imported(town)
    await released(town)
    assert "needs a build" in words(await town.types(town.tess, "/verify TC-3 pass"))
    await town.types(town.rana, "/release build 2.4 2.4.0-rc1")
    assert "There is no test case `TC-33` here. Did you mean `TC-3`?" in words(
        await town.types(town.tess, "/verify TC-33 pass")
    )
    assert "Build `rc9` is not known in 2.4" in words(await town.types(town.tess, "/verify TC-3 pass on rc9"))
    assert "There is no requirement `REQ-77` here" in words(await town.types(town.rana, "/trace plan 2.4 REQ-77"))
    assert "No test case is planned in 2.4." in words(await town.types(town.tess, "/verify run 2.4"))


async def test_two_people_run_a_plan_and_never_get_the_same_case(town: Town) -> None:
    await imported(town)
    await released(town, "2.4.0-rc1")
    said = words(await town.types(town.rana, "/trace plan 2.4 REQ-7 TC-5"))
    assert "TC-3, TC-4, TC-5 must run in 2.4; its plan holds 3 test cases now." in said
    await town.types(town.tess, "/verify run 2.4")
    first = words(await town.form(town.tess, "TC-3"))
    assert "3 of 3 left on 2.4.0-rc1 of 2.4" in first
    assert "Pay twice." in first
    assert "*Expected*  One charge." in first
    await town.types(town.omar, "/verify run")
    await town.form(town.omar, "TC-4")
    assert (await town.is_refused(town.tess, outcome="fail")) == {"note": "Needed: what happened."}
    await town.submits(town.tess, outcome="fail", note="charged twice")
    step = await town.form(town.tess, "TC-5")
    assert "2 of 3 left on 2.4.0-rc1 of 2.4 · TC-3 is recorded" in words(step)
    kept = [answer for block in step["state"]["values"].values() for answer in block.values()]
    assert all(not answer.get("value") and not answer.get("selected_option") for answer in kept)
    await town.submits(town.tess, outcome="pass")
    await town.form(town.tess, "TC-5 is recorded. 1 test case of 2.4 is left on 2.4.0-rc1, and others have it in hand.")
    await town.submits(town.omar, outcome="pass")
    await town.form(town.omar, "TC-4 is recorded. All 3 planned test cases of 2.4 have a result on 2.4.0-rc1.")
    done = words(await town.types(town.tess, "/verify run 2.4"))
    assert "All 3 planned test cases of 2.4 have a result on 2.4.0-rc1." in done
    out = words(await town.types(town.rana, "/trace unplan 2.4 TC-5"))
    assert "TC-5 left the plan of 2.4, which holds 2 test cases now." in out


async def test_not_now_hands_out_another_case_and_this_one_comes_back(town: Town) -> None:
    await imported(town)
    await released(town, "2.4.0-rc1")
    await town.types(town.rana, "/trace plan 2.4 TC-3 TC-4 TC-5")
    await town.types(town.tess, "/verify run 2.4")
    await town.form(town.tess, "TC-3")
    await presses_in_form(town, town.tess, "Not now", "not_now")
    assert "3 of 3 left" in words(await town.form(town.tess, "TC-4"))
    await town.types(town.omar, "/verify run 2.4")  # what was put off is for whoever has time
    await town.form(town.omar, "TC-3")
    await town.submits(town.tess, outcome="pass")
    await town.form(town.tess, "TC-5")
    await presses_in_form(town, town.tess, "Not now", "not_now")
    await town.form(town.tess, "TC-5 is the only one that nobody has in hand")
    await presses_in_form(town, town.omar, "Not now", "not_now")
    await town.form(town.omar, "TC-3 is the only one")
    await presses_in_form(town, town.tess, "Not now", "not_now")
    await town.form(town.tess, "TC-5 is the only one")
    await town.submits(town.omar, outcome="pass")
    await town.submits(town.tess, outcome="pass")
    await town.form(town.tess, "All 3 planned test cases of 2.4 have a result on 2.4.0-rc1.")


async def test_a_case_that_was_left_in_hand_is_handed_out_again_later(town: Town) -> None:
    await imported(town)
    await released(town, "2.4.0-rc1")
    await town.types(town.rana, "/trace plan 2.4 TC-3")
    await town.types(town.tess, "/verify run 2.4")
    await town.form(town.tess, "TC-3")
    assert "others have it in hand" in words(await town.types(town.omar, "/verify run 2.4"))
    await town.passes(minutes=31)
    await town.types(town.omar, "/verify run 2.4")
    await town.form(town.omar, "TC-3")
