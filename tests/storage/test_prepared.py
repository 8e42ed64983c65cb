"""A statement that is run again goes straight to the driver, and nothing else changes by that."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, event, insert, select, update
from sqlalchemy.exc import DBAPIError

from storage import prepared
from storage.database import Store
from storage.driver import MOST_ROWS
from storage.errors import KeyTaken
from storage.guard import Unbound
from storage.tables import defects, outbox
from storage.tenant import TEAM, Tenant, param
from tests.storage.acting import START, Workspace, file

TIMES = 3  # the first is SQLAlchemy's own
ROW: dict[str, Any] = {
    "after_seq": 7,
    "lane": "defect:d",
    "sort": "card",
    "body": {"b": [1, "ü"], "at": datetime(2026, 11, 28, 9, 30, 0, 123456, UTC)},
    "bulk": False,
    "state": "waiting",
    "created_at": datetime(2026, 11, 28, 9, 30, 0, 1, UTC),
    "due_at": START,
    "attempts": 0,
    "doubtful": True,
}


class Counted:
    """Every run that a listener of SQLAlchemy's hears of."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def __call__(self, _connection: object, _cursor: object, words: str, *_: object) -> None:
        self.heard.append(words)


@pytest.fixture
def counted() -> Iterator[Counted]:
    listener = Counted()
    event.listen(Engine, "before_cursor_execute", listener)
    yield listener
    event.remove(Engine, "before_cursor_execute", listener)


def test_what_goes_in_comes_out_the_same_on_every_road(store: Store) -> None:
    rows = [ROW | {"id": f"row-{n}", "fold": f"f{n}" if n else None} for n in range(2 * TIMES)]
    asked = select(outbox).where(outbox.c.team_id == TEAM, outbox.c.id == param("row"))

    def work(connection: Connection) -> list[dict[str, Any]]:
        tenant = Tenant(connection, "T1", START)
        for n in range(TIMES):
            tenant.add(outbox, *rows[2 * n : 2 * n + 2])
        return [dict(tenant.all(asked, row=row["id"])[0]._mapping) for row in rows]

    kept = [{name: row[name] for name in rows[0]} for row in store.run_sync(work)]
    assert kept == rows


def test_many_rows_go_in_at_once_and_each_arrives_as_it_is(store: Store, counted: Counted) -> None:
    sizes = (1, 2, MOST_ROWS, 2 * MOST_ROWS + 3)
    rows = [
        [ROW | {"id": f"{size}-{turn}-{n:04}", "fold": f"f{n}" if n % 2 else None} for n in range(size)]
        for turn in range(TIMES)
        for size in sizes
    ]

    def work(connection: Connection) -> list[dict[str, Any]]:
        tenant = Tenant(connection, "T1", START)
        for some in rows:
            tenant.add(outbox, *some)
        found = tenant.all(select(outbox).where(outbox.c.team_id == TEAM).order_by(outbox.c.id))
        return [{name: row._mapping[name] for name in rows[0][0]} for row in found]

    assert store.run_sync(work) == sorted((row for some in rows for row in some), key=lambda row: str(row["id"]))
    assert len([words for words in counted.heard if words.startswith("INSERT INTO outbox")]) == len(rows)


def test_a_list_of_any_length_finds_what_is_in_it(store: Store) -> None:
    some, most = 3, prepared.LONGEST_LIST + 3
    asked = select(outbox.c.id).where(outbox.c.team_id == TEAM, outbox.c.id.in_(param("ids", expanding=True)))

    def work(connection: Connection) -> list[int]:
        tenant = Tenant(connection, "T1", START)
        tenant.add(outbox, *(ROW | {"id": f"row-{n}"} for n in range(most)))
        return [len(tenant.all(asked, ids=[f"row-{n}" for n in range(length)])) for length in lengths]

    lengths = [most, some, 0, 1, most, 0, some, 9, 16, 17, 31, 9, 33, prepared.LONGEST_LIST - 1, prepared.LONGEST_LIST]
    assert store.run_sync(work) == lengths


