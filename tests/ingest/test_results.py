"""Test runs come in over HTTP, beside each other and more than once, and are seen when all of them is there."""

import asyncio

import pytest

from bot.ingest.executions import PORTION
from bot.ingest.secrets import Source
from bot.services import requests as ask
from bot.services.results import import_results
from storage.tables import executions, test_cases, test_runs
from tests.ingest.conftest import Ci
from tests.ingest.test_junit import BOMB, SAMPLES, suite
from tests.services.acting import Shop
from tests.slack.showing import outline

RC1 = "&release=2.4&build=rc1&name=nightly"


def many(count: int, failing: int = 0) -> bytes:
    bad = "<failure message='500'/>"
    return suite(*(f'<testcase name="case {n}">{bad if n < failing else ""}</testcase>' for n in range(count)))


@pytest.fixture
def built(shop: Shop) -> Shop:
    shop.plan("2.4", "2.5")
    shop.build("2.4.0-rc1", "2.4.0-rc2")
    return shop


def said(shop: Shop) -> str:
    """What the status of 2.4 says of its tests, None of it where nothing was run."""
    from bot.services.readiness import status
    from bot.slack.releases import status_message

    stands = shop.workspace.ask(lambda q: status(q, q.release("2.4", q.project_for(None))))
    lines = outline(status_message(stands, {}))
    return next((line for line in lines if line.startswith("Tests on")), "")


async def test_a_report_is_counted_once_and_shows_in_the_release_status(built: Shop, ci: Ci) -> None:
    report = (SAMPLES / "pytest.xml").read_bytes()
    answer = await ci.posts(Source.CI, report, path="junit", query="&release=2.4&build=rc2")
    counts: dict[str, object] = {
        "passed": 2,
        "failed": 1,
        "blocked": 0,
        "error": 1,
        "skipped": 1,
        "flaky": 0,
        "new_cases": 5,
        "candidates": 2,
        "known_defects": [],
        "reopened": [],
    }
    assert answer.json() == {"ok": True, "release": "2.4", "build": "2.4.0-rc2", "known": False, **counts}
    assert said(built) == "Tests on 2.4.0-rc2: 2 of 5 passed · 1 failed · 1 error · 1 skipped"
    again = await ci.posts(Source.CI, report, path="junit", query="&release=2.4&build=rc2")
    assert again.json()["known"] is True
    assert (built.rows(executions), built.rows(test_cases)) == (5, 5)


async def test_the_newest_run_counts_for_each_case_and_a_failure_before_makes_it_flaky(built: Shop, ci: Ci) -> None:
    built.build("2.4.0-rc3")
    query = "&release=2.4&build=rc3"
    await ci.posts(Source.CI, many(3, failing=2), path="junit", query=query)
    assert said(built) == "Tests on 2.4.0-rc3: 1 of 3 passed · 2 failed"
    built.workspace.clock.forward(minutes=1)
    again = await ci.posts(Source.CI, suite('<testcase name="case 0"/>'), path="junit", query=query)
    assert again.json()["new_cases"] == 0
    assert said(built) == "Tests on 2.4.0-rc3: 2 of 3 passed · 1 failed · 1 flaky"
    assert built.rows(test_cases) == 3


async def test_results_of_an_older_build_say_nothing_of_the_candidate(built: Shop, ci: Ci) -> None:
    await ci.posts(Source.CI, many(3), path="junit", query=RC1)
    assert said(built) == ""


async def test_the_same_report_sent_many_times_at_once_counts_once(built: Shop, ci: Ci) -> None:
    report = many(PORTION + 20, failing=3)
    answers = await asyncio.gather(*(ci.posts(Source.CI, report, path="junit", query=RC1) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["known"] for answer in answers) == [False, True, True, True]
    assert built.rows(test_cases) == PORTION + 20


async def test_a_run_that_ends_half_way_is_seen_by_nobody_and_can_be_sent_again(built: Shop, ci: Ci) -> None:
    from bot.ingest.executions import portions
    from bot.ingest.junit import read_junit

    def torn() -> object:
        yield next(portions(read_junit(many(PORTION + 5))))
        raise ConnectionResetError

    request = ask.ImportResults("2.4", "rc2", "nightly", "c" * 64)
    context = built.workspace.context("CI")
    with pytest.raises(ConnectionResetError):
        await import_results(built.workspace.units, context, request, torn())  # type: ignore[arg-type]
    assert said(built) == ""
    whole = portions(read_junit(many(PORTION + 5)))
    assert (await import_results(built.workspace.units, context, request, whole)).new_cases == 5
    assert said(built) == f"Tests on 2.4.0-rc2: {PORTION + 5} of {PORTION + 5} passed"
    built.workspace.clock.forward(days=2)
    await ci.posts(Source.CI, many(1), path="junit", query=RC1)
    assert built.rows(test_runs) == 2


@pytest.mark.parametrize(
    ("body", "query", "status", "words"),
    [
        (many(1), "", 400, "Say which build"),
        (many(1), "&release=2.4&build=rc9", 422, "rc9"),
        (many(1), "&release=2.5&build=rc1", 422, "rc1"),
        (many(1), "&release=2.6&build=rc1", 422, "2.6"),
        (b"<testsuite>", RC1, 422, "line 1"),
        (b'<!DOCTYPE x [<!ENTITY a "aa">]><testsuite/>', RC1, 422, "document type"),
        (BOMB, RC1, 422, "document type"),
        (b'<testsuite><testcase name="caf\xe9"/></testsuite>', RC1, 422, "line 1"),
        (b'<?xml version="1.0" encoding="klingon"?><testsuite/>', RC1, 422, "encoding: klingon"),
    ],
)
async def test_what_cannot_be_taken_is_told_and_nothing_is_kept(
    built: Shop, ci: Ci, body: bytes, query: str, status: int, words: str
) -> None:
    answer = await ci.posts(Source.CI, body, path="junit", query=query)
    assert answer.status_code == status
    assert words in answer.json()["message"]
    assert (built.rows(test_runs), built.rows(executions)) == (0, 0)
