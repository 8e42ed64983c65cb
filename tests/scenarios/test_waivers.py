"""A waiver in Slack: asked for in a command, approved by somebody else at the press of a button, gone by itself."""

from tests.scenarios.reading import words
from tests.scenarios.town import Town, key_in


async def with_an_s1(town: Town) -> str:
    await town.types(town.rana, "/release new 2.4 ships:2026-12-18")
    await town.types(town.rana, "/release build 2.4 2.4.0-rc1")
    return await town.files(town.tess, "Card declined twice sev:S1 rel:2.4")


async def test_a_waiver_is_asked_for_approved_by_another_and_ends_with_the_next_build(town: Town) -> None:
    key = await with_an_s1(town)
    told = words(await town.types(town.rana, f"/release waive 2.4 {key} until:next the provider fixes it"))
    assert "Anybody but you can approve it" in told
    (asked,) = await town.sees(lambda: [m for m in town.messages() if "asks to waive" in words(m)])
    assert "the provider fixes it" in words(asked)
    await town.presses(town.rana, asked, "Approve")
    await town.hears(town.rana, f"You asked for the waiver of {key}, so somebody else approves it.")
    await town.presses(town.omar, asked, "Approve")
    await town.hears(town.omar, f"Approved: {key} of 2.4 is waived until the next build.")
    gates = words(await town.types(town.devon, "/release gates 2.4"))
    assert "AT RISK" in gates
    assert "≈ no open S1 or S2 — waived (#1 until the next build)" in gates
    await town.presses(town.tess, asked, "Approve")
    await town.hears(town.tess, f"The waiver of {key} is approved by")
    await town.types(town.rana, "/release build 2.4 2.4.0-rc2")
    assert "NOT READY" in words(await town.types(town.devon, "/release gates 2.4"))


async def test_what_a_waiver_needs_is_asked_for_and_a_mistake_stays_at_its_field(town: Town) -> None:
    key = await with_an_s1(town)
    await town.types(town.tess, f"/release waive 2.4 {key}")
    await town.form(town.tess, "Ask for a waiver")
    errors = await town.is_refused(town.tess, until="2020-01-01", reason="it is small")
    assert "that day is over" in errors["until"]
    await town.submits(town.tess, until="next", reason="it is small")
    await town.hears(town.tess, f"Asked: waive {key} until the next build.")
    listed = await town.types(town.omar, "/release gates 2.4")
    await town.presses(town.omar, await town.hears(town.omar, "asks to waive it until the next build"), "Refuse")
    await town.hears(town.omar, f"Refused: {key} of 2.4 is not waived.")
    assert key_in(words(listed)) == key


async def test_a_digest_names_a_waiver_in_its_last_days(town: Town) -> None:
    key = await with_an_s1(town)
    await town.types(town.rana, f"/release waive 2.4 {key} until:2026-11-26 the provider fixes it")
    await town.types(town.omar, "/release approve 2.4 1")
    await town.types(town.rana, "/release digest 2.4 now")
    early = await town.sees(lambda: [m for m in town.messages() if "candidate 2.4.0-rc1" in words(m)])
    assert "Expiring waivers" not in words(early[0])
    await town.quiet()
    await town.passes(days=1)
    await town.types(town.rana, "/release digest 2.4 now")
    (late,) = await town.sees(lambda: [m for m in town.messages() if "Expiring waivers" in words(m)])
    assert f"{key} — until 26 Nov, asked by Rana" in words(late)


async def test_a_waiver_is_spoken_of_in_the_words_of_the_gates(town: Town) -> None:
    await with_an_s1(town)
    said = words(await town.types(town.rana, "/release waive 2.4 fixes_verified until:2026-12-20 the lab is closed"))
    assert "Asked: waive every fix verified until 20 Dec." in said
    (asked,) = await town.sees(lambda: [m for m in town.messages() if "asks to waive" in words(m)])
    assert "asks to waive *every fix verified* of 2.4 until 20 Dec:" in words(asked)
    listed = words(await town.types(town.omar, "/release gates 2.4"))
    assert f"#1 every fix verified* — <@{town.rana}> asks to waive it until 20 Dec: the lab is closed" in listed
    await town.presses(town.omar, asked, "Approve")
    await town.hears(town.omar, "Approved: every fix verified of 2.4 is waived until 20 Dec.")
