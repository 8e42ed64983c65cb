"""A store that has grown is cut into partitions, and nobody who uses it notices."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from bot.jobs.retention import Retention
from storage import partitions
from storage.database import open_store
from storage.retention import SqlRetention
from tests.owner import as_owner, owner_url
from tests.process import environment
from tests.storage.acting import START, Workspace, file
from tests.storage.test_projection import rebuilt, stored, verdict

# The ids of what is written now bear the hour of the machine.
NOW = datetime.now(UTC)


def cut(url: str, now: datetime = NOW) -> list[str]:
    with as_owner(url) as connection:
        return partitions.partition(connection, now, make_url(url).username)


def held(url: str) -> dict[str, int]:
    """Rows by partition, of those that have any."""
    names = "SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE relkind = 'r'"
    with as_owner(url) as connection:
        found = connection.scalars(text(names)).all()
        counts = {name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in found}
    return {name: count for name, count in counts.items() if count}


def test_what_was_written_before_and_after_is_one_record(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "EVENTS_EACH", 4)
    store = open_store(postgres_url)
    workspace = Workspace(store)
    for number in range(3):
        workspace.act(file(f"before {number}"))
    made = cut(postgres_url)
    assert {"events_first", "events_4", "events_rest", "outbox_first", "receipts_0"} < set(made)
    assert cut(postgres_url) == [], "all that is ahead stands"
    for number in range(6):
        workspace.act(file(f"after {number}"))
    assert (held(postgres_url)["events_first"], held(postgres_url)["events_4"]) == (3, 4)
    assert held(postgres_url)["outbox_first"] == 9
    assert verdict(workspace).broken is None
    assert stored(workspace) == rebuilt(workspace)
    assert {"events_16", "events_20", "event_texts_20"} < set(cut(postgres_url)), "what is ahead by now"
    store.close_sync()


def test_a_later_month_has_its_own_part_of_the_outbox(postgres_url: str) -> None:
    cut(postgres_url, NOW - timedelta(days=40))
    store = open_store(postgres_url)
    Workspace(store).act(file())
    (part,) = (name for name in held(postgres_url) if name.startswith("outbox"))
    assert part == f"outbox_{NOW:%Y_%m}"
    store.close_sync()


def test_the_log_stays_closed_and_rows_stay_with_their_workspace(postgres_url: str) -> None:
    store = open_store(postgres_url)
    Workspace(store).act(file())
    cut(postgres_url)
    for table in ("events", "events_first"):
        with pytest.raises(DBAPIError, match="append-only"), as_owner(postgres_url) as connection:
            connection.execute(text(f"DELETE FROM {table}"))
    assert Workspace(store, "T2").ask(lambda questions: questions.head())[0] == 0
    store.close_sync()


async def test_what_is_a_week_old_is_forgotten_there_too(postgres_url: str) -> None:
    store = open_store(postgres_url)
    workspace = Workspace(store)
    cut(postgres_url)
    workspace.act(file())
    with as_owner(postgres_url) as connection:
        connection.execute(text("UPDATE outbox SET settled_at = :now, state = 'sent'"), {"now": START})
    workspace.clock.forward(days=8)
    assert await Retention(SqlRetention(store), workspace.clock).run() == 1
    await store.close()


def test_the_command_cuts_as_the_owner_and_grants_the_role_that_serves(postgres_url: str, tmp_path: Path) -> None:
    given = environment(tmp_path) | {"COUNTERSIGN_DATABASE_URL": postgres_url}

    def run(**more: str) -> tuple[int, str]:
        words = [sys.executable, "-m", "bot", "partition", "--json"]
        done = subprocess.run(words, env=given | more, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout or done.stderr

    code, said = run()
    assert (code, "The tables must be cut by their owner" in said) == (4, True)
    assert "Run `countersign partition` with COUNTERSIGN_MIGRATION_URL" in said
    code, said = run(COUNTERSIGN_MIGRATION_URL=owner_url(postgres_url))
    assert code == 0
    assert "outbox_first" in json.loads(said)
    store = open_store(postgres_url)
    assert Workspace(store).act(file()) == "DEF-1"
    store.close_sync()
    code, said = run(COUNTERSIGN_DATABASE_URL=f"sqlite:///{tmp_path}/one.db")
    assert (code, "SQLite has no partitions" in said) == (3, True)