def test_how_many_rows_were_touched_and_what_they_became(store: Store) -> None:
    older = update(outbox).where(outbox.c.team_id == TEAM, outbox.c.attempts < param("most"))
    raise_ = older.values(attempts=outbox.c.attempts + 1).returning(outbox.c.id, outbox.c.attempts)
    gone = delete(outbox).where(outbox.c.team_id == TEAM, outbox.c.attempts == param("tried"))

    def work(connection: Connection) -> tuple[list[list[int]], list[int]]:
        tenant = Tenant(connection, "T1", START)
        tenant.add(outbox, ROW | {"id": "a"}, ROW | {"id": "b", "attempts": 1})
        tried = [[row.attempts for row in sorted(tenant.all(raise_, most=3))] for _ in range(TIMES + 1)]
        return tried, [tenant.change(gone, tried=3) for _ in range(TIMES)]

    assert store.run_sync(work) == ([[1, 2], [2, 3], [3], []], [2, 0, 0])


def test_every_run_is_heard_by_whoever_listens(store: Store, counted: Counted) -> None:
    asked = select(outbox.c.lane).where(outbox.c.team_id == TEAM)

    def work(connection: Connection) -> None:
        tenant = Tenant(connection, "T1", START)
        for _ in range(TIMES):
            tenant.first(asked)

    store.run_sync(work)
    assert len([words for words in counted.heard if words.startswith("SELECT outbox.lane")]) == TIMES


def test_no_run_leaves_its_workspace(store: Store, workspace: Workspace) -> None:
    workspace.act(file("Ours"))
    mine = select(defects.c.title).where(defects.c.team_id == TEAM)
    loose = select(defects.c.title)

    def ask(team: str) -> list[str]:
        return store.run_sync(lambda c: [row.title for row in Tenant(c, team, START).all(mine)])

    assert [ask("T1"), ask("T2"), ask("T1"), ask("T2")] == [["Ours"], [], ["Ours"], []]

    def elsewhere(connection: Connection) -> object:
        Tenant(connection, "T2", START)
        return prepared.rows(connection, mine, {"team": "T1"})

    def into_another(connection: Connection) -> object:
        Tenant(connection, "T2", START)
        return prepared.touched(connection, put, ROW | {"team_id": "T1", "id": "theirs"})

    def among_many(connection: Connection) -> None:
        Tenant(connection, "T2", START)
        rows = [ROW | {"team_id": team, "id": f"row of {team}"} for team in ("T2", "T1")]
        prepared.each(connection, put, rows)

    def unbound(connection: Connection) -> object:
        return prepared.rows(connection, mine, {"team": "T1"})

    put = insert(outbox)
    for _ in range(TIMES):
        for work in (elsewhere, into_another, among_many, unbound):
            with pytest.raises(Unbound):
                store.run_sync(work)
        with pytest.raises(Unbound, match="to a workspace"):
            store.run_sync(lambda c: Tenant(c, "T1", START).all(loose))


def test_a_key_that_is_taken_is_told_as_ever(store: Store) -> None:
    def put(row_id: str) -> None:
        store.run_sync(lambda c: Tenant(c, "T1", START).add(outbox, ROW | {"id": row_id}))

    for n in range(TIMES):
        put(f"row-{n}")
        with pytest.raises(KeyTaken):
            put(f"row-{n}")


def test_what_the_server_refuses_is_sqlalchemy_s_error_with_the_driver_s_inside(store: Store) -> None:
    mute = update(defects).where(defects.c.team_id == TEAM).values(title=None)

    def refused(connection: Connection) -> list[bool]:
        tenant = Tenant(connection, "T1", START)
        told = []
        for _ in range(TIMES):
            with pytest.raises(DBAPIError) as caught, connection.begin_nested():
                tenant.change(mute)
            told.append(isinstance(caught.value.orig, connection.dialect.loaded_dbapi.Error))
        return told

    Workspace(store).act(file("Ours"))
    assert store.run_sync(refused) == [True] * TIMES


def test_an_instant_without_a_zone_is_never_kept(store: Store) -> None:
    naive = datetime(2026, 11, 28)  # noqa: DTZ001 - on purpose

    def put(row_id: str, at: datetime) -> None:
        store.run_sync(lambda c: Tenant(c, "T1", START).add(outbox, ROW | {"id": row_id, "due_at": at}))

    for n in range(TIMES):
        put(f"row-{n}", START)
        with pytest.raises(Exception, match="without a zone"):
            put(f"naive-{n}", naive)
