"""What escaped a release, from the status to its lists, and in the digest of the next one; both transports."""

from tests.scenarios.catalogue import imported
from tests.scenarios.reading import buttons, menu, words
from tests.scenarios.test_digest_of_tests import digest
from tests.scenarios.town import Town


async def shipped(town: Town) -> None:
    """2.3 with two defects, one of them fixed and verified, and REQ-7 not tested."""
    await imported(town)
    await town.types(town.rana, "/release new 2.3")
    await town.types(town.rana, "/release build 2.3 2.3.0-rc1")
    await town.types(town.tess, "/defect new Total is wrong rel:2.3 comp:cart sev:S3")
    await town.types(town.tess, "/defect new Colour is odd rel:2.3 comp:page sev:S4")
    await town.types(town.devon, "/defect fixed DEF-1 in 2.3.0-rc1")
    await town.types(town.tess, "/verify DEF-1 pass on 2.3.0-rc1")
    await town.types(town.rana, "/defect triage DEF-2 sev:S4 prio:P4 rel:2.3")
    await town.passes(hours=1)
    await town.types(town.rana, "/release ship 2.3 anyway: the date")
    await town.passes(hours=1)


async def escaped(town: Town) -> None:
    await town.types(town.rana, "/release new 2.4")
    await town.types(town.tess, "/defect new Card is charged twice build:2.3.0-rc1 rel:2.4 comp:cart sev:S1 req:REQ-7")
    await town.types(town.tess, "/defect new It is slow build:2.3.0-rc1 rel:2.4 comp:page sev:S3")


async def test_a_release_manager_asks_what_escaped_and_why_no_gate_spoke(town: Town) -> None:
    await shipped(town)
    before = town.clock.now()
    await town.passes(hours=2)
    await escaped(town)
    status = await town.types(town.rana, "/release status 2.3")
    assert "2 of 4 defects escaped: leakage 50 % · removed before it shipped 1: 25 %" in words(status)
    await town.presses(town.rana, status, "Quality")
    told = await town.hears(town.rana, "*Quality of 2.3*")
    said = words(told)
    assert "*Escaped by severity*  S1 1 of 1 (100 %) · S3 1 of 2 (50 %) · S4 0 of 1 (0 %)" in said
    assert "*By component*  cart 1 of 2 (50 %) · page 1 of 2 (50 %)" in said
    assert "🔴 DEF-3 Card is charged twice — *no open S1 or S2* passed, as nobody had filed it\n" in said
    assert "🟡 DEF-4 It is slow — no gate reads anything of it\n" in said
    assert "*Would have spoken* of DEF-3:\n```\ngates:\n  requirements_covered:\n    rate: 100\n```" in said
    assert "*Would have spoken* of DEF-4:\n```\ngates:\n  page_open:\n" in said
    assert buttons(told) == ["2 escaped", "2 found before it shipped", "1 removed"]
    assert menu(told) == ["1 of S1", "1 of S3", "1 of cart", "1 of page"]
    await town.presses(town.rana, told, "2 escaped")
    assert "DEF-3" in words(await town.hears(town.rana, "*2 defects* `is:escaped found:DEF/2.3"))
    await town.presses(town.rana, told, "1 of cart")
    assert "DEF-3" in words(await town.hears(town.rana, "*1 defect* `is:escaped found:DEF/2.3 comp:cart"))
    await town.presses(town.rana, told, "1 removed")
    assert "DEF-1" in words(await town.hears(town.rana, "*1 defect* `-is:escaped status:settled resolution:fixed"))
    then = f'as-of:"{before:%Y-%m-%d %H:%M}"'
    assert "0 of 2 defects escaped: leakage 0 %" in words(await town.types(town.rana, f"/release quality 2.3 {then}"))
    assert "2 of 4 defects escaped" in words(await town.types(town.rana, "/release quality"))
    assert "So far 0 found" in words(await town.types(town.rana, "/release quality 2.4"))


async def test_a_card_names_the_release_that_its_defect_escaped(town: Town) -> None:
    await shipped(town)
    await escaped(town)
    facts = "🔴 S1 · new · no owner · release 2.4 · escaped 2.3"
    shown = await town.types(town.tess, "/defect show DEF-3")
    assert facts in words(shown)
    assert facts in shown["text"]
    assert facts in words(await town.card("DEF-3"))
    assert "escaped" not in words(await town.types(town.tess, "/defect show DEF-2"))
    await town.types(town.tess, "/defect resolve DEF-3 not_a_defect test data")
    assert "escaped" not in words(await town.types(town.tess, "/defect show DEF-3"))


async def test_the_digest_shows_the_trend_beside_the_release_s_own_figures(town: Town) -> None:
    await shipped(town)
    await escaped(town)
    await town.types(town.tess, "/defect new Total is wrong again rel:2.4")
    told = await digest(town)
    assert "*Quality*  leaked 50 % · removed 25 % (2.3) · 2.4 so far 0 of 1 removed, 0 %" in words(told)
    await town.passes(hours=1)
    await town.types(town.tess, "/defect new It is dear build:2.3.0-rc1")
    await town.presses(town.rana, told, "Quality")
    assert "2 of 4 defects escaped" in words(await town.hears(town.rana, "*Quality of 2.3*"))
