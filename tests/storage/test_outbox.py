"""What is to be said leaves in order, once, and is never forgotten."""

import asyncio
from datetime import timedelta

import pytest

from bot.services import defects as use
from bot.services import requests as ask
from bot.services.delivery import Again, Claimed, Places, Settled, State
from bot.services.outgoing import ANSWER_LIFE, Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.records import Anchor
from storage import tables
from storage.across_teams import inherit
from storage.deliveries import SqlOutboxStore
from storage.retention import SqlRetention
from tests.storage.acting import START, TESS, Workspace, file, rows

LEASE = timedelta(seconds=30)


@pytest.fixture
def outbox(workspace: Workspace) -> SqlOutboxStore:
    return SqlOutboxStore(workspace.store, workspace.units, workspace.clock)


def say(workspace: Workspace, *messages: Outgoing) -> None:
    def put(uow: UnitOfWork) -> None:
        for message in messages:
            uow.outbox.put(message)

    workspace.act(put)


def line(lane: str, text: str, **how: object) -> Outgoing:
    return Outgoing(Sort.LINE, lane, {"text": text}, **how)  # type: ignore[arg-type]


async def claim(outbox: SqlOutboxStore, workspace: Workspace, limit: int = 50, bulk: int = 50) -> list[Claimed]:
    return await outbox.claim(workspace.clock.now(), LEASE, Places(limit, bulk, limit, limit))


def texts(claimed: list[Claimed]) -> list[object]:
    return [row.body.get("text") for row in claimed]


async def test_only_the_oldest_row_of_a_lane_is_claimed_and_the_next_follows_when_it_is_settled(
    workspace: Workspace, outbox: SqlOutboxStore
) -> None:
    say(workspace, line("a", "a1"), line("a", "a2"), line("b", "b1"))
    first = await claim(outbox, workspace)
    assert sorted(map(str, texts(first))) == ["a1", "b1"]
    assert await claim(outbox, workspace) == []
    await outbox.settle(next(row for row in first if row.lane == "a"), Settled(State.SENT))
    assert texts(await claim(outbox, workspace)) == ["a2"]


async def test_nothing_is_handed_out_twice_to_workers_that_ask_at_once(
    workspace: Workspace, outbox: SqlOutboxStore
) -> None:
    say(workspace, *(line(f"lane{n}", str(n)) for n in range(40)))
    taken = await asyncio.gather(*(claim(outbox, workspace, limit=15) for _ in range(6)))
    ids = [row.id for rows_ in taken for row in rows_]
    while more := await claim(outbox, workspace):
        ids += [row.id for row in more]
    assert len(ids) == len(set(ids)) == 40


async def test_a_crowd_of_one_workspace_does_not_hold_up_what_another_one_says(
    workspace: Workspace, outbox: SqlOutboxStore
) -> None:
    calm = Workspace(workspace.store, "T2", workspace.clock)
    say(workspace, *(line(f"lane{n}", f"crowd {n}") for n in range(40)))
    in_hand = await claim(outbox, workspace, limit=8)
    workspace.clock.forward(seconds=1)
    say(calm, line("a", "calm a"), line("b", "calm b"))
    in_hand += await claim(outbox, workspace, limit=1)
    in_hand += await claim(outbox, workspace, limit=3)
    assert texts(in_hand[8:]) == ["calm a", "calm b", "crowd 8", "crowd 9"]


async def test_two_crowds_have_as_much_in_hand_as_each_other(workspace: Workspace, outbox: SqlOutboxStore) -> None:
    other = Workspace(workspace.store, "T2", workspace.clock)
    say(workspace, *(line(f"lane{n}", f"one {n}") for n in range(20)))
    workspace.clock.forward(seconds=1)
    say(other, *(line(f"lane{n}", f"two {n}") for n in range(20)))
    taken = await claim(outbox, workspace, limit=8)
    assert sorted(map(str, texts(taken))) == sorted(f"{who} {n}" for who in ("one", "two") for n in range(4))


async def test_a_workspace_gets_no_more_places_than_its_own_and_what_it_holds_counts(
    workspace: Workspace, outbox: SqlOutboxStore
) -> None:
    calm = Workspace(workspace.store, "T2", workspace.clock)
    say(workspace, *(line(f"lane{n}", f"crowd {n}") for n in range(40)))
    workspace.clock.forward(seconds=1)
    say(calm, line("a", "calm a"))

    async def more(held: dict[str, int]) -> list[object]:
        return texts(await outbox.claim(workspace.clock.now(), LEASE, Places(20, 18, 8, 6, held)))

    assert await more({"T1": 5}) == ["crowd 0", "calm a", "crowd 1", "crowd 2"]
    assert await more({"T1": 8, "T2": 1}) == []
    say(calm, line("b", "calm b"))
    assert await more({"T1": 8, "T2": 1}) == ["calm b"]
    assert await more({"T1": 7, "T2": 2}) == ["crowd 3"]


