"""A store of before anybody wrote down in which release a defect was found: brought up to date, it answers as one that
always knew."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, MetaData, inspect, select

from bot.domain.leakage import Account
from bot.domain.query import parse
from bot.services import requests as ask
from bot.services.filing import edit
from bot.services.quality import account
from bot.services.questions import Questions
from bot.services.releases import plan_release, register_build
from bot.services.shipping import ship
from storage import tables
from storage.database import Store, open_store
from storage.migrations import migrate
from tests.conftest import postgres_database
from tests.owner import as_owner, owner_url
from tests.storage.acting import Workspace, file, keys

BEFORE = "0026"
RELEASES = ("2.4", "2.5")
QUERIES = ("found:2.4 sort:key", "found:2.5 sort:key", "found:none sort:key", "is:escaped sort:key")


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def store_url(request: pytest.FixtureRequest) -> str:
    """Without a pool between: what is brought up to date is met directly."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> Iterator[str]:
    """Of the same kind as `store`, without a table."""
    if store.dialect == "sqlite":
        yield f"sqlite:///{tmp_path}/older.db"
    else:
        with postgres_database(request.getfixturevalue("postgres_server"), "template0") as url:
            yield url


def live(workspace: Workspace) -> None:
    workspace.act(file("nobody knows where"))
    for name in RELEASES:
        workspace.act(lambda uow, name=name: plan_release(uow, ask.PlanRelease(name)))  # type: ignore[misc]
        workspace.act(lambda uow, name=name: register_build(uow, ask.RegisterBuild(name, f"{name}-ga")))  # type: ignore[misc]
    workspace.act(file("in a build", build="2.4-ga", component="cart"))
    workspace.act(file("in no build", release="2.4"))
    workspace.act(file("in another build than first said", build="2.4-ga", release="2.4"))
    workspace.act(lambda uow: edit(uow, ask.Edit("DEF-4", build="2.5-ga")))
    workspace.act(file("filed for the first, moved to the second", release="2.4"))
    workspace.act(lambda uow: edit(uow, ask.Edit("DEF-5", release="2.5")))
    workspace.act(file("found in the first, to be mended in the second", build="2.4-ga", release="2.5"))
    workspace.clock.forward(hours=1)
    workspace.act(lambda uow: ship(uow, ask.Ship("2.4", "the date")), "URUTH")
    workspace.clock.forward(hours=1)
    workspace.act(file("after it shipped", build="2.4-ga"))


def answers(questions: Questions) -> tuple[dict[str, list[str]], dict[str, Account]]:
    found = {query: keys(questions.matching(parse(query), None, limit=100).items) for query in QUERIES}
    views = {view.release.name: view for view in map(questions.release_by_id, (r.id for r in questions.releases(None)))}
    return found, {name: account(questions, view, questions.now) for name, view in views.items()}


def copied(source: Connection, target: Connection) -> int:
    """Every row, as far as the older store has room for it. Answers how many defects there were."""
    new, old = MetaData(), MetaData()
    new.reflect(source, only=_known)
    old.reflect(target, only=_known)
    for table in old.sorted_tables:
        newer = new.tables[table.name]
        columns = [column for column in newer.columns if column.name in table.columns]
        rows = source.execute(select(*columns)).mappings().all()
        if rows:
            target.execute(table.insert(), [dict(row) for row in rows])
    return len(source.execute(new.tables["defects"].select()).all())


def _known(name: str, _: object) -> bool:
    """Without what the stores keep for themselves, and what the update fills by itself."""
    return name in tables.metadata.tables


def test_an_old_store_knows_after_its_update_where_each_defect_was_found(
    workspace: Workspace, store_url: str, empty_url: str
) -> None:
    live(workspace)
    wanted = workspace.ask(answers)
    assert wanted[0] == {
        "found:2.4 sort:key": ["DEF-2", "DEF-3", "DEF-5", "DEF-6", "DEF-7"],
        "found:2.5 sort:key": ["DEF-4"],
        "found:none sort:key": ["DEF-1"],
        "is:escaped sort:key": ["DEF-7"],
    }
    migrate(owner_url(empty_url), BEFORE)
    with as_owner(store_url) as source, as_owner(empty_url) as target:
        assert "found_release_id" not in {column["name"] for column in inspect(target).get_columns("defects")}
        assert copied(source, target) == 7
    migrate(owner_url(empty_url), serving=empty_url)
    store = open_store(empty_url)
    assert Workspace(store, clock=workspace.clock).ask(answers) == wanted
    store.close_sync()
