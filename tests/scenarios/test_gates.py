"""The gates of a release in Slack: which hold, and why one of them does not pass."""

from tests.scenarios.reading import words
from tests.scenarios.town import Town


async def test_a_gate_is_explained_by_command_and_from_the_list(town: Town) -> None:
    await town.types(town.rana, "/release new 2.4 ships:2026-12-18")
    await town.types(town.rana, "/release build 2.4 2.4.0-rc1")
    key = await town.files(town.tess, "Card declined twice sev:S1 rel:2.4")
    told = words(await town.types(town.rana, "/release explain 2.4 open"))
    assert "FAIL: no open S1 or S2" in told
    assert key in told
    assert "anybody triages" in told
    listed = await town.types(town.rana, "/release gates 2.4")
    assert "The gates that hold where nobody wrote others" in words(listed)
    await town.presses(town.rana, await town.hears(town.rana, "no open S1 or S2"), "every fix verified")
    await town.hears(town.rana, "pass: every fix verified")
    assert "Did you mean `triaged`" in words(await town.types(town.rana, "/release explain 2.4 triagde"))


async def test_a_gate_is_found_by_any_of_its_words_and_a_wrong_word_shows_the_names(town: Town) -> None:
    await town.types(town.rana, "/release new 2.4 ships:2026-12-18")
    assert "every fix verified" in words(await town.types(town.rana, "/release explain 2.4 verified"))
    names = "`speed` is none of the gates. There are `open_s1_s2`, `fixes_verified`, `triaged`."
    assert names in words(await town.types(town.rana, "/release explain 2.4 speed"))
    assert names in words(await town.types(town.rana, "/release waive 2.4 speed until:2026-12-20 no machine"))


async def test_a_build_that_comes_after_the_release_shipped_is_not_its_candidate(town: Town) -> None:
    await town.types(town.rana, "/release new 2.4")
    await town.types(town.rana, "/release build 2.4 2.4.0-rc1")
    await town.types(town.rana, "/release ship 2.4")
    await town.passes(hours=1)
    late = words(await town.types(town.rana, "/release build 2.4 2.4.0-rc2"))
    assert late.startswith("2.4.0-rc2 is registered in 2.4, which shipped ")
    assert late.endswith(" without it.")
    for shows in ("/release status 2.4", "/release gates 2.4", "/release explain 2.4 triaged"):
        told = words(await town.types(town.rana, shows))
        assert ("candidate 2.4.0-rc1" in told, "2.4.0-rc2" in told) == (True, False), shows
    await town.types(town.rana, "/release unship 2.4 a hot fix goes in")
    assert "candidate 2.4.0-rc2" in words(await town.types(town.rana, "/release status 2.4"))
