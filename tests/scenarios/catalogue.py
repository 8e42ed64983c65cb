"""What a town's product must do, as an import leaves it."""

from collections.abc import Sequence

from bot.domain.values import Surface
from bot.services import requests as ask
from bot.services.context import Context
from bot.services.importing import import_cases, import_requirements
from tests.scenarios.town import Town

NEEDED = (
    ask.RequirementLine(2, "REQ-1", "Checkout"),
    ask.RequirementLine(3, "REQ-7", "A declined card is retried once", "cart", "REQ-1"),
    ask.RequirementLine(4, "REQ-8", "Receipts <come> by mail & post"),
)
CASES = (
    ask.CaseLine(2, "TC-3", "Decline a card", steps="Pay twice.", expected="One charge.", requirements=("REQ-7",)),
    ask.CaseLine(3, "TC-4", "Decline it again", requirements=("REQ-7",)),
    ask.CaseLine(4, "TC-5", "Print a receipt"),
)


async def imported(
    town: Town, needed: Sequence[ask.RequirementLine] = NEEDED, cases: Sequence[ask.CaseLine] = CASES
) -> None:
    context = Context(town.space.team_id, "CI", Surface.COMMAND_LINE)
    if needed:
        request = ask.ImportRequirements(tuple(needed), "one")
        await town.bot.units.perform(context, lambda uow: import_requirements(uow, request))
    if cases:
        more = ask.ImportCases(tuple(cases), "two")
        await town.bot.units.perform(context, lambda uow: import_cases(uow, more))


async def released(town: Town, *builds: str) -> None:
    await town.types(town.rana, "/release new 2.4")
    for build in builds:
        await town.types(town.rana, f"/release build 2.4 {build}")
