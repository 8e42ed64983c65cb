"""A test run's failures meet defects: one thread for each import, known ones noted, fixed ones reopened, the rest filed
at the press of a button."""

from typing import Any

import httpx

from bot.ingest.secrets import Source
from tests.ingest.conftest import Ci
from tests.ingest.test_junit import RUNNERS, SAMPLES, suite
from tests.scenarios.catalogue import imported
from tests.scenarios.conftest import INGEST_TOKEN
from tests.scenarios.reading import buttons, fields, menu, words
from tests.scenarios.test_possible_duplicates import presses_in_form
from tests.scenarios.town import HOME, Town, key_in

DECLINED = "Card {} declined twice"
Answer = dict[str, Any]


def bad(name: str, error: str) -> str:
    return f'<testcase classname="shop" name="{name}"><failure message="{error}"/></testcase>'


def good(*names: str) -> str:
    return "".join(f'<testcase classname="shop" name="{name}"/>' for name in names)


def declined(*names: str) -> list[str]:
    return [bad(name, DECLINED.format(number)) for number, name in enumerate(names, 100)]


async def sends(
    town: Town, *cases: str, build: str = "rc1", run: str = "nightly", report: bytes = b"", release: str = "2.4"
) -> Answer:
    """What CI is answered."""
    async with httpx.AsyncClient(base_url=town.bot.http.address, timeout=30) as http:
        query = f"&release={release}&build={build}&name={run}"
        answer = await Ci(http, town.space.team_id, INGEST_TOKEN).posts(
            Source.CI, report or suite(*cases), path="junit", query=query
        )
    assert answer.status_code == 200, answer.text
    await town.quiet()
    told: Answer = answer.json()
    return told


async def planned(town: Town, *builds: str) -> None:
    await town.types(town.rana, "/defect setup")
    await town.form(town.rana)
    await town.submits(town.rana, prefix="DEF", home_channel=town.id_of(HOME))
    await town.types(town.rana, "/release new 2.4")
    for build in builds or ("2.4.0-rc1",):
        await town.types(town.rana, f"/release build 2.4 {build}")


def threads(town: Town) -> list[Answer]:
    """The messages of test runs in the channel."""
    return told_on(town, "2.4.0-rc")


def told_on(town: Town, build: str) -> list[Answer]:
    return [message for message in town.messages() if f" on {build}" in words(message) and "passed" in words(message)]


def parts(town: Town, root: Answer) -> list[Answer]:
    return [message for message in town.replies(root["ts"]) if message["ts"] != root["ts"]]


async def files(town: Town, person: str, part: Answer, **filled: str) -> str:
    await town.presses(person, part, "File as one defect…")
    await town.form(person, "File a defect")
    await town.submits(person, **filled)
    return key_in(words(await town.hears(person, "Filed as ")))


async def test_a_hundred_failures_of_two_kinds_are_one_message_and_two_candidates(town: Town) -> None:
    await planned(town)
    names = [f"case {number}" for number in range(90)]
    told = await sends(town, *declined(*names), *(bad(f"other {n}", f"Coupon {n} is unknown here") for n in range(10)))
    assert (told["failed"], told["candidates"], told["known_defects"], told["reopened"]) == (100, 2, [], [])
    (root,) = threads(town)
    assert "100 test cases fail on 2.4.0-rc1" in words(root)
    assert "2 kinds of failure without a defect in this thread." in words(root)
    (part,) = parts(town, root)
    assert buttons(part) == ["File as one defect…"] * 2
    first = words(part).index("Card … declined twice")
    assert first < words(part).index("Coupon … is unknown here")
    assert "TC-1 shop::case 0, TC-2 shop::case 1, TC-3 shop::case 2 and 87 more" in words(part)


async def test_a_candidate_is_filed_once_with_its_cases_its_build_and_its_error(town: Town) -> None:
    await planned(town)
    await sends(town, *declined("pay", "retry"), good("cart"))
    (part,) = parts(town, threads(town)[0])
    await town.presses(town.tess, part, "File as one defect…")
    form = await town.form(town.tess, "File a defect")
    assert fields(form)["title"]["initial_value"] == "Card … declined twice"
    assert "Fails in 2 test cases on 2.4.0-rc1 (nightly): TC-1 shop::pay, TC-2 shop::retry." in words(form)
    await town.presses(town.omar, part, "File as one defect…")
    await town.form(town.omar, "File a defect")
    await town.submits(town.tess, title="A declined card is charged")
    key = key_in(words(await town.hears(town.tess, "Filed as ")))
    errors = await town.is_refused(town.omar)
    assert errors["title"].startswith(f"These failures belong to {key} already, so nothing was filed.")
    card = words(await town.card(key, "A declined card is charged"))
    for said in ("TC-1", "TC-2", "release 2.4", "2.4.0-rc1"):
        assert said in card
    await town.quiet()
    (part,) = parts(town, threads(town)[0])
    assert f"Filed as {key}: A declined card is charged" in words(part)
    assert buttons(part) == ["Show"]
    assert "*1 defect*" in words(await town.types(town.devon, "/defect list"))


