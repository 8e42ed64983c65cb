"""What was only needed for a while goes, and nothing of the record."""

from datetime import timedelta

from bot.jobs.retention import Retention
from bot.services.context import Receipt
from storage.database import Store
from storage.retention import SqlRetention
from tests.storage.acting import TESS, Workspace, file


async def test_receipts_older_than_a_week_go_and_the_record_stays(store: Store) -> None:
    workspace = Workspace(store)
    workspace.units.perform_sync(workspace.context(TESS, [Receipt("event", "Ev1")]), file())
    retention = Retention(SqlRetention(store), workspace.clock)
    assert await retention.run() == 0
    workspace.clock.forward(days=7, seconds=1)
    assert await retention.run() == 1
    assert workspace.ask(lambda questions: len(questions.history("DEF-1"))) == 1


async def test_a_row_that_waits_to_be_sent_is_kept_however_long(store: Store) -> None:
    workspace = Workspace(store)
    workspace.act(file())
    workspace.clock.forward(days=30)
    retention = Retention(SqlRetention(store), workspace.clock, timedelta(days=7))
    assert await retention.run() == 0
