"""A digest tells what came of tests: results that came in, the gate that they turned, what nothing is known of."""

from bot.commandline.gate_file import read
from bot.domain.values import Surface
from bot.sandbox.types import Json
from bot.services import requests as ask
from bot.services.context import Context
from bot.services.gates import apply_gates
from tests.scenarios.catalogue import imported, released
from tests.scenarios.reading import words
from tests.scenarios.town import Town

GATES = """\
gates:
  requirements_covered:
    rate: 50
"""
STRICTER = "gates:\n  requirements_covered:\n"


async def digest(town: Town) -> Json:
    """The next one, in the home channel."""
    before = len(digests(town))
    await town.types(town.rana, "/release digest now")
    await town.sees(lambda: len(digests(town)) > before)
    return digests(town)[-1]


def digests(town: Town) -> list[Json]:
    return [each for each in town.messages() if each["text"].startswith(("*Release 2.4", "2.4:"))]


async def held_to(town: Town, gates: str) -> None:
    edit = ask.ApplyGates("DEF", read(gates))
    here = Context(town.space.team_id, town.rana, Surface.COMMAND_LINE)
    await town.bot.units.perform(here, lambda uow: apply_gates(uow, edit))


async def test_results_and_the_gate_that_they_turned_are_told_with_their_cause(town: Town) -> None:
    await imported(town)
    await released(town, "2.4.0-rc1")
    await held_to(town, GATES)
    first = await digest(town)
    assert (
        "*Gaps*  1 requirement without a test case · 1 requirement not tested on the candidate · "
        "1 test case without a requirement"
    ) in words(first)
    await town.passes(hours=24)
    await town.types(town.tess, "/verify TC-3 pass")
    second = words(await digest(town))
    assert "*50 % of the requirements are tested on the candidate*" in second
    assert "when Tess recorded a result on 2.4.0-rc1." in second
    assert "nothing filed, fixed or verified · 1 result by hand" in second
    assert "*Gaps*  1 requirement without a test case · 1 test case without a requirement" in second
    await town.presses(town.rana, first, "Gaps")
    assert "1 not tested on the candidate" in words(await town.hears(town.rana, "*Release 2.4: 3 gaps*"))
    await town.passes(hours=24)
    assert words(await digest(town)).startswith("2.4: ")
    await town.passes(hours=24)
    await held_to(town, STRICTER)
    fourth = words(await digest(town))
    assert "went red as the gates were edited." in fourth
    assert "nothing filed, fixed or verified · version 2 of the gates" in fourth
