"""Requirements and test cases in forms and on cards: found by key or words, named by their titles."""

import pytest

from bot.domain.traceability import Case, Requirement
from bot.domain.values import Surface
from bot.services.context import Context
from bot.services.ports import UnitOfWork
from tests.scenarios.reading import words
from tests.scenarios.town import Town


async def put(town: Town) -> None:
    """As an import leaves them."""

    def work(uow: UnitOfWork) -> None:
        project = uow.projects.default().id
        uow.catalogue.put_requirements(
            project, [Requirement("REQ-7", "A declined card is retried once"), Requirement("REQ-70", "Ünits <in> mail")]
        )
        uow.catalogue.put_cases(project, [Case(uow.new_id(), "TC-3", "TC-3", "Decline a card")], {})

    await town.bot.units.perform(Context(town.space.team_id, "CI", Surface.COMMAND_LINE), work)


async def offered(town: Town, field: str, typed: str) -> list[str]:
    found = await town.people.clicks.suggestions(town.tess, field, typed)
    return [option["text"]["text"] for option in found]


@pytest.mark.parametrize("transport", ["http"])
async def test_what_a_defect_touches_is_picked_by_key_or_words_and_named_on_its_card(town: Town) -> None:
    await put(town)
    key = await town.files(town.tess, "Card charged twice")
    await town.types(town.tess, f"/defect link {key}")
    await town.form(town.tess, "Link")
    assert await offered(town, "target", "declin") == ["REQ-7 A declined card is retried once", "TC-3 Decline a card"]
    assert await offered(town, "target", "req-7") == ["REQ-7 A declined card is retried once", "REQ-70 Ünits <in> mail"]
    assert await offered(town, "target", "üNITS") == ["REQ-70 Ünits <in> mail"]
    assert await offered(town, "target", "100%") == []
    assert await offered(town, "target", "tc-9") == ["TC-9 (unknown test case)"]
    chosen = [
        option
        for typed in ("decline a", "REQ-70", "TC-9")
        for option in await town.people.clicks.suggestions(town.tess, "target", typed)
    ]
    await town.submits(town.tess, target=chosen)
    await town.hears(town.tess, f"{key} is linked to TC-3, REQ-70, TC-9.")
    shown = words(await town.card(key, "TC-3 Decline a card"))
    assert "REQ-70 Ünits &lt;in&gt; mail" in shown
    assert "TC-9 unknown test case" in shown


@pytest.mark.parametrize("transport", ["http"])
async def test_a_new_defect_s_requirement_is_picked_too(town: Town) -> None:
    await put(town)
    await town.uses(town.tess, "file_defect", town.says(town.tess, "Mail shows no units"))
    await town.people.clicks.in_view(town.tess, "more_fields")
    await town.form(town.tess, "Requirements")
    picked = await town.people.clicks.suggestions(town.tess, "requirement", "REQ-70")
    await town.submits(town.tess, requirement=picked)
    await town.card("DEF-1", "REQ-70 Ünits &lt;in&gt; mail")
