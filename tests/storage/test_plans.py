"""However much a workspace holds, a question reads what it is about: SQLite's own plans say so."""

import itertools
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from bot.domain.query import parse
from bot.services import defects as use
from bot.services import requests as ask
from bot.services.delivery import Places
from bot.services.outgoing import Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.traceability import gap_counts
from storage.across_teams import claimable, next_due
from storage.database import open_store
from tests.owner import as_owner
from tests.storage.acting import DEVON, START, TESS, Workspace, file
from tests.storage.lives import live, many_deeds

# They grow with the life of a workspace, not with the number of its projects or releases.
LARGE = "defects|defect_versions|events|event_texts|comments|evidence|links|anchors|postings|receipts|build_commits"
WALKED = re.compile(rf"(SCAN ({LARGE})\b|SEARCH ({LARGE}) .*\(team_id=\?\)$)")


@dataclass
class Heard:
    statements: dict[str, Any] = field(default_factory=dict)
    number: int = 0

    def __call__(self, _conn: object, _cursor: object, statement: str, values: Any, _ctx: object, many: bool) -> None:
        self.number += 1
        if not many and not statement.startswith(("INSERT", "SAVEPOINT", "RELEASE", "BEGIN")):
            self.statements[statement] = values


@pytest.fixture
def heard() -> Iterator[Heard]:
    listener = Heard()
    event.listen(Engine, "before_cursor_execute", listener)
    yield listener
    event.remove(Engine, "before_cursor_execute", listener)


@pytest.fixture
def workspace(sqlite_url: str) -> Iterator[Workspace]:
    store = open_store(sqlite_url)
    workspace = Workspace(store)
    live(workspace, many_deeds(200))
    yield workspace
    store.close_sync()


def ask_everything(questions: Questions) -> None:
    project = questions.project_for("C1")
    release = questions.release("2.4", project).release
    questions.defect("DEF-1")
    questions.in_thread("C1", "1.0")
    questions.waits_for(TESS)
    questions.verifiable_by(DEVON)
    questions.filed_by(TESS)
    questions.history("DEF-1")
    questions.similar(project.id, "Cart total wrong again")
    for query in (
        "open sort:age",
        "waits:@me",
        "original:DEF-1",
        "rel:2.4 wait>1d",
        "key:DEF-1|DEF-2 link:REQ-7 text:x",
    ):
        questions.matching(parse(query), TESS, project)
    questions.matching(parse("rel:2.4 open idle>1d"), TESS, at=START)
    for at in (None, START):
        questions.counting(release, at)
        questions.settled_count(release, at)
    for seq in (0, questions.head()[0] - 5):
        questions.events_since(release, seq)
    questions.life(release)
    questions.burn_up(release, "Europe/Berlin")
    questions.last_digest(release.id, None)


def act_on_everything(uow: UnitOfWork) -> None:
    project = uow.projects.default()
    defect = uow.defects.get("DEF-1")
    uow.defects.duplicates_of(defect.id)
    uow.defects.in_thread("C1", "1.0")
    uow.conversations.comment_on("C1", "1.0")
    uow.log.of_subject(defect.id)
    uow.log.last_change(defect.id)
    uow.log.last_defect_of(TESS)
    for release in uow.releases.of_project(project.id):
        uow.defects.awaiting_build(project.id, release.id)
        uow.defects.unclosed(release)


def test_nothing_walks_through_a_whole_workspace(workspace: Workspace, sqlite_url: str, heard: Heard) -> None:
    workspace.ask(ask_everything)
    workspace.act(act_on_everything)
    workspace.act(file())
    workspace.store.read_sync(lambda c: (claimable(c, START, Places(10, 10, 10, 10)), next_due(c)))
    with as_owner(sqlite_url) as connection:
        plans = explained(connection, dict(heard.statements))
    assert len(plans) > 40
    assert {statement: plan for statement, plan in plans.items() if any(map(WALKED.match, plan))} == {}


# What ANALYZE writes of 100,000 defects that are in one of two releases.
TWO_RELEASES = {
    "sqlite_autoindex_defects_1": "100000 100000 1",
    "sqlite_autoindex_defects_2": "100000 100000 1",
    "ix_defects_counts_in_status": "100000 100000 50000 50000",
    "ix_defects_status_severity": "100000 100000 20000 5000",
    "ix_defects_reporter_status": "100000 100000 2000 500",
    "ix_defects_project_id_status": "100000 100000 100000 20000",
    "sqlite_autoindex_defect_versions_1": "100000 100000 1 1",
    "ix_defect_versions_counts_in_valid_to_valid_from": "100000 100000 50000 50000 50000",
}


