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
