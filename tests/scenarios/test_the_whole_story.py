"""A defect from the message where somebody complains to the hour its release ships, as three people live it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.types import Json
from tests.scenarios.conftest import founded
from tests.scenarios.reading import buttons, fields, menu, words
from tests.scenarios.town import Town

COMPLAINT = "Card declined twice on retry, and the second decline still charges"

STORES = {"": "sqlite_url", "PostgreSQL": "postgres_url", "PgBouncer": "pooled_url", "partitions": "partitioned_url"}


@pytest.fixture(params=["http", "socket", "http on PostgreSQL", "http on PgBouncer", "http on partitions"])
async def town(request: pytest.FixtureRequest, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Town]:
    transport, _, store = request.param.partition(" on ")
    url = request.getfixturevalue(STORES[store])
    async with founded(transport, url, tmp_path, caplog) as made:
        yield made


async def test_from_a_complaint_to_the_hour_the_release_ships(town: Town) -> None:
    complaint = await _a_release_and_a_complaint(town)
    await _filed_in_two_actions(town, complaint)
    await _triaged_and_claimed(town)
    await _fixed_by_a_phone(town, complaint)
    await _refused_on_the_wrong_build_and_to_the_fixer(town)
    await _failed_and_the_owner_hears(town, complaint)
    await _fixed_again_in_the_next_build(town, complaint)
    await _a_digest_that_is_not_green(town)
    await _passed_by_somebody_else(town, complaint)
    await _a_digest_that_is_green(town)
    await _shipped_with_one_line(town, complaint)


async def _a_release_and_a_complaint(town: Town) -> str:
    assert "Release 2.4 is planned, to ship 18 Dec" in words(
        await town.types(town.rana, "/release new 2.4 ships:2026-12-18")
    )
    for build in ("2.4.0-rc1", "2.4.0-rc2"):
        assert f"{build} is registered in 2.4" in words(await town.types(town.rana, f"/release build 2.4 {build}"))
    return town.says(town.omar, COMPLAINT)


async def _filed_in_two_actions(town: Town, complaint: str) -> None:
    form = await town.uses(town.tess, "file_defect", complaint)
    assert fields(form)["title"]["initial_value"] == COMPLAINT
    assert "Visible to everybody in <#" in words(form)
    await town.submits(town.tess)
    filed = await town.hears(town.tess, "Filed as DEF-1, in this thread.")
    assert buttons(filed) == ["Undo"]
    card = await town.card("DEF-1", f"DEF-1  {COMPLAINT}")
    assert card["thread_ts"] == complaint
    assert "S3 · new · no owner · release 2.4 (ships 18 Dec)" in words(card)
    assert "filed by Tess from" in words(card)
    assert buttons(card) == ["Claim", "Triage…"]
    await town.sees(lambda: town.reactions(complaint) == {"memo"})


async def _triaged_and_claimed(town: Town) -> None:
    await town.presses(town.rana, await town.card("DEF-1"), "Triage…")
    await town.form(town.rana, "Triage")
    await town.submits(town.rana, severity="S1", priority="P1")
    await town.hears(town.rana, "DEF-1 is triaged.")
    card = await town.card("DEF-1", "S1 P1 · triaged · no owner")
    assert buttons(card) == ["Claim", "Start"]
    await town.presses(town.devon, card, "Claim")
    await town.hears(town.devon, "DEF-1 is yours now.")
    await town.card("DEF-1", "Waits for Devon to start.")


async def _fixed_by_a_phone(town: Town, complaint: str) -> None:
    """Curly quotes, a soft dash and a final stop; the build does not exist yet, and is never made silently."""
    await town.presses(town.devon, await town.card("DEF-1", "Waits for Devon"), "Start")
    await town.hears(town.devon, "DEF-1 is in progress, yours.")
    town.says(town.devon, "Fixed in rc3.", thread=complaint)
    unknown = await town.hears(town.devon, "`rc3` is not known")
    assert buttons(unknown) == ["Register it in 2.4"] or "Use 2.4.0-rc" in buttons(unknown)[0]
    await town.types(town.rana, "/release build 2.4 2.4.0-rc3")
    typed = town.says(town.devon, "Fixed in “rc3”.", thread=complaint)
    await town.card("DEF-1", "fixed by Devon in 2.4.0-rc3")
    await town.sees(lambda: town.reactions(typed) == {"ballot_box_with_check"})
    receipt = await town.hears(town.devon, "Fixed, in 2.4.0-rc3. Somebody else verifies DEF-1.")
    assert buttons(receipt) == ["Undo"]
    line = await town.line(complaint, "does it hold on that build?")
    assert f"<@{town.tess}>" in line["text"]
    assert "Devon fixed this in 2.4.0-rc3." in line["text"]
    await town.sees(lambda: town.reactions(complaint) == {"memo", "wrench"})


async def _refused_on_the_wrong_build_and_to_the_fixer(town: Town) -> None:
    refused = words(await town.types(town.tess, "/verify DEF-1 pass on 2.4.0-rc2"))
    assert "2.4.0-rc2 does not hold the fix of DEF-1; 2.4.0-rc3 is the first that does" in refused
    await town.presses(town.devon, await town.card("DEF-1", "Anybody but Devon can verify"), "Passes")
    assert "so somebody else verifies it" in words(await town.hears(town.devon, "DEF-1"))
    assert "waits for verification" in words(await town.card("DEF-1"))


async def _failed_and_the_owner_hears(town: Town, complaint: str) -> None:
    await town.presses(town.tess, await town.card("DEF-1"), "Fails…")
    await town.form(town.tess, "Verify")
    assert await town.is_refused(town.tess) == {"note": "Needed: what happened."}
    await town.submits(town.tess, note="second decline still charges")
    await town.hears(town.tess, "DEF-1 is back with")
    line = await town.line(complaint, "it fails on 2.4.0-rc3 — second decline still charges.")
    assert f"<@{town.devon}>, it is yours again (bounce 1)." in line["text"]
    await town.card("DEF-1", "in progress · Devon · release 2.4 (ships 18 Dec) · 1 bounce")
    await town.sees(lambda: town.reactions(complaint) == {"memo"})


async def _fixed_again_in_the_next_build(town: Town, complaint: str) -> None:
    town.says(town.devon, f"<@{town.space.bot_user_id}> fixed", thread=complaint)
    receipt = await town.hears(town.devon, "Fixed, in the next build of 2.4.")
    assert buttons(receipt) == ["Undo", "Name the build…"]
    await town.card("DEF-1", "waits for the next build")
    told = words(await town.types(town.rana, "/release build 2.4 2.4.0-rc4"))
    assert "2.4.0-rc4 is registered in 2.4. It holds the fix of DEF-1." in told
    bound = await town.line(complaint, "2.4.0-rc4 arrived and holds Devon's fix. It can be verified now.")
    assert buttons(bound) == ["Passes", "Fails…"]
    await town.card("DEF-1", "fixed by Devon in 2.4.0-rc4")


async def _a_digest_that_is_not_green(town: Town) -> None:
    planned = words(await town.types(town.rana, "/release digest 2.4 at 09:00 Europe/Berlin weekdays"))
    assert "at 09:00 (Europe/Berlin)" in planned
    await town.passes(minutes=31)
    digest = await _digest(town, 1)
    assert "Release 2.4: AT RISK" in words(digest)
    assert "DEF-1" in words(digest)


async def _passed_by_somebody_else(town: Town, complaint: str) -> None:
    queue = await town.types(town.tess, "/verify")
    assert "*You can verify (1)*" in words(queue)
    assert buttons(queue) == ["Passes", "Fails…", "Show"]
    await town.presses(town.tess, queue, "Passes")
    await town.hears(town.tess, "DEF-1 is verified on 2.4.0-rc4.")
    card = await town.card("DEF-1", "verified by Tess on 2.4.0-rc4")
    assert "Closes when 2.4 ships." in words(card)
    passed = await town.line(complaint, "Tess: it holds on 2.4.0-rc4.")
    assert "<@" not in passed["text"]
    await town.sees(lambda: town.reactions(complaint) == {"memo", "wrench", "white_check_mark"})


async def _a_digest_that_is_green(town: Town) -> None:
    await town.passes(days=1)
    digest = await _digest(town, 2)
    assert "*Release 2.4: READY* (was AT RISK)" in words(digest)
    assert "every fix verified* went green when Tess verified DEF-1" in words(digest)


async def _digest(town: Town, number: int) -> Json:
    found = await town.sees(lambda: digests if len(digests := _digests(town)) >= number else None)
    assert len(found) == number
    last: Json = found[-1]
    assert len(last["blocks"]) <= 50
    return last


def _digests(town: Town) -> list[Json]:
    return [message for message in town.messages() if "Release 2.4: " in words(message)]


async def _shipped_with_one_line(town: Town, complaint: str) -> None:
    await town.quiet()
    before = len(town.replies(complaint)), len(town.messages())
    told = words(await town.types(town.rana, "/release ship 2.4"))
    assert "2.4 shipped. 1 defect closed." in told
    said = await town.sees(lambda: [m for m in town.messages() if "shipped release 2.4" in words(m)])
    (line,) = (words(m).splitlines()[0] for m in said)
    assert line.startswith("Rana shipped release 2.4: 1 defect closed, none left open. Decision 1:")
    card = await town.card("DEF-1", "closed · verified by Tess on 2.4.0-rc4")
    await town.quiet()
    assert (len(town.replies(complaint)), len(town.messages())) == (before[0], before[1] + 1)
    assert (buttons(card), menu(card)) == (["Reopen…", "History"], ["Link…", "Comment…"])
    await town.passes(days=1)
    await town.quiet()
    assert len(_digests(town)) == 2
