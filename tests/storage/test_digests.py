"""A digest is due once per local day, whoever asks and however often."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.release import Release
from bot.services import releases
from bot.services import requests as ask
from bot.services.records import DigestPlan, DigestRecord, DuePlan
from storage.across_teams import SqlSchedules
from storage.ids import new_id
from tests.storage.acting import START, Workspace

DAY = date(2026, 11, 23)
NEXT = START + timedelta(days=1)


@pytest.fixture
def release(workspace: Workspace) -> Release:
    return workspace.act(lambda uow: releases.plan_release(uow, ask.PlanRelease("2.4")))


@pytest.fixture
def plan(workspace: Workspace, release: Release) -> DigestPlan:
    made = DigestPlan(new_id(), release.id, "C1", "09:00", "Europe/Berlin", frozenset({1, 2, 3}), START)
    workspace.act(lambda uow: uow.digests.plan(made))
    return made


def record(release: Release, seq: int, channel: str = "C1") -> DigestRecord:
    return DigestRecord(new_id(), release.id, channel, START, seq, "abc", 0, None, DAY)


def test_a_plan_comes_back_as_it_was_made_and_a_new_one_takes_its_place(
    workspace: Workspace, release: Release, plan: DigestPlan
) -> None:
    assert workspace.act(lambda uow: uow.digests.planned(release.id, "C1")) == [plan]
    later = replace(plan, id=new_id(), at="10:00")
    workspace.act(lambda uow: uow.digests.plan(later))
    workspace.act(lambda uow: uow.digests.plan(replace(later, id=new_id(), channel="C2")))
    plans = workspace.ask(lambda questions: questions.digest_plans(release.id, None))
    assert [(each.channel, each.at) for each in plans] == [("C1", "10:00"), ("C2", "10:00")]
    workspace.act(lambda uow: uow.digests.drop(later))
    assert [each.channel for each in workspace.act(lambda uow: uow.digests.planned(None, None))] == ["C2"]


async def test_of_many_replicas_one_claims_the_slot(workspace: Workspace, plan: DigestPlan) -> None:
    answers = await asyncio.gather(
        *(
            workspace.units.perform(workspace.context(), lambda uow: uow.digests.claim(plan, DAY, NEXT))
            for _ in range(8)
        )
    )
    assert sorted(answers) == [False] * 7 + [True]
    assert workspace.act(lambda uow: uow.digests.due(plan.id, START)) is None
    assert workspace.act(lambda uow: uow.digests.due(plan.id, NEXT)) == replace(plan, next_at=NEXT)


def test_a_day_that_was_claimed_stays_claimed_and_the_plan_moves_on(workspace: Workspace, plan: DigestPlan) -> None:
    assert workspace.act(lambda uow: uow.digests.claim(plan, DAY, NEXT))
    again = replace(plan, next_at=NEXT)
    assert not workspace.act(lambda uow: uow.digests.claim(again, DAY, NEXT + timedelta(days=1)))
    moved = workspace.act(lambda uow: uow.digests.planned(None, None))
    assert [each.next_at for each in moved] == [NEXT + timedelta(days=1)]


async def test_the_tick_learns_which_plans_are_due_in_any_workspace(workspace: Workspace, plan: DigestPlan) -> None:
    schedules = SqlSchedules(workspace.store)
    assert await schedules.due(START - timedelta(seconds=1)) == []
    assert await schedules.due(START) == [DuePlan("T1", plan.id)]


def test_the_last_digest_is_the_newest_that_reached_its_channel(workspace: Workspace, release: Release) -> None:
    first, second, never, elsewhere = (record(release, seq) for seq in (3, 7, 8, 9))
    elsewhere = replace(elsewhere, channel="C2", ts="1763890000.000300")
    for each in (first, second, never, elsewhere):
        workspace.act(lambda uow, each=each: uow.digests.record(each))  # type: ignore[misc]
    workspace.act(lambda uow: uow.digests.posted(first.id, "1763890000.000000"))
    workspace.act(lambda uow: uow.digests.posted(second.id, "1763890000.000100"))
    workspace.act(lambda uow: uow.digests.posted(elsewhere.id, "1763890000.000300"))
    workspace.act(lambda uow: uow.digests.pictured(second.id, "F1"))
    posted = replace(second, ts="1763890000.000100", picture="F1")
    assert workspace.act(lambda uow: uow.digests.last(release.id, "C1")) == posted
    assert workspace.ask(lambda questions: questions.last_digest(release.id, None)) == elsewhere
    assert workspace.ask(lambda questions: questions.digest(second.id)) == posted
    assert workspace.ask(lambda questions: questions.last_digest("no release", "C1")) is None
