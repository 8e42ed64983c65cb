"""Whatever is done to a log of Countersign, the audit finds it, at the first event that does not hold."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, select
from sqlalchemy.pool import StaticPool

from bot.domain.values import Severity
from bot.services import conversations, filing
from bot.services import defects as use
from bot.services import requests as ask
from storage import tables
from storage.chain import Verdict, verify
from storage.database import open_store
from storage.tenant import Tenant
from tests.storage.acting import DEVON, START, TESS, Workspace, file
from tests.storage.tampering import ACTS, Forger, drop_triggers

EACH = 12


@pytest.fixture(scope="module")
def log(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "countersign.db"
    path.write_bytes(sqlite_template.read_bytes())
    store = open_store(f"sqlite:///{path}")
    town = Workspace(store)
    for key in ("DEF-1", "DEF-2"):
        live(town, key)
    store.close_sync()
    return path


def live(town: Workspace, key: str) -> None:
    town.act(file(f"Title of {key}", actual="it breaks"), TESS)
    town.act(lambda uow: use.claim(uow, ask.Claim(key)), DEVON)
    town.act(lambda uow: conversations.comment(uow, ask.Comment(key, "seen twice")), TESS)
    town.act(lambda uow: filing.edit(uow, ask.Edit(key, severity=Severity.S1)), TESS)
    town.act(lambda uow: use.mark_fixed(uow, ask.MarkFixed(key)), DEVON)


@contextmanager
def copied(log: Path) -> Iterator[tuple[sqlite3.Connection, Connection]]:
    """In memory: as the forger's tool sees it, and as the audit does."""
    with closing(sqlite3.connect(":memory:")) as raw, closing(sqlite3.connect(log)) as kept:
        kept.backup(raw)
        engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
        with engine.connect() as connection:
            drop_triggers(connection)
            yield raw, connection


def audited(connection: Connection, printed: tuple[int, str] | None = None) -> Verdict:
    return verify(Tenant(connection, "T1", START), printed)


@pytest.mark.parametrize("act", ACTS)
def test_any_tampering_is_found_at_the_first_event_that_does_not_hold(log: Path, act: str) -> None:
    @settings(max_examples=EACH, deadline=None, database=None)
    @given(st.data())
    def found(data: st.DataObject) -> None:
        with copied(log) as (raw, connection):
            printed = connection.execute(select(tables.heads.c.seq, tables.heads.c.hash)).one()
            assert audited(connection, (printed.seq, printed.hash)).broken is None
            seq = getattr(Forger(raw, data.draw), act)()
            broken = audited(connection, (printed.seq, printed.hash)).broken
            assert broken is not None
            assert broken.seq == seq

    found()