async def test_what_nobody_waits_for_leaves_places_of_its_workspace_to_people(
    workspace: Workspace, outbox: SqlOutboxStore
) -> None:
    say(workspace, *(line(f"bulk{n}", "bulk", bulk=True) for n in range(20)))

    async def more(held: int) -> list[object]:
        return texts(await outbox.claim(workspace.clock.now(), LEASE, Places(20, 18, 8, 6, {"T1": held})))

    assert await more(2) == ["bulk"] * 4
    assert await more(6) == []
    say(workspace, line("a", "direct"))
    assert await more(6) == ["direct"]


async def test_a_lease_that_ran_out_comes_again_and_is_doubtful(workspace: Workspace, outbox: SqlOutboxStore) -> None:
    say(workspace, line("a", "a1"))
    first = await claim(outbox, workspace)
    workspace.clock.forward(seconds=31)
    again = await claim(outbox, workspace)
    assert (first[0].doubtful, first[0].attempts) == (False, 0)
    assert (again[0].id, again[0].doubtful, again[0].attempts) == (first[0].id, True, 1)
    await outbox.settle(first[0], Again(workspace.clock.now(), "late"))
    assert await claim(outbox, workspace) == []
    await outbox.settle(first[0], Settled(State.SENT))
    await outbox.settle(again[0], Settled(State.DEAD, "archived"))
    assert await outbox.reopen("T1", set(), {"archived"}) == 0


async def test_who_serves_alone_need_not_wait_for_the_leases_of_the_dead(
    workspace: Workspace, outbox: SqlOutboxStore
) -> None:
    say(workspace, line("a", "a1"), line("b", "b1"))
    (first,) = await claim(outbox, workspace, limit=1)
    now = workspace.clock.forward(seconds=1)
    assert await inherit(workspace.store, now) == 1
    taken = {row.id: (row.doubtful, row.attempts) for row in await claim(outbox, workspace)}
    assert len(taken) == 2
    assert taken[first.id] == (True, 1)
    assert sorted(taken.values()) == [(False, 0), (True, 1)]


async def test_what_is_put_back_waits_for_its_time_and_holds_its_lane(
    workspace: Workspace, outbox: SqlOutboxStore
) -> None:
    say(workspace, line("a", "a1"), line("a", "a2"))
    row = (await claim(outbox, workspace))[0]
    due = workspace.clock.now() + timedelta(seconds=10)
    await outbox.settle(row, Again(due, "ratelimited", counts=False))
    assert await outbox.next_due() == due
    assert await claim(outbox, workspace) == []
    workspace.clock.forward(seconds=10)
    again = await claim(outbox, workspace)
    assert [(each.id, each.attempts, each.doubtful) for each in again] == [(row.id, 0, False)]
    await outbox.settle(again[0], Again(workspace.clock.now(), "lost", doubtful=True))
    assert [(each.attempts, each.doubtful) for each in await claim(outbox, workspace)] == [(1, True)]


async def test_of_several_waiting_rows_with_one_fold_key_one_goes_out_at_the_oldests_place(
    workspace: Workspace, outbox: SqlOutboxStore
) -> None:
    say(workspace, line("a", "card1", fold="card"), line("a", "line"), line("a", "card2", fold="card"))
    say(workspace, line("a", "card3", fold="card"), line("b", "card4", fold="other card"))
    said = []
    while claimed := await claim(outbox, workspace):
        said += texts(claimed)
        for row in claimed:
            await outbox.settle(row, Settled(State.SENT))
    assert [text for text in said if text != "card4"] == ["card1", "line"]
    assert said.count("card4") == 1


async def test_interactive_rows_come_first_and_bulk_has_its_share(workspace: Workspace, outbox: SqlOutboxStore) -> None:
    say(workspace, *(line(f"bulk{n}", "bulk", bulk=True) for n in range(5)))
    workspace.clock.forward(seconds=1)
    say(workspace, *(line(f"direct{n}", "direct") for n in range(3)))
    assert texts(await claim(outbox, workspace, limit=2)) == ["direct", "direct"]
    assert texts(await claim(outbox, workspace, limit=10, bulk=2)) == ["direct", "bulk", "bulk"]


async def test_an_answer_that_nobody_waits_for_any_more_is_never_claimed(
    workspace: Workspace, outbox: SqlOutboxStore
) -> None:
    say(workspace, line("a", "late", life=ANSWER_LIFE), line("a", "next"))
    workspace.clock.forward(seconds=61)
    assert texts(await claim(outbox, workspace)) == ["next"]
    assert await outbox.next_due() == workspace.clock.now() + LEASE


