"""`/trace`: what one key touches, the matrix and the gaps of a release, now and at an instant."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.sandbox.faults import FaultKind
from bot.sandbox.types import Json
from bot.services import requests as ask
from tests.scenarios.catalogue import imported, released
from tests.scenarios.reading import buttons, words
from tests.scenarios.town import Town


def table(message: object) -> list[list[str]]:
    blocks = message["blocks"]  # type: ignore[index]
    found = next(block for block in blocks if block["type"] == "table")
    return [[cell["text"] for cell in row] for row in found["rows"]]


async def shown(town: Town, text: str) -> Json:
    """A table comes after the ack, which it might spoil."""
    assert not await town.types(town.rana, text)
    return await town.hears(town.rana, "*Release 2.4: ")


async def tested(town: Town) -> str:
    """Two builds, two cases run, one defect linked; answers its key."""
    await imported(town)
    await released(town, "2.4.0-rc1")
    await town.types(town.tess, "/verify TC-3 pass")
    key = await town.files(town.tess, "Card charged twice")
    await town.types(town.tess, f"/defect link {key} TC-4")
    return key


async def test_the_matrix_ties_requirements_to_cases_results_and_defects(town: Town) -> None:
    key = await tested(town)
    matrix = await shown(town, "/trace matrix 2.4")
    assert "*Release 2.4: 3 requirements* · candidate 2.4.0-rc1" in words(matrix)
    assert table(matrix) == [
        ["Requirement", "On 2.4.0-rc1", "Test cases", "Defects"],
        ["REQ-1 Checkout", "no test case", "–", "–"],
        ["REQ-7 A declined card is retried once", "in part", "not run: TC-4\npasses: TC-3", f"{key} S3 new"],
        ["REQ-8 Receipts <come> by mail & post", "no test case", "–", "–"],
    ]
    assert "countersign trace matrix DEF/2.4 --format html --out matrix.html" in words(matrix)
    await town.types(town.rana, "/release build 2.4 2.4.0-rc2")
    assert table(await shown(town, "/trace matrix"))[2][1] == "not tested"
    await town.presses(town.rana, await town.hears(town.rana, "candidate 2.4.0-rc2"), "Gaps")
    await town.hears(town.rana, "*Release 2.4: ")


async def test_the_gaps_name_what_is_untested_and_what_nothing_is_tied_to(town: Town) -> None:
    await tested(town)
    lone = await town.files(town.tess, "Total wraps on phones")
    await town.types(town.rana, "/trace plan 2.4 TC-4")
    listed = await shown(town, "/trace gaps 2.4")
    assert table(listed)[1:] == [
        ["no test case", "REQ-8", "Receipts <come> by mail & post"],
        ["planned, no result", "TC-4", "Decline it again"],
        ["no requirement", "TC-5", "Print a receipt"],
        ["neither requirement nor test case", lone, "Total wraps on phones"],
    ]
    assert "1 no test case · 1 planned, no result · 1 no requirement" in words(listed)


async def test_one_key_shows_what_it_touches_both_ways_and_where_the_fix_is(town: Town) -> None:
    key = await tested(town)
    traced = words(await town.types(town.tess, f"/trace {key}"))
    assert "No build holds a fix: it is new." in traced
    assert "*REQ-7* A declined card is retried once · in part on 2.4.0-rc1" in traced
    assert "*TC-4* Decline it again · not run on 2.4.0-rc1" in traced
    await town.types(town.devon, f"/defect fixed {key}")
    assert "✗ 2.4.0-rc1 does not hold it" in words(await town.types(town.tess, f"/trace {key}"))
    await town.types(town.rana, "/release build 2.4 2.4.0-rc2")
    traced = words(await town.types(town.tess, f"/trace {key}"))
    assert "✓ 2.4.0-rc2 holds it\n✗ 2.4.0-rc1 does not hold it" in traced
    needed = words(await town.types(town.tess, "/trace REQ-7"))
    assert "*REQ-7*  A declined card is retried once · cart · not tested on 2.4.0-rc2" in needed
    assert "Part of REQ-1 Checkout" in needed
    assert f"{key} Card charged twice · S3 · resolved" in needed
    assert "Its parts: REQ-7 A declined card is retried once" in words(await town.types(town.tess, "/trace req-1"))
    case = words(await town.types(town.tess, "/defect TC-4"))
    assert "Shows REQ-7 A declined card is retried once · in no test plan" in case
    assert "It was never run." in case
    assert f"{key} Card charged twice" in case
    assert "There is no requirement `REQ-77` here. Did you mean `REQ-7`?" in words(
        await town.types(town.tess, "/trace REQ-77")
    )


async def test_the_past_is_shown_as_it_was(town: Town) -> None:
    key = await tested(town)
    before = await shown(town, "/trace matrix 2.4")
    gaps = await shown(town, "/trace gaps 2.4")
    then = town.clock.now().astimezone(ZoneInfo("UTC"))
    await town.passes(hours=1)
    await town.types(town.tess, "/verify TC-4 fail it is charged twice")
    await imported(town, (), (ask.CaseLine(2, "TC-4", "Decline it thrice", requirements=("REQ-8",)),))
    await town.types(town.devon, f"/defect fixed {key}")
    await town.types(town.rana, "/release build 2.4 2.4.0-rc2")
    await town.types(town.rana, "/defect new A new one")
    moment = (then + timedelta(minutes=5)).strftime("%Y-%m-%d %H:%M")
    past = await shown(town, f'/trace matrix 2.4 as-of:"{moment}"')
    assert table(past) == table(before)
    assert table(await shown(town, f'/trace gaps 2.4 as-of:"{moment}"')) == table(gaps)
    assert table(await shown(town, "/trace matrix 2.4")) != table(before)
    traced = words(await town.types(town.rana, f'/trace {key} as-of:"{moment}"'))
    assert "No build holds a fix: it is new." in traced
    assert "*TC-4* Decline it again · not run on 2.4.0-rc1" in traced


async def test_a_long_matrix_turns_its_pages_in_place(town: Town) -> None:
    await imported(town, [ask.RequirementLine(n, f"REQ-{n}", f"Rule {n}") for n in range(1, 46)], ())
    await released(town)
    await shown(town, "/trace matrix 2.4")
    first = await town.hears(town.rana, "1–20 of 45")
    assert buttons(first) == ["Next", "Gaps"]
    await town.presses(town.rana, first, "Next")
    second = await town.hears(town.rana, "21–40 of 45")
    assert [row[0] for row in table(second)][1] == "REQ-21 Rule 21"
    await town.presses(town.rana, second, "Next")
    third = await town.hears(town.rana, "41–45 of 45")
    assert buttons(third) == ["Previous", "Gaps"]


async def test_a_table_that_slack_does_not_take_is_said_in_its_words(town: Town) -> None:
    await tested(town)
    town.space.faults.plan("response_url", FaultKind.ERROR, code="invalid_blocks")
    said = await shown(town, "/trace matrix 2.4")
    assert not said.get("blocks")
    assert "REQ-7 A declined card is retried once · in part · not run: TC-4, passes: TC-3" in said["text"]
    assert len(town.whispers(town.rana)) == 1
    assert table(await shown(town, "/trace matrix 2.4"))


async def test_a_query_finds_what_touches_a_requirement_through_its_test_cases(town: Town) -> None:
    key = await tested(town)
    assert key in words(await town.types(town.rana, "/defect list req:REQ-7"))
    assert key in words(await town.types(town.rana, "/defect list case:TC-4 -case:TC-3 -link:REQ-7"))
    missed = words(await town.types(town.rana, "/defect list req:REQ-77"))
    assert "REQ-7" in missed
    assert key not in missed
