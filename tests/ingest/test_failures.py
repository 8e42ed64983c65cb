"""What failures do to defects, on both stores."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from sqlalchemy import select

from bot.domain.failures import AlreadyFiled
from bot.ingest.executions import portions
from bot.ingest.junit import read_junit
from bot.ingest.secrets import Source
from bot.services import requests as ask
from bot.services.questions import Questions
from bot.services.results import import_results
from storage.tables import clusters, defects, links
from tests.ingest.conftest import Ci
from tests.ingest.test_junit import suite
from tests.looking import look
from tests.services.acting import OMAR, TESS, Shop

T = TypeVar("T")
RC1 = "&release=2.4&build=rc1&name=nightly"


def failing(*errors: str) -> bytes:
    bad = (f'<testcase name="case {n}"><failure message="{error}"/></testcase>' for n, error in enumerate(errors))
    return suite(*bad)


@pytest.fixture
def built(shop: Shop) -> Shop:
    shop.plan("2.4")
    shop.build("2.4.0-rc1", "2.4.0-rc2")
    return shop


def cluster_ids(shop: Shop) -> list[str]:
    return [row.id for row in look(shop.workspace.store, shop.workspace.team, select(clusters).order_by(clusters.c.id))]


async def test_of_two_who_file_one_cluster_at_once_in_two_threads_one_does(built: Shop, ci: Ci) -> None:
    """The same failure was told of twice before anybody filed it."""
    await ci.posts(Source.CI, failing("Card declined twice"), path="junit", query=RC1)
    await ci.posts(Source.CI, failing("Card declined twice", "Total is wrong"), path="junit", query=RC1)
    alike = cluster_ids(built)
    assert len(alike) == 3

    def files(one: tuple[str, str]) -> str | None:
        try:
            return str(built.do(ask.FileDefect("Declined", cluster=one[1]), one[0]).defect.key)
        except AlreadyFiled:
            return None

    with ThreadPoolExecutor(2) as pool:
        keys = list(pool.map(files, [(TESS, alike[0]), (OMAR, alike[1])]))
    assert sorted(map(bool, keys)) == [False, True]
    assert (built.rows(defects), built.rows(links)) == (1, 1)
    (key,) = filter(None, keys)
    assert files((TESS, alike[2])) not in (None, key)


class Interrupted:
    """Units of work with somebody who acts when the snapshot was asked and nothing is published."""

    def __init__(self, shop: Shop, acts: Callable[[], object]) -> None:
        self.perform = shop.workspace.units.perform
        self._ask, self._acts = shop.workspace.units.ask, acts

    async def ask(self, team_id: str, question: Callable[[Questions], T]) -> T:
        found = await self._ask(team_id, question)
        self._acts()
        return found


async def test_what_is_filed_while_the_next_run_is_published_is_known_to_it(built: Shop, ci: Ci) -> None:
    await ci.posts(Source.CI, failing("Card declined twice"), path="junit", query=RC1)
    (candidate,) = cluster_ids(built)
    keys: list[str] = []

    def files() -> None:
        keys.append(built.do(ask.FileDefect("Declined", cluster=candidate)).defect.key)

    report = portions(read_junit(failing("Card declined twice", "Total is wrong")))
    request = ask.ImportResults("2.4", "rc1", "morning", "c" * 64)
    told = await import_results(Interrupted(built, files), built.workspace.context("CI"), request, report)
    assert (told.met.candidates, list(told.met.known)) == (1, keys)
