"""What cannot be true is refused in words, and the log is as long as it was; over both transports."""

import pytest
from sqlalchemy import func, select

from storage.tables import events, signoffs
from tests.looking import look
from tests.scenarios.reading import words
from tests.scenarios.test_signing import asked_to_sign
from tests.scenarios.town import Town


def logged(town: Town) -> int:
    """Events of the workspace so far."""
    ((number,),) = look(town.bot.store, town.space.team_id, select(func.count()).select_from(events))
    return int(number)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/defect resolve DEF-1 duplicate of DEF-3", "DEF-1 cannot be a duplicate of itself"),
        ("/defect resolve DEF-1 duplicate of DEF-1", "DEF-1 cannot be a duplicate of itself"),
        ("/verify DEF-4 pass on 2.5.0-rc1", "2.5.0-rc1"),
        ("/defect fixed DEF-1 in 2.4.0-rc9", "`2.4.0-rc9` is not known in 2.4, so nothing changed."),
        ("/release build 2.5 2.4.0-rc1", "2.4.0-rc1"),
        ("/defect new Total wraps rel:2.5 build:2.4.0-rc7", "`2.4.0-rc7` is not known in 2.5, so nothing changed."),
    ],
)
async def test_what_cannot_be_true_changes_nothing(town: Town, typed: str, said: str) -> None:
    for release in ("2.4", "2.5"):
        await town.types(town.rana, f"/release new {release}")
        await town.types(town.rana, f"/release build {release} {release}.0-rc1")
    for title in ("First", "Second", "Third", "Fourth"):
        await town.files(town.tess, f"{title} rel:2.4")
    await town.types(town.devon, "/defect resolve DEF-2 duplicate of DEF-1")
    await town.types(town.devon, "/defect resolve DEF-3 duplicate of DEF-2")
    await town.types(town.devon, "/defect fixed DEF-4 in 2.4.0-rc1")
    before = logged(town)
    assert said in words(await town.types(town.tess, typed))
    await town.quiet()
    assert logged(town) == before


async def test_a_button_that_was_drawn_before_a_build_came_signs_nothing(town: Town) -> None:
    await asked_to_sign(town)
    await town.types(town.omar, "/release gates 2.4")
    old = await town.hears(town.omar, "Signatures")
    await town.types(town.rana, "/release build 2.4 2.4.0-rc2")
    before = logged(town)
    await town.presses(town.omar, old, "Go")
    await town.hears(town.omar, "2.4 has changed since that button was drawn, so nothing is signed.")
    assert logged(town) == before
    assert look(town.bot.store, town.space.team_id, select(signoffs)) == []