async def test_the_next_run_notes_a_known_defect_once_and_offers_nothing(town: Town) -> None:
    await planned(town)
    await sends(town, *declined("pay"))
    (part,) = parts(town, threads(town)[0])
    key = await files(town, town.tess, part)
    report = declined("pay", "later")
    told = await sends(town, *report, run="morning")
    assert (told["candidates"], told["known_defects"]) == (0, [key])
    assert (await sends(town, *report, run="morning"))["known"] is True
    root = threads(town)[-1]
    assert len(threads(town)) == 2
    assert f"Known, and noted there: {key}." in words(root)
    assert menu(parts(town, root)[0]) == ["Show", "Not this defect"]
    assert (await town.history(key)).count("failure_seen") == 1
    assert "saw it fail again on 2.4.0-rc1" in words(await town.types(town.devon, f"/defect history {key}"))
    await town.card(key, "TC-2")


async def test_a_button_that_is_out_of_date_says_where_the_failures_are(town: Town) -> None:
    await planned(town)
    await sends(town, *declined("pay"))
    (part,) = parts(town, threads(town)[0])
    key = await files(town, town.tess, part)
    await town.presses(town.omar, part, "File as one defect…")
    await town.hears(town.omar, f"These failures belong to {key} already, so nothing was filed.")


async def test_what_the_form_finds_on_record_takes_the_failures_and_their_cases(town: Town) -> None:
    await planned(town)
    key = await town.files(town.tess, "Card declined twice on retry, money charged")
    await sends(town, *declined("pay", "retry"))
    (part,) = parts(town, threads(town)[0])
    await town.presses(town.tess, part, "File as one defect…")
    await town.form(town.tess, f"Same as {key}")
    await presses_in_form(town, town.tess, f"Same as {key}", f"alike_acts:{key}")
    await town.quiet()
    (part,) = parts(town, threads(town)[0])
    assert f"Filed as {key}: Card declined twice on retry" in words(part)
    await town.card(key, "TC-2")
    assert (await sends(town, *declined("pay"), run="morning"))["known_defects"] == [key]


async def test_a_linked_case_is_known_whatever_its_error_says(town: Town) -> None:
    await planned(town)
    key = await town.files(town.tess, "Total is wrong")
    await sends(town, good("total"))
    await town.types(town.tess, f"/defect link {key} TC-1")
    told = await sends(town, bad("total", "The total was 3 cents short"))
    assert (told["candidates"], told["known_defects"]) == (0, [key])


async def verified(town: Town) -> str:
    """Filed from a failure on rc1, fixed in rc2 and verified there."""
    await planned(town, "2.4.0-rc1", "2.4.0-rc2")
    await sends(town, *declined("pay"))
    key = await files(town, town.tess, parts(town, threads(town)[0])[0])
    await town.types(town.devon, f"/defect claim {key}")
    await town.types(town.devon, f"/defect fixed {key} in rc2")
    await town.types(town.tess, f"/verify {key} pass on rc2")
    return key


async def test_a_failing_case_reopens_a_verified_defect_where_the_build_holds_the_fix(town: Town) -> None:
    key = await verified(town)
    told = await sends(town, *declined("pay"), good("cart"), build="rc1")
    assert (told["known_defects"], told["reopened"]) == ([key], [])
    await town.card(key, "verified")
    report = [*declined("pay"), good("total")]
    told = await sends(town, *report, build="rc2", run="evening")
    assert (told["known_defects"], told["reopened"]) == ([], [key])
    assert (await sends(town, *report, build="rc2", run="evening"))["known"] is True
    assert (await town.history(key)).count("defect_reopened") == 1
    card = await town.card(key)
    line = words(await town.line(card["ts"], "reopened this"))
    assert "TC-1 on 2.4.0-rc2 (evening): Card … declined twice" in line
    assert f"<@{town.devon}>" in line
    assert f"Reopened: {key}." in words(threads(town)[-1])


async def test_where_nobody_knows_whether_the_build_holds_the_fix_nothing_is_reopened(town: Town) -> None:
    key = await verified(town)
    await town.types(town.rana, "/release new 2.5")
    await town.types(town.rana, "/release build 2.5 2.5.0-rc1")
    told = await sends(town, *declined("pay"), release="2.5", build="2.5.0-rc1")
    assert (told["candidates"], told["known_defects"], told["reopened"]) == (0, [key], [])
    assert f"Known, and noted there: {key}." in words((await town.sees(lambda: told_on(town, "2.5.0-rc1")))[0])
    await town.card(key, "verified")
    said = words(await town.types(town.omar, "/verify TC-1 fail on 2.5.0-rc1 charged twice"))
    assert f"Known, and noted there: {key}." in said
    assert (await town.history(key)).count("failure_seen") == 2
    assert "defect_reopened" not in await town.history(key)


