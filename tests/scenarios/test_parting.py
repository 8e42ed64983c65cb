"""A failure that was counted under a defect by mistake is parted from it in the thread of its test run."""

from asyncio import gather
from copy import deepcopy

from bot.domain.project import Policy
from bot.domain.values import Role
from bot.services.ports import UnitOfWork
from tests.scenarios.reading import buttons, menu, words
from tests.scenarios.test_failures import Answer, declined, files, good, parts, planned, sends, threads, verified
from tests.scenarios.test_signing import carried_out
from tests.scenarios.town import Town

NOT_THIS = "Not this defect"


def newest(town: Town) -> Answer:
    """What the thread of the last run says."""
    return parts(town, threads(town)[-1])[0]


async def parts_it(town: Town, person: str, key: str) -> str:
    await town.presses(person, newest(town), NOT_THIS)
    said = words(await town.hears(person, f"Not {key}: "))
    await town.quiet()
    return said


async def known_by_mistake(town: Town) -> str:
    """Filed from TC-1; TC-2 fails with the same words for another reason."""
    await planned(town)
    await sends(town, *declined("pay"))
    key = await files(town, town.tess, newest(town))
    assert (await sends(town, *declined("refund"), run="morning"))["known_defects"] == [key]
    await town.card(key, "TC-2")
    return key


async def test_what_is_not_this_defect_is_a_candidate_again_and_no_later_run_counts_it_there(town: Town) -> None:
    key = await known_by_mistake(town)
    assert (buttons(newest(town)), menu(newest(town))) == ([], ["Show", NOT_THIS])
    said = await parts_it(town, town.omar, key)
    assert said.startswith(f"Not {key}: file these failures from their thread. TC-2 is no longer linked to it.")
    assert "stays open" not in said
    assert buttons(newest(town)) == ["File as one defect…"]
    card = words(await town.card(key))
    assert "TC-1" in card
    assert "TC-2" not in card
    assert "said that a failure is not this defect — Card … declined twice" in words(
        await town.types(town.devon, f"/defect history {key}")
    )
    told = await sends(town, *declined("pay", "refund"), good("evening"), run="evening")
    assert (told["candidates"], told["known_defects"]) == (1, [])
    other = await files(town, town.tess, newest(town))
    assert other != key
    told = await sends(town, *declined("refund"), good("night"), run="night")
    assert told["known_defects"] == [other]


async def test_pressed_twice_it_is_said_once(town: Town) -> None:
    key = await known_by_mistake(town)
    shown = deepcopy(newest(town))
    await gather(*(town.presses(town.omar, shown, NOT_THIS) for _ in range(2)))
    await town.hears(town.omar, f"Not {key}: ")
    await town.hears(town.omar, f"{key} is that way already; nothing changed.")
    assert (await town.history(key)).count("defect_parted") == 1


async def test_undo_counts_it_there_again(town: Town) -> None:
    key = await known_by_mistake(town)
    before = deepcopy(newest(town))
    await town.presses(town.omar, before, NOT_THIS)
    await town.presses(town.omar, await town.hears(town.omar, f"Not {key}: "), "Undo")
    await town.hears(town.omar, f"Taken back on {key}.")
    await town.quiet()
    assert words(newest(town)) == words(before)
    assert menu(newest(town)) == ["Show", NOT_THIS]
    await town.card(key, "TC-2")
    assert (await sends(town, *declined("refund"), good("evening"), run="evening"))["known_defects"] == [key]


async def test_a_defect_that_it_reopened_is_sent_back_and_stays_verified(town: Town) -> None:
    key = await verified(town)
    await sends(town, *declined("pay"), good("evening"), build="rc2", run="evening")
    await town.card(key, "1 bounce")
    said = await parts_it(town, town.tess, key)
    assert f"{key} stays open; `fixed {key}` sends it to be verified again." in said
    await town.types(town.devon, f"/defect fixed {key} in rc2")
    await town.types(town.tess, f"/verify {key} pass on rc2")
    told = await sends(town, *declined("pay"), good("night"), build="rc2", run="night")
    assert (told["candidates"], told["known_defects"], told["reopened"]) == (1, [], [])
    await town.card(key, "verified")
    assert (await town.history(key)).count("defect_reopened") == 1


async def test_who_may_not_say_so_is_told_and_nothing_changes(town: Town) -> None:
    key = await known_by_mistake(town)

    def reserve(uow: UnitOfWork) -> None:
        project = uow.projects.default()
        project.policy = Policy({Role.TESTER: frozenset({town.tess})}, may={"evidence": frozenset({Role.TESTER})})
        uow.projects.save(project)

    await carried_out(town, reserve)
    await town.presses(town.devon, newest(town), NOT_THIS)
    await town.hears(town.devon, f"<@{town.tess}>")
    assert "defect_parted" not in await town.history(key)
    assert menu(newest(town)) == ["Show", NOT_THIS]
