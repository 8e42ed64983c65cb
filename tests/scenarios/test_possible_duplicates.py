"""Duplicates are seen before they are filed: in the form, while somebody types."""

from typing import Any

import pytest

from bot.sandbox.types import Json
from bot.sandbox.web_api.files import record
from bot.services.views import DefectView
from tests.scenarios.reading import buttons, fields, words
from tests.scenarios.town import HOME, Town, pick

KNOWN = "Coupon field accepts 300 %"
COMPLAINT = f"{KNOWN}\nSeen on staging with gift cards"


async def types_into(town: Town, person: str, field: str, text: str) -> None:
    """Letter by letter, as a client sends them."""
    for end in range(1, len(text) + 1):
        result = await town.people.clicks.in_view(person, field, text[:end], block_id=field)
        assert result.ok


async def presses_in_form(town: Town, person: str, label: str, block: str) -> Any:
    view = town.people.forms.shown(person) or {}
    press = pick({"blocks": [each for each in view["blocks"] if each["block_id"] == block]}, label)
    return await town.people.clicks.in_view(person, press.action_id, block_id=block)


async def view_of(town: Town, key: str) -> DefectView:
    return await town.bot.units.ask(town.space.team_id, lambda questions: questions.defect(key))


async def number_on_record(town: Town) -> int:
    page = await town.bot.units.ask(town.space.team_id, lambda questions: questions.filed_by(town.omar))
    return len(page)


@pytest.fixture
async def known(town: Town) -> str:
    """DEF-1, of Tess, with a card."""
    await town.types(town.rana, "/release new 2.4")
    key = await town.files(town.tess, KNOWN)
    await town.card(key)
    return key


async def test_what_the_message_says_is_looked_for_after_the_form_has_opened(town: Town, known: str) -> None:
    root = town.says(town.omar, COMPLAINT)
    opened = await town.uses(town.omar, "file_defect", root)
    form = await town.form(town.omar, "Possible duplicate")
    assert f"*{known}*  {KNOWN} (new in 2.4) — " in words(form)
    assert buttons(form)[:2] == [f"Same as {known}", "Open"]
    (at_first,) = town.calls("views.open")
    assert "Possible duplicate" not in at_first["view"]
    assert list(fields(form)) == list(fields(opened))


async def test_the_message_becomes_evidence_of_what_is_known_and_nothing_is_filed(town: Town, known: str) -> None:
    root = town.says(town.omar, COMPLAINT, files={"coupon.png": b"png"})
    await town.uses(town.omar, "file_defect", root)
    await town.form(town.omar, "Possible duplicate")
    first = await presses_in_form(town, town.omar, f"Same as {known}", f"alike_acts:{known}")
    said = await town.form(town.omar, "nothing was filed.")
    card = await town.card(known, "seen 2 times, by Tess and Omar")
    link = f"https://harbor-shop.slack.com/archives/{town.id_of(HOME)}/p{card['ts'].replace('.', '')}"
    assert f"Added to <{link}|{known}> {KNOWN}; nothing was filed." in words(said)
    assert f"It is new in 2.4, seen 2 times, by <@{town.tess}> and <@{town.omar}>." in words(said)
    assert "coupon.png" in words(await town.card(known, "coupon.png"))
    assert (await town.space.delivery.interaction(first.payload)).ok  # pressed twice
    await town.quiet()
    found = await view_of(town, known)
    assert [item.message_ts for item in found.evidence] == [root]
    assert (found.defect.occurrences, found.defect.reporters) == (2, (town.tess, town.omar))
    assert await number_on_record(town) == 0


async def test_it_can_be_taken_back_where_it_was_said(town: Town, known: str) -> None:
    root = town.says(town.omar, COMPLAINT)
    await town.uses(town.omar, "file_defect", root)
    await town.form(town.omar, "Possible duplicate")
    await presses_in_form(town, town.omar, f"Same as {known}", f"alike_acts:{known}")
    await town.form(town.omar, "nothing was filed.")
    await town.people.clicks.in_view(town.omar, "act")
    await town.form(town.omar, f"Taken back on {known}.")
    found = await view_of(town, known)
    assert (found.defect.occurrences, found.defect.reporters, found.evidence) == (1, (town.tess,), ())
    assert (await town.history(known))[-2:] == ["change_undone", "evidence_removed"]


