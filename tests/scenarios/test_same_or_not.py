"""Possible duplicates of what is filed: after the command, when asked, and on the card until triage."""

import pytest

from bot.services.views import DefectView
from tests.scenarios.reading import buttons, menu, words
from tests.scenarios.town import HOME, Town

KNOWN = "Coupon field accepts 300 %"


async def view_of(town: Town, key: str) -> DefectView:
    return await town.bot.units.ask(town.space.team_id, lambda questions: questions.defect(key))


@pytest.fixture
async def known(town: Town) -> str:
    key = await town.files(town.tess, KNOWN)
    await town.card(key)
    return key


async def test_after_the_command_it_is_withdrawn_into_the_original_in_one_act(town: Town, known: str) -> None:
    key = await town.files(town.omar, f"{KNOWN} again")
    offered = await town.hears(town.omar, f"Possible duplicate of {key}:")
    assert f"{known} {KNOWN} (new) — " in words(offered)
    assert buttons(offered) == [f"Same as {known}", "Not a duplicate", "Open"]
    first = await town.presses(town.omar, offered, f"Same as {known}")
    said = await town.hears(town.omar, f"{key}: duplicate of {known}; it follows that one.")
    assert (said["ts"], buttons(said)) == (offered["ts"], ["Undo"])
    assert (await town.space.delivery.interaction(first.payload)).ok  # pressed twice
    await town.card(known, "seen 2 times, by Tess and Omar")
    await town.quiet()
    assert (await town.history(key)).count("defect_resolved") == 1
    await town.presses(town.omar, said, "Undo")
    await town.card(key, "new · no owner")
    assert (await view_of(town, known)).defect.occurrences == 1


async def test_what_is_not_a_duplicate_is_not_shown_again(town: Town, known: str) -> None:
    key = await town.files(town.omar, f"{KNOWN} again")
    card = await town.card(key, "Possible duplicate: DEF-1")
    offered = await town.hears(town.omar, f"Possible duplicate of {key}:")
    await town.presses(town.omar, offered, "Not a duplicate")
    said = await town.hears(town.omar, f"{key} is not a duplicate of {known}; that one is not shown for it again.")
    assert (said["ts"], buttons(said)) == (offered["ts"], [])
    await town.quiet()
    assert "Possible duplicate" not in words(await town.card(key))
    assert card["ts"] == (await town.card(key))["ts"]
    assert f"Nothing like {key} is on record." in words(await town.types(town.tess, f"/defect dups {key}"))


async def test_nothing_is_said_where_nothing_is_like_it(town: Town, known: str) -> None:
    await town.files(town.omar, "Invoice printed upside down")
    await town.quiet()
    assert [words(message) for message in town.whispers(town.omar) if "Possible" in words(message)] == []


async def test_on_the_card_everybody_can_say_so_and_the_card_stays(town: Town, known: str) -> None:
    key = await town.files(town.omar, f"{KNOWN} again")
    card = await town.card(key, "Possible duplicate: DEF-1")
    assert menu(card)[:3] == [f"Same as {known}", "Not a duplicate", "Open"]
    await town.presses(town.devon, card, "Open")
    await town.hears(town.devon, KNOWN)
    await town.presses(town.devon, card, f"Same as {known}")
    await town.hears(town.devon, f"{key}: duplicate of {known}; it follows that one.")
    now = await town.card(key, f"duplicate of {known}")
    assert now["ts"] == card["ts"]
    assert "Possible duplicate" not in words(now)


async def test_after_triage_the_card_speaks_of_it_no_more(town: Town, known: str) -> None:
    key = await town.files(town.omar, f"{KNOWN} again")
    await town.card(key, "Possible duplicate: DEF-1")
    await town.types(town.rana, f"/defect triage {key} sev:S2 prio:P2")
    assert "Possible duplicate" not in words(await town.card(key, "triaged"))


async def test_who_asks_for_words_can_say_that_they_met_it_too(town: Town, known: str) -> None:
    found = await town.types(town.omar, f"/defect dups {KNOWN} on tablets")
    assert buttons(found) == [f"Same as {known}", "Open"]
    pressed = await town.presses(town.omar, found, f"Same as {known}")
    await town.hears(town.omar, f"Added to {known}; nothing was filed.")
    assert (await town.space.delivery.interaction(pressed.payload)).ok
    await town.card(known, "seen 2 times, by Tess and Omar")
    (item,) = (await view_of(town, known)).evidence
    assert (item.text, item.channel) == (f"{KNOWN} on tablets", town.id_of(HOME))


async def test_who_asks_for_a_defect_gets_the_same_choice(town: Town, known: str) -> None:
    key = await town.files(town.omar, f"{KNOWN} again")
    found = await town.types(town.tess, f"/defect dups {key}")
    assert buttons(found) == [f"Same as {known}", "Not a duplicate", "Open"]
    await town.presses(town.tess, found, f"Same as {known}")
    await town.card(key, f"duplicate of {known}")
