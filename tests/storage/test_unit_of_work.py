"""One transaction holds the receipts, the rows, the events and what is to be said; or nothing of them."""

import asyncio

import pytest

from bot.domain.errors import Conflict, NotFound, Refused
from bot.domain.values import Severity, Status
from bot.services import defects as use
from bot.services import requests as ask
from bot.services import setup
from bot.services.context import Receipt
from bot.services.ports import AlreadyDone, UnitOfWork
from storage import tables
from tests.storage.acting import DEVON, RUTH, START, TESS, Workspace, file, rows


def test_a_new_workspace_begins_with_a_default_project_and_its_first_key(workspace: Workspace) -> None:
    assert workspace.act(file()) == "DEF-1"
    assert workspace.act(file()) == "DEF-2"
    assert rows(workspace, tables.projects) == 1
    default = workspace.act(lambda uow: uow.projects.default())
    assert (default.prefix, default.default, default.version) == ("DEF", True, 1)


def test_a_filed_defect_comes_back_as_it_was_filed(workspace: Workspace) -> None:
    key = workspace.act(file(severity=Severity.S1, component="cart"))
    defect = workspace.act(lambda uow: uow.defects.get(key.lower()))
    assert (defect.title, defect.severity, defect.component) == ("Cart total is wrong", Severity.S1, "cart")
    assert (defect.reporter, defect.status, defect.created_at) == (TESS, Status.NEW, START)


def test_a_delivery_that_comes_again_changes_nothing(workspace: Workspace) -> None:
    receipts = (Receipt("event", "Ev1"), Receipt("message", "C1:1.0:file"))
    workspace.units.perform_sync(workspace.context(receipts=receipts), file())
    for again in (receipts, receipts[:1], (receipts[1], Receipt("event", "Ev2"))):
        with pytest.raises(AlreadyDone):
            workspace.units.perform_sync(workspace.context(receipts=again), file())
    assert rows(workspace, tables.defects) == 1
    assert rows(workspace, tables.receipts) == 2


def test_a_refused_act_keeps_neither_receipt_nor_row(workspace: Workspace) -> None:
    receipt = Receipt("command", "trigger")
    with pytest.raises(NotFound):
        workspace.units.perform_sync(workspace.context(receipts=[receipt]), lambda uow: uow.defects.get("DEF-9"))
    assert rows(workspace, tables.receipts) == 0
    assert rows(workspace, tables.workspaces) == 0


async def test_of_many_deliveries_at_once_one_is_acted_on(workspace: Workspace) -> None:
    context = workspace.context(receipts=[Receipt("event", "Ev1")])
    answers = await asyncio.gather(
        *(workspace.units.perform(context, file()) for _ in range(8)), return_exceptions=True
    )
    assert [each for each in answers if not isinstance(each, AlreadyDone)] == ["DEF-1"]
    assert rows(workspace, tables.defects) == 1


async def test_people_who_begin_a_workspace_together_get_one_project_and_keys_without_gaps(
    workspace: Workspace,
) -> None:
    keys = await asyncio.gather(*(workspace.units.perform(workspace.context(), file()) for _ in range(12)))
    assert sorted(keys, key=lambda key: int(key[4:])) == [f"DEF-{n}" for n in range(1, 13)]
    assert rows(workspace, tables.projects) == 1
    assert rows(workspace, tables.events) == 12


async def test_two_who_act_at_once_have_one_winner_and_the_other_is_told_who_did_what(workspace: Workspace) -> None:
    key = await workspace.units.perform(workspace.context(), file())

    def claim(uow: UnitOfWork) -> str:
        use.claim(uow, ask.Claim(key))
        return uow.context.actor

    people = [DEVON, RUTH, "UANA", "UOMAR"]
    answers = await asyncio.gather(
        *(workspace.units.perform(workspace.context(person), claim) for person in people), return_exceptions=True
    )
    owner = workspace.act(lambda uow: uow.defects.get(key)).owner
    winners = [each for each in answers if isinstance(each, str)]
    assert owner in winners
    for loser in answers:
        if isinstance(loser, Conflict):
            assert loser.key == key
            assert loser.did == "defect_assigned"
            assert loser.by in people
        else:
            assert isinstance(loser, str)


def test_a_lost_race_raises_conflict_with_the_last_event(workspace: Workspace) -> None:
    key = workspace.act(file())

    def meanwhile(uow: UnitOfWork) -> None:
        defect = uow.defects.get(key)
        defect.version -= 1
        use.claim(uow, ask.Claim(key))

    workspace.act(lambda uow: use.claim(uow, ask.Claim(key)), DEVON)
    with pytest.raises(Conflict) as lost:
        workspace.act(meanwhile, RUTH)
    assert (lost.value.key, lost.value.by, lost.value.did) == (key, DEVON, "defect_assigned")
    assert workspace.act(lambda uow: uow.defects.get(key)).owner == DEVON


def test_what_one_workspace_holds_another_cannot_name(workspace: Workspace) -> None:
    key = workspace.act(file())
    other = Workspace(workspace.store, "T2", workspace.clock)
    with pytest.raises(NotFound):
        other.act(lambda uow: uow.defects.get(key))
    assert other.act(file()) == key


def test_a_mistyped_key_names_the_nearest_one(workspace: Workspace) -> None:
    for _ in range(12):
        workspace.act(file())

    def nearest_to(key: str) -> str | None:
        with pytest.raises(NotFound) as refusal:
            workspace.act(lambda uow: uow.defects.get(key))
        return refusal.value.nearest

    assert nearest_to("DFE-12") == "DEF-12"
    assert nearest_to("def-122") == "DEF-12"
    assert nearest_to("DEF-21") == "DEF-12"
    assert nearest_to("DEF-999") is None
    assert nearest_to("hello") is None


def test_an_unbound_channel_is_served_by_the_default_project_and_a_bound_one_by_its_own(workspace: Workspace) -> None:
    shop = workspace.act(lambda uow: setup.set_up(uow, ask.SetUp("C9", "shop", timezone="Europe/Berlin"))).project
    assert workspace.act(lambda uow: uow.projects.for_channel("C9")).id == shop.id
    assert workspace.act(lambda uow: uow.projects.for_channel("C1")).prefix == "DEF"
    assert workspace.act(lambda uow: uow.projects.for_channel(None)).id == shop.id
    workspace.act(lambda uow: setup.set_up(uow, ask.SetUp("C8", "app")))
    assert workspace.act(lambda uow: uow.projects.for_channel(None)).prefix == "DEF"
    assert workspace.act(lambda uow: uow.projects.channels(shop.id)) == ["C9"]
    assert workspace.act(lambda uow: uow.projects.of_prefix("Shop")) == shop


def test_a_project_keeps_its_policy(workspace: Workspace) -> None:
    request = ask.SetUp("C9", "SHOP", testers=(TESS,), release_managers=(RUTH,), admins=(RUTH,))
    made = workspace.act(lambda uow: setup.set_up(uow, request), RUTH).project
    assert workspace.act(lambda uow: uow.projects.by_id(made.id)) == made
    key = workspace.act(file(project="SHOP"))
    with pytest.raises(Refused):
        workspace.act(lambda uow: use.defer(uow, ask.Defer(key, "2.4", "later")), TESS)
