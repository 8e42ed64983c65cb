"""A fix that is known by its commit alone waits for verification as soon as a build lists that commit."""

import json

import httpx

from bot.ingest.secrets import Source
from tests.ingest.conftest import Ci
from tests.scenarios.conftest import INGEST_TOKEN
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


async def reports(town: Town, build: str, sha: str, message: str) -> None:
    """CI, by a signed request."""
    body = {"release": "2.4", "build": build, "commits": [{"sha": sha, "message": message}]}
    async with httpx.AsyncClient(base_url=town.bot.http.address, timeout=30) as http:
        answer = await Ci(http, town.space.team_id, INGEST_TOKEN).posts(Source.CI, json.dumps(body).encode())
    assert answer.status_code == 200, answer.text


async def test_a_fix_whose_revert_is_reverted_is_in_its_builds_and_not_in_the_one_between(town: Town) -> None:
    await town.types(town.rana, "/release new 2.4")
    key = await town.files(town.tess, "Total is wrong")
    await reports(town, "2.4.0-rc1", "1f3870be27", f"Round each line\n\nFixes: {key}")
    await town.card(key, "in 2.4.0-rc1")
    await reports(town, "2.4.0-rc2", "a94a8fe5cc", "Revert\n\nThis reverts commit 1f3870be27.")
    await town.card(key, "1 bounce")
    await reports(town, "2.4.0-rc3", "b6589fc6ab", "Reapply\n\nThis reverts commit a94a8fe5cc.")
    await town.card(key, "in 2.4.0-rc3")
    refused = words(await town.types(town.tess, f"/verify {key} pass on rc2"))
    assert f"2.4.0-rc2 does not hold the fix of {key}" in refused
    traced = words(await town.types(town.tess, f"/trace {key}"))
    assert "✓ 2.4.0-rc3 holds it\n✗ 2.4.0-rc2 does not hold it\n✓ 2.4.0-rc1 holds it" in traced
    assert "is verified on 2.4.0-rc3" in words(await town.types(town.tess, f"/verify {key} pass"))
    await town.card(key, "verified by Tess on 2.4.0-rc3")
