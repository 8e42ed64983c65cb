"""The command line works beside the serving process on one SQLite file; nothing is lost, nothing goes out twice."""

import asyncio
import subprocess
import sys
from datetime import timedelta

from bot.services.delivery import Places, Settled, State
from storage import tables
from storage.chain import Verdict, verify
from storage.database import open_store
from storage.deliveries import SqlOutboxStore
from storage.tenant import Tenant
from tests.storage.acting import START, Workspace, file, rows

EACH = 40
LEASE = timedelta(seconds=30)


async def work(url: str) -> list[str]:
    """Files defects and delivers whatever it can claim; answers the rows that it said."""
    store = open_store(url)
    workspace = Workspace(store)
    outbox = SqlOutboxStore(store, workspace.units, workspace.clock)
    said = []
    for n in range(EACH):
        await workspace.units.perform(workspace.context(), file(f"Title {n}"))
        for row in await outbox.claim(START, LEASE, Places(3, 3, 3, 3)):
            await outbox.settle(row, Settled(State.SENT))
            said.append(row.id)
    await store.close()
    return said


async def test_two_processes_file_and_deliver_on_one_file(sqlite_url: str) -> None:
    beside = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.storage.test_two_processes", sqlite_url, stdout=subprocess.PIPE
    )
    said = await work(sqlite_url)
    output, _ = await beside.communicate()
    assert beside.returncode == 0
    said += output.decode().split()
    assert len(said) == len(set(said))
    store = open_store(sqlite_url)
    workspace = Workspace(store)
    assert rows(workspace, tables.defects) == rows(workspace, tables.outbox) == 2 * EACH
    assert workspace.act(file()) == f"DEF-{2 * EACH + 1}"
    head = workspace.ask(lambda questions: questions.head())
    assert store.read_sync(lambda c: verify(Tenant(c, "T1", START))) == Verdict(2 * EACH + 1, head)
    store.close_sync()


if __name__ == "__main__":
    print("\n".join(asyncio.run(work(sys.argv[1]))))
