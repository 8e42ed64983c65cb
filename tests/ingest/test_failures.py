"""What failures do to defects, on both stores."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from sqlalchemy import select

from bot.domain.errors import NothingToUndo
from bot.domain.failures import AlreadyFiled
from bot.domain.values import Resolution
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


def kept(shop: Shop) -> tuple[list[dict[str, object]], list[tuple[str, str]]]:
    """The clusters and the links, every column of them."""
    store, team = shop.workspace.store, shop.workspace.team
    found = look(store, team, select(clusters).order_by(clusters.c.id))
    tied = look(store, team, select(links.c.defect_id, links.c.target).order_by(links.c.target))
    return [dict(row._mapping) for row in found], [(row.defect_id, row.target) for row in tied]


async def runs(ci: Ci, name: str, report: bytes) -> dict[str, object]:
    told: dict[str, object] = (
        await ci.posts(Source.CI, report, path="junit", query=f"&release=2.4&build=rc1&name={name}")
    ).json()
    return told


def other(night: str) -> bytes:
    """A report of its own, of another case with the same error."""
    failed = '<testcase name="other case"><failure message="Card declined twice"/></testcase>'
    return suite(failed, f'<testcase name="{night}"/>')


async def counted(shop: Shop, ci: Ci) -> tuple[str, str]:
    """The key of a defect that was filed from one case, and the failure of another that was counted under it."""
    await runs(ci, "nightly", failing("Card declined twice"))
    (first,) = cluster_ids(shop)
    key = shop.do(ask.FileDefect("Declined", cluster=first)).defect.key
    assert (await runs(ci, "morning", other("morning")))["known_defects"] == [key]
    return key, cluster_ids(shop)[-1]


async def test_undo_of_a_parting_leaves_exactly_what_was_before(built: Shop, ci: Ci) -> None:
    key, cluster = await counted(built, ci)
    before = kept(built)
    assert built.do(ask.PartFailures(key, cluster), OMAR).facts["gone"] == "TC-2"
    parted = kept(built)
    assert [row["defect_id"] is None for row in parted[0]] == [False, True]
    assert [target for _, target in parted[1]] == ["TC-1"]
    assert built.do(ask.PartFailures(key, cluster), TESS).nothing
    assert kept(built) == parted
    built.do(ask.Undo(key), OMAR)
    assert kept(built) == before
    with pytest.raises(NothingToUndo):
        built.do(ask.Undo(key), OMAR)


async def test_what_a_person_linked_stays_linked(built: Shop, ci: Ci) -> None:
    key, cluster = await counted(built, ci)
    built.workspace.act(lambda uow: uow.conversations.unlink(uow.defects.get(key).id, "TC-2"))
    built.do(ask.Link(key, ("TC-2",)))
    assert built.do(ask.PartFailures(key, cluster), OMAR).facts["gone"] == ""
    assert [target for _, target in kept(built)[1]] == ["TC-1", "TC-2"]
    assert (await runs(ci, "evening", other("evening")))["candidates"] == 1


async def test_what_is_filed_as_it_after_all_belongs_to_it_again(built: Shop, ci: Ci) -> None:
    key, cluster = await counted(built, ci)
    built.do(ask.PartFailures(key, cluster), OMAR)
    built.do(ask.SameAs(key, cluster=cluster), TESS)
    assert (await runs(ci, "evening", other("evening")))["known_defects"] == [key]
    built.do(ask.PartFailures(key, cluster_ids(built)[-1]), OMAR)
    assert (await runs(ci, "night", other("night")))["known_defects"] == []


async def test_a_duplicate_leads_no_failure_to_what_it_was_parted_from(built: Shop, ci: Ci) -> None:
    key, cluster = await counted(built, ci)
    built.do(ask.PartFailures(key, cluster), OMAR)
    duplicate = built.file("Declined again")
    built.do(ask.Link(duplicate, ("TC-2",)))
    built.do(ask.Resolve(duplicate, Resolution.DUPLICATE, key))
    told = await runs(ci, "evening", other("evening"))
    assert (told["candidates"], told["known_defects"]) == (1, [])


async def test_a_run_that_looked_before_the_parting_does_not_count_it_there(built: Shop, ci: Ci) -> None:
    key, cluster = await counted(built, ci)
    report = portions(read_junit(other("evening")))
    request = ask.ImportResults("2.4", "rc1", "evening", "d" * 64)
    meanwhile = Interrupted(built, lambda: built.do(ask.PartFailures(key, cluster), OMAR))
    told = await import_results(meanwhile, built.workspace.context("CI"), request, report)
    assert (told.met.candidates, told.met.known) == (1, ())