async def test_what_was_fixed_and_is_met_again_is_offered_to_be_reopened(town: Town, known: str) -> None:
    await town.types(town.devon, f"/defect fixed {known}")
    root = town.says(town.omar, COMPLAINT)
    await town.uses(town.omar, "file_defect", root)
    await town.form(town.omar, "(resolved in 2.4)")
    await presses_in_form(town, town.omar, f"Same as {known}", f"alike_acts:{known}")
    said = await town.form(town.omar, "If you met it on a build that should hold the fix, reopen it.")
    assert buttons(said) == ["Undo", "Reopen…"]


async def test_what_is_typed_is_looked_for_and_nothing_of_it_is_lost(town: Town, known: str) -> None:
    await town.uses(town.omar, "new_defect")
    await types_into(town, town.omar, "title", KNOWN)
    form = await town.form(town.omar, f"Same as {known}")
    assert form["state"]["values"]["title"]["title"]["value"] == KNOWN
    await types_into(town, town.omar, "title", f"{KNOWN} at night")
    await town.submits(town.omar, severity="S2")
    await town.form(town.omar, "Filed as DEF-2")
    assert (await view_of(town, "DEF-2")).defect.title == f"{KNOWN} at night"


async def test_what_was_typed_and_handed_over_is_the_evidence_where_there_is_no_message(town: Town, known: str) -> None:
    await town.uses(town.omar, "new_defect")
    town.people.forms.fill(town.omar, {"files": [record(town.space, town.omar, "wrap.png", b"png")]})
    await types_into(town, town.omar, "title", KNOWN)
    await town.form(town.omar, f"Same as {known}")
    await presses_in_form(town, town.omar, f"Same as {known}", f"alike_acts:{known}")
    await town.form(town.omar, "nothing was filed.")
    (item,) = (await view_of(town, known)).evidence
    assert (item.text, item.files[0].name, item.added_by) == (KNOWN, "wrap.png", town.omar)


async def test_opening_one_lies_on_top_and_the_form_waits_below(town: Town, known: str) -> None:
    await town.uses(town.omar, "new_defect")
    await types_into(town, town.omar, "title", KNOWN)
    await town.form(town.omar, f"Same as {known}")
    await presses_in_form(town, town.omar, "Open", f"alike_acts:{known}")
    on_top = await town.form(town.omar, "filed by")
    assert f"{known}  {KNOWN}" in words(on_top)
    await town.people.forms.close(town.omar)
    below: Json = await town.form(town.omar, f"Same as {known}")
    assert below["state"]["values"]["title"]["title"]["value"] == KNOWN


async def test_a_duplicate_brings_its_message_to_the_original_whose_thread_hears_it_once(
    town: Town, known: str
) -> None:
    root = town.says(town.omar, COMPLAINT)
    key = await town.files_from_message(town.omar, root, severity="S2")
    await town.quiet()
    town.says(town.devon, f"dup of {known}", thread=root)
    card = await town.card(known, "seen 2 times, by Tess and Omar")
    heard = (
        f"Devon: {key} is a duplicate of this and brings 1 piece of evidence and severity S2. It is seen 2 times, by"
    )
    await town.line(card["ts"], heard)
    assert "message> by Omar" in words(await town.card(known, "1 duplicate: DEF-2"))
    await town.types(town.devon, "/defect undo")
    await town.line(card["ts"], f"Devon: {key} is no duplicate of this after all; what it brought went back with it.")
    await town.card(known, "S3 · new")
    await town.quiet()
    assert len(town.lines(card["ts"])) == 2
    assert len(town.lines(root)) == 2
