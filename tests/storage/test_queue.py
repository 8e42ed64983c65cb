"""The outbox as a queue: one row of a lane at a time, each to one worker, nothing lost and nothing twice."""

import asyncio
from datetime import timedelta

import pytest

from bot.services.delivery import Again, Claimed, Settled, State
from bot.services.filing import file_defect
from bot.services.notifications import notify
from bot.services.outgoing import ANSWER_LIFE, Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.records import Anchor
from bot.services.requests import FileDefect
from storage.database import Store
from storage.queue import SqlOutboxStore
from tests.storage.acting import TESS, Workspace

LEASE = timedelta(seconds=60)


class Office:
    """A workspace's outbox, and its queue as one worker sees it."""

    def __init__(self, store: Store) -> None:
        self.workspace = Workspace(store)
        self.queue = SqlOutboxStore(store, self.workspace.clock, notify)

    def put(self, *messages: Outgoing) -> None:
        def say(uow: UnitOfWork) -> None:
            for message in messages:
                uow.outbox.put(message)

        self.workspace.act(say)

    async def claim(self, limit: int = 10, bulk: int = 10) -> list[str]:
        return [str(row.body["n"]) for row in await self.rows(limit, bulk)]

    async def rows(self, limit: int = 10, bulk: int = 10) -> list[Claimed]:
        return await self.queue.claim(self.workspace.clock.now(), LEASE, limit=limit, bulk=bulk)


def line(n: str, lane: str = "a", **more: object) -> Outgoing:
    return Outgoing(Sort.LINE, lane, {"n": n}, **more)  # type: ignore[arg-type]


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


async def test_a_lane_gives_one_row_at_a_time_in_its_order(office: Office) -> None:
    office.put(line("a1"), line("a2"), line("b1", "b"))
    [first, other] = await office.rows()
    assert [first.body["n"], other.body["n"]] == ["a1", "b1"]
    assert await office.claim() == []
    await office.queue.settle(first, Settled(State.SENT))
    assert await office.claim() == ["a2"]


async def test_what_is_put_back_holds_its_lane_until_its_hour(office: Office) -> None:
    office.put(line("a1"), line("a2"))
    [row] = await office.rows()
    later = office.workspace.clock.now() + timedelta(seconds=30)
    await office.queue.settle(row, Again(later, "rate limited"))
    assert await office.claim() == []
    assert await office.queue.next_due() == later
    office.workspace.clock.forward(seconds=30)
    [again] = await office.rows()
    assert (again.body["n"], again.attempts, again.doubtful) == ("a1", 1, False)


async def test_a_turn_that_had_not_come_is_no_try(office: Office) -> None:
    office.put(line("a1"))
    [row] = await office.rows()
    await office.queue.settle(row, Again(office.workspace.clock.now(), "its turn comes", counts=False))
    [again] = await office.rows()
    assert again.attempts == 0


async def test_a_row_whose_worker_died_comes_again_as_doubtful(office: Office) -> None:
    office.put(line("a1"))
    [dead] = await office.rows()
    office.workspace.clock.forward(seconds=61)
    [again] = await office.rows()
    assert again.doubtful
    await office.queue.settle(dead, Settled(State.SENT))
    assert await office.queue.next_due() is not None
    await office.queue.settle(again, Settled(State.SENT))
    assert await office.queue.next_due() is None


async def test_of_several_updates_of_one_card_one_is_sent_and_keeps_its_place(office: Office) -> None:
    office.put(line("card", fold="card:1"), line("line"), line("card again", fold="card:1"))
    [row] = await office.rows()
    assert row.body["n"] == "card"
    await office.queue.settle(row, Settled(State.SENT))
    [row] = await office.rows()
    assert row.body["n"] == "line"
    await office.queue.settle(row, Settled(State.SENT))
    assert await office.claim() == []


async def test_what_nobody_wants_any_more_is_not_sent(office: Office) -> None:
    office.put(line("answer", life=ANSWER_LIFE), line("after"))
    office.workspace.clock.forward(seconds=61)
    assert await office.claim() == ["after"]


async def test_bulk_yields_to_people(office: Office) -> None:
    office.put(line("bulk1", "x", bulk=True), line("bulk2", "y", bulk=True), line("person", "z"))
    assert await office.claim(limit=2, bulk=1) == ["person", "bulk1"]


async def test_what_slack_answered_is_stored_with_the_fact_that_it_was_done(office: Office) -> None:
    filed = office.workspace.act(lambda uow: file_defect(uow, FileDefect("Cart total is wrong", home="C1")), TESS)
    rows = await office.rows()
    anchor = Anchor(filed.defect.id, "C1", None, "1.5")
    await office.queue.settle(rows[0], Settled(State.SENT, then=lambda uow: uow.conversations.set_anchor(anchor)))
    assert office.workspace.act(lambda uow: uow.conversations.anchor(filed.defect.id)) == anchor


async def test_what_died_on_its_way_to_a_closed_channel_can_be_revived(office: Office) -> None:
    office.put(line("a1"))
    [row] = await office.rows()
    await office.queue.settle(row, Settled(State.DEAD, "is_archived"))
    assert await office.claim() == []
    assert await office.queue.revive("T1", "is_archived") == 1
    assert await office.claim() == ["a1"]


async def test_several_workers_never_hold_one_row(office: Office) -> None:
    office.put(*(line(str(n), f"lane{n}") for n in range(40)))
    taken = await asyncio.gather(*(office.claim(limit=10) for _ in range(8)))
    everything = [n for some in taken for n in some]
    assert len(everything) == len(set(everything))
    while more := await office.claim(limit=10):
        everything += more
    assert sorted(everything, key=int) == [str(n) for n in range(40)]