def test_a_release_s_own_are_found_by_index_also_where_few_releases_hold_them_all(
    workspace: Workspace, sqlite_url: str, heard: Heard
) -> None:
    with as_owner(sqlite_url) as connection:
        connection.exec_driver_sql("ANALYZE defects")
        connection.exec_driver_sql("ANALYZE defect_versions")
        for index, numbers in TWO_RELEASES.items():
            told = connection.exec_driver_sql("UPDATE sqlite_stat1 SET stat = ? WHERE idx = ?", (numbers, index))
            assert told.rowcount == 1, index
    heard.statements.clear()
    workspace.ask(ask_how_it_stands)
    with as_owner(sqlite_url) as connection:
        plans = explained(connection, dict(heard.statements))
    steps = [step for plan in plans.values() for step in plan if re.match(rf"(SCAN|SEARCH) ({LARGE})\b", step)]
    assert len(steps) > 5
    assert [step for step in steps if WALKED.match(step)] == []


def ask_how_it_stands(questions: Questions) -> None:
    release = questions.release("2.4", questions.project_for("C1")).release
    for at in (None, START):
        questions.counting(release, at)
        questions.settled_count(release, at)
    questions.events_since(release, 0)
    questions.life(release)


def explained(connection: Connection, statements: dict[str, Any]) -> dict[str, list[str]]:
    return {
        statement: [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        for statement, values in statements.items()
    }


def test_a_page_takes_as_many_statements_for_fifty_defects_as_for_three(workspace: Workspace, heard: Heard) -> None:
    def statements_for(limit: int) -> int:
        before = heard.number
        page = workspace.ask(lambda questions: questions.matching(parse("sort:key"), TESS, limit=limit))
        assert len(page.items) == limit
        return heard.number - before

    for _ in range(50):
        workspace.act(file())
    few = statements_for(10)
    assert statements_for(50) == few <= 15


def test_filing_takes_few_statements(workspace: Workspace, heard: Heard) -> None:
    before = heard.number
    workspace.act(file())
    assert heard.number - before <= 18


def test_claiming_costs_what_is_claimed_however_much_waits(workspace: Workspace) -> None:
    def put(lanes: range) -> None:
        def say(uow: UnitOfWork) -> None:
            for n in lanes:
                uow.outbox.put(Outgoing(Sort.LINE, f"lane-{n}", {"text": "x"}))

        workspace.act(say)

    def steps() -> int:
        return workspace.store.read_sync(counted)

    def counted(connection: Connection) -> int:
        """Hundreds of steps of SQLite's machine."""
        taken: list[None] = []
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_progress_handler(lambda: taken.append(None), 100)
        assert len(claimable(connection, workspace.clock.now(), Places(8, 6, 8, 6)).rows) == 8
        assert next_due(connection) is not None
        driver.set_progress_handler(None, 0)
        return len(taken)

    put(range(20))
    few = steps()
    put(range(20, 2_000))
    assert steps() <= few + 1


def test_an_act_costs_as_much_after_a_thousand_others_on_the_same_defect(workspace: Workspace) -> None:
    key = workspace.act(file())
    taken: list[None] = []

    def hand_over(times: int) -> int:
        """Hundreds of steps of SQLite's machine for the last one of so many acts."""
        for person in itertools.islice(itertools.cycle((DEVON, TESS)), times):
            taken.clear()
            workspace.act(partial(use.assign, request=ask.Assign(key, person)))
        return len(taken)

    def count(connection: Connection) -> None:
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_progress_handler(lambda: taken.append(None), 100)

    workspace.store.run_sync(count)
    few = hand_over(2)
    assert few > 0
    assert hand_over(1_000) <= few + 2


def test_all_kinds_of_gaps_are_counted_at_once_and_what_cases_say_is_found_out_once(
    workspace: Workspace, heard: Heard
) -> None:
    def count(questions: Questions) -> None:
        view = questions.release("2.4", questions.project_for("C1"))
        heard.statements.clear()
        gap_counts(questions, view, questions.now)

    workspace.ask(count)
    assert len(heard.statements) == 1
    assert "".join(heard.statements).count("FROM executions") == 1
