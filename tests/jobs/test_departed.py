"""Who has removed the bot has 30 days to have it back; then their words go, and nobody else's."""

from collections import deque
from collections.abc import Iterator

import pytest

from bot.domain.values import Resolution
from bot.jobs.retention import Retention
from bot.services import conversations, filing
from bot.services import defects as use
from bot.services import requests as ask
from bot.services.outgoing import Outgoing, Sort
from bot.services.roads import ALL, REMOVED
from storage.database import Store, open_store
from storage.passing import PORTION
from storage.retention import SqlRetention
from storage.roads import open_roads
from storage.tenant import Tenant
from tests.commandline.test_erase import CANARY, KEPT, everything
from tests.storage.acting import DEVON, TESS, Workspace, file
from tests.storage.test_event_log import verdict


@pytest.fixture
def workspace(store_url: str) -> Iterator[Workspace]:
    """T1 wrote canaries and has removed the bot, T2 wrote harmless words."""
    store = open_store(store_url)
    made = Workspace(store)
    made.act(file("Canary one", actual="canary two", steps="canary three"), TESS)
    made.act(lambda uow: use.ask_info(uow, ask.AskInfo("DEF-1", DEVON, "canary four?")), TESS)
    made.act(lambda uow: conversations.comment(uow, ask.Comment("DEF-1", "canary five")), DEVON)
    made.act(file("Canary six"), TESS)
    made.act(lambda uow: filing.edit(uow, ask.Edit("DEF-2", title="Canary seven")), DEVON)
    made.act(lambda uow: use.resolve(uow, ask.Resolve("DEF-2", Resolution.WONT_FIX, note="canary eight")), DEVON)
    other = Workspace(store, "T2")
    other.act(file("Harmless elsewhere"), TESS)
    made.act(lambda uow: uow.roads.close(ALL, REMOVED), TESS)
    # Slack has refused T2 too, but nobody there has removed the bot.
    other.act(lambda uow: uow.roads.close(ALL, "token_revoked"), TESS)
    yield made
    store.close_sync()


def retention(workspace: Workspace) -> Retention:
    return Retention(SqlRetention(workspace.store), workspace.clock)


async def test_thirty_days_after_the_removal_only_the_sealed_log_is_left(workspace: Workspace, store_url: str) -> None:
    # More of one table than one transaction takes.
    said = [Outgoing(Sort.DIRECT, f"direct:{n}", {"user": TESS, "text": "canary nine"}) for n in range(PORTION + 1)]
    workspace.act(lambda uow: deque(map(uow.outbox.put, said)))
    before = verdict(workspace)
    workspace.clock.forward(days=30)
    await retention(workspace).run()
    words = everything(store_url)
    assert words.count(CANARY) > PORTION + 8
    workspace.clock.forward(seconds=1)
    assert await retention(workspace).run() > PORTION + 10
    left = everything(store_url)
    assert CANARY not in left
    assert f"{KEPT} elsewhere" in left
    assert verdict(workspace) == before
    assert workspace.act(file("A new life"), TESS) == "DEF-1"
    assert await retention(workspace).run() == 0


async def test_who_has_the_bot_back_in_time_keeps_everything(workspace: Workspace, store_url: str) -> None:
    workspace.clock.forward(days=29)

    await _reinstalled(workspace.store, workspace)
    workspace.clock.forward(days=90)
    assert await retention(workspace).run() == 0
    assert everything(store_url).count(CANARY) > 8


async def _reinstalled(store: Store, workspace: Workspace) -> None:
    await store.run(lambda connection: open_roads(Tenant(connection, "T1", workspace.clock.now()), {ALL}))
