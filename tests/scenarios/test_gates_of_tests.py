"""Gates over requirements and the test plan: what was not run is never a pass, what nothing would show fails."""

from bot.commandline.gate_file import read
from bot.domain.values import Surface
from bot.services import requests as ask
from bot.services.context import Context
from bot.services.gates import apply_gates
from tests.scenarios.catalogue import imported, released
from tests.scenarios.reading import words
from tests.scenarios.town import Town

GATES = """\
gates:
  requirements_covered:
    rate: 60
  plan_executed:
"""


async def test_requirements_and_the_plan_are_gates_of_the_candidate(town: Town) -> None:
    await imported(town)
    await released(town, "2.4.0-rc1")
    edit = ask.ApplyGates("DEF", read(GATES))
    here = Context(town.space.team_id, town.rana, Surface.COMMAND_LINE)
    await town.bot.units.perform(here, lambda uow: apply_gates(uow, edit))
    told = words(await town.types(town.rana, "/release gates 2.4"))
    assert "? the whole test plan is run on the candidate — 2.4 has no test plan" in told
    # REQ-1 is only made of REQ-7, and is as tested as that is.
    assert "60 % of the requirements are tested on the candidate — 0 of 2 have a result on 2.4.0-rc1" in told
    await town.types(town.rana, "/trace plan 2.4 TC-3 TC-4")
    await town.types(town.tess, "/verify TC-3 pass")
    told = words(await town.types(town.rana, "/release explain 2.4 plan"))
    assert "undefined: the whole test plan is run on the candidate" in told
    assert "1 of 2 have a result on 2.4.0-rc1." in told
    assert "`/trace gaps 2.4`" in told
    await town.types(town.tess, "/verify TC-4 fail it declines thrice")
    assert "✓ the whole test plan is run on the candidate" in words(await town.types(town.rana, "/release gates 2.4"))
    await town.types(town.rana, "/release build 2.4 2.4.0-rc2")
    assert "0 of 2 have a result on 2.4.0-rc2" in words(await town.types(town.rana, "/release gates 2.4"))