async def test_what_was_closed_with_its_release_is_reopened_by_a_build_that_holds_the_fix(town: Town) -> None:
    key = await verified(town)
    await town.types(town.rana, "/release ship 2.4 anyway: the date")
    await town.card(key, "closed")
    told = await sends(town, *declined("pay"), good("cart"), build="rc1", run="old")
    assert (told["known_defects"], told["reopened"]) == ([key], [])
    told = await sends(town, *declined("pay"), build="rc2", run="again")
    assert (told["known_defects"], told["reopened"]) == ([], [key])
    card = await town.card(key, "1 bounce")
    assert "triaged" in words(card)
    assert f"<@{town.devon}>" in words(await town.line(card["ts"], "reopened this"))


async def test_a_case_that_fails_by_hand_meets_its_defects_as_in_a_report(town: Town) -> None:
    key = await verified(town)
    said = words(await town.types(town.omar, "/verify TC-1 fail on rc1 charged 2 times"))
    assert f"TC-1 fails on 2.4.0-rc1: shop::pay. Known, and noted there: {key}." in said
    await town.card(key, "verified")
    assert "saw it fail again on 2.4.0-rc1" in words(await town.types(town.devon, f"/defect history {key}"))
    said = words(await town.types(town.omar, "/verify TC-1 fail on rc2 charged 3 times"))
    assert f"TC-1 fails on 2.4.0-rc2: shop::pay. Reopened: {key}." in said
    card = await town.card(key)
    line = words(await town.line(card["ts"], "reopened this"))
    assert "TC-1 on 2.4.0-rc2 (by hand): charged 3 times" in line
    assert f"<@{town.devon}>" in line
    said = words(await town.types(town.omar, "/verify TC-1 fail on rc2 charged again"))
    assert f"Known, and noted there: {key}." in said
    assert (await town.history(key)).count("defect_reopened") == 1


async def test_a_case_of_a_plan_that_fails_reopens_what_was_verified(town: Town) -> None:
    key = await verified(town)
    await town.types(town.rana, "/trace plan 2.4 TC-1")
    await town.types(town.omar, "/verify run 2.4")
    await town.form(town.omar, "TC-1")
    await town.submits(town.omar, outcome="fail", note="charged twice")
    await town.form(town.omar, f"TC-1 is recorded; it reopened {key}. All 1 planned")
    assert (await town.history(key)).count("defect_reopened") == 1


async def test_what_failed_and_then_passed_on_that_build_reopens_nothing(town: Town) -> None:
    key = await verified(town)
    await sends(town, bad("flaky", "The page took a while"), good("pay"), build="rc2", run="first")
    await sends(town, good("flaky"), build="rc2", run="second")
    await town.types(town.tess, f"/defect link {key} TC-2")
    told = await sends(town, bad("flaky", "The page took a while again"), build="rc2", run="third")
    assert (told["known_defects"], told["reopened"]) == ([key], [])
    await town.card(key, "verified")


async def test_the_same_error_elsewhere_after_the_fix_is_a_candidate_of_its_own(town: Town) -> None:
    key = await verified(town)
    told = await sends(town, *declined("refund"), good("pay"), build="rc2")
    assert (told["candidates"], told["known_defects"], told["reopened"]) == (1, [], [])
    other = await files(town, town.tess, parts(town, threads(town)[-1])[0])
    assert other != key


async def test_a_clean_run_says_nothing_and_real_reports_are_told_of_once(town: Town) -> None:
    town.language = False  # what test runners say
    await planned(town)
    await sends(town, good("pay", "cart"))
    assert threads(town) == []
    for number, name in enumerate(RUNNERS, 1):
        told = await sends(town, report=(SAMPLES / f"{name}.xml").read_bytes(), run=name)
        assert told["candidates"] > 0
        assert len(threads(town)) == number
    assert all(buttons(part) for root in threads(town) for part in parts(town, root))


async def test_more_kinds_than_a_thread_can_show_are_counted(town: Town) -> None:
    await planned(town)
    letters = "abcdefghijklmnopqrstuvwxyz"
    told = await sends(town, *(bad(f"{a}{b}", f"word{a}{b} broke {a * 9}{b}") for a in letters for b in letters[:2]))
    assert told["candidates"] == 52
    (root,) = threads(town)
    assert "52 kinds of failure without a defect, the 30 largest in this thread." in words(root)
    assert [len(buttons(part)) for part in parts(town, root)] == [10, 10, 10]


async def test_a_case_that_has_no_name_but_its_key_is_named_once(town: Town) -> None:
    await planned(town)
    await imported(town)
    await sends(town, bad("TC-3", "It was declined"), bad("TC-4", "It was declined"))
    (root,) = threads(town)
    (part,) = parts(town, root)
    assert "\nTC-3, TC-4\n" in words(part) + "\n"
