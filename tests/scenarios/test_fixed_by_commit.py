"""A fix that is known by its commit alone waits for verification as soon as a build lists that commit."""

from tests.scenarios.reading import buttons, words
from tests.scenarios.town import Town


async def test_a_commit_that_a_build_lists_already_can_be_verified_at_once(town: Town) -> None:
    await town.types(town.rana, "/release new 2.4")
    await town.types(town.rana, "/release build 2.4 2.4.0-rc1 commits:abc1234567")
    key = await town.files(town.tess, "Total is wrong")
    fixed = await town.types(town.devon, f"/defect fixed {key} commit:abc1234")
    assert words(fixed).startswith(f"Fixed. Somebody else verifies {key}.")
    assert buttons(fixed) == ["Undo"]
    card = await town.card(key, "waits for verification")
    assert "Anybody but Devon can verify." in words(card)
    for queue in ("/defect", "/verify"):
        assert "Total is wrong" in words(await town.types(town.tess, queue))
    gates = words(await town.types(town.rana, "/release gates 2.4"))
    assert "next build" not in gates
    assert "is verified on 2.4.0-rc1" in words(await town.types(town.tess, f"/verify {key} pass"))


async def test_a_commit_that_no_build_lists_waits_for_the_next_one_everywhere(town: Town) -> None:
    await town.types(town.rana, "/release new 2.4")
    await town.types(town.rana, "/release build 2.4 2.4.0-rc1 commits:1111111")
    key = await town.files(town.tess, "Total is wrong")
    fixed = await town.types(town.devon, f"/defect fixed {key} commit:abc1234")
    assert "Fixed, in the next build of 2.4." in words(fixed)
    await town.card(key, "waits for the next build")
    assert "Nothing waits for you" in words(await town.types(town.tess, "/defect"))
    assert "Nothing waits for verification" in words(await town.types(town.tess, "/verify"))
    assert f"{key} (next build)" in words(await town.types(town.rana, "/release gates 2.4"))
    await town.types(town.rana, "/release build 2.4 2.4.0-rc2 commits:abc1234567")
    assert "Total is wrong" in words(await town.types(town.tess, "/defect"))