async def test_what_slack_answered_is_stored_with_the_fact_that_it_was_done(
    workspace: Workspace, outbox: SqlOutboxStore
) -> None:
    key = workspace.act(file())
    defect = workspace.act(lambda uow: uow.defects.get(key))
    card = (await claim(outbox, workspace))[0]
    assert (card.sort, card.body) == (Sort.CARD, {"defect_id": defect.id})
    posted = Anchor(defect.id, "C1", None, "1763890000.000100")
    await outbox.settle(card, Settled(State.SENT, then=lambda uow: uow.conversations.set_anchor(posted)))
    assert workspace.act(lambda uow: uow.conversations.anchor(defect.id)) == posted
    assert [d.key for d in workspace.act(lambda uow: uow.defects.in_thread("C1", "1763890000.000100"))] == [key]


async def test_when_storing_the_answer_fails_the_row_is_not_settled(
    workspace: Workspace, outbox: SqlOutboxStore
) -> None:
    say(workspace, line("a", "a1"))
    row = (await claim(outbox, workspace))[0]

    def fails(_: UnitOfWork) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await outbox.settle(row, Settled(State.SENT, then=fails))
    workspace.clock.forward(seconds=31)
    assert len(await claim(outbox, workspace)) == 1


async def test_what_slack_refused_for_good_can_be_revived(workspace: Workspace, outbox: SqlOutboxStore) -> None:
    say(workspace, line("a", "a1"), line("b", "b1"))
    for row in await claim(outbox, workspace):
        await outbox.settle(row, Settled(State.DEAD, "is_archived" if row.lane == "a" else "token_revoked"))
    assert await outbox.next_due() is None
    assert await outbox.reopen("T1", {"C1"}, {"is_archived", "not_in_channel"}) == 1
    assert texts(await claim(outbox, workspace)) == ["a1"]


async def test_each_workspace_gets_its_own_rows_back(workspace: Workspace, outbox: SqlOutboxStore) -> None:
    other = Workspace(workspace.store, "T2", workspace.clock)
    say(workspace, line("a", "mine"))
    say(other, line("a", "theirs"))
    assert sorted((row.team_id, str(row.body["text"])) for row in await claim(outbox, workspace)) == [
        ("T1", "mine"),
        ("T2", "theirs"),
    ]


async def test_what_was_said_long_ago_is_forgotten_and_what_waits_is_not(
    workspace: Workspace, outbox: SqlOutboxStore
) -> None:
    say(workspace, line("a", "said"), line("a", "waits"), line("b", "refused"))
    for row in await claim(outbox, workspace):
        await outbox.settle(row, Settled(State.SENT if row.lane == "a" else State.DEAD, "archived"))
    other = Workspace(workspace.store, "T2", workspace.clock)
    say(other, line("a", "waits too"))
    assert await SqlRetention(workspace.store).prune(START + timedelta(days=1)) == 1
    assert rows(other, tables.outbox) == 1
    assert rows(workspace, tables.outbox) == 2


async def test_a_change_and_what_is_said_about_it_leave_in_the_order_of_the_log(
    workspace: Workspace, outbox: SqlOutboxStore
) -> None:
    key = workspace.act(file())
    claimed = await claim(outbox, workspace)
    for act_of in (TESS, "UDEVON", "URUTH"):
        assign = ask.Assign(key, act_of)
        workspace.act(lambda uow, assign=assign: use.assign(uow, assign), "UOMAR")  # type: ignore[misc]
    await outbox.settle(claimed[0], Settled(State.SENT))
    mentions = []
    while found := await claim(outbox, workspace):
        mentions += [row.body.get("mention") for row in found if row.sort is Sort.LINE]
        for row in found:
            await outbox.settle(row, Settled(State.SENT))
    assert mentions == [TESS, "UDEVON", "URUTH"]


async def test_a_lease_is_renewed_by_whoever_holds_it_and_by_nobody_else(
    workspace: Workspace, outbox: SqlOutboxStore
) -> None:
    say(workspace, line("a", "a1"))
    (row,) = await claim(outbox, workspace)
    workspace.clock.forward(seconds=20)
    assert await outbox.renew(row, workspace.clock.now() + LEASE)
    workspace.clock.forward(seconds=29)
    assert await claim(outbox, workspace) == []
    workspace.clock.forward(seconds=1)
    (taken,) = await claim(outbox, workspace)
    assert not await outbox.renew(row, workspace.clock.now() + LEASE)
    assert await outbox.renew(taken, workspace.clock.now() + LEASE)
    await outbox.settle(taken, Again(workspace.clock.now(), "once more"))
    assert not await outbox.renew(taken, workspace.clock.now() + LEASE)
