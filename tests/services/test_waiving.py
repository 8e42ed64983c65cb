"""Who asks for a waiver, who approves it, and what it then does to a release."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.domain.errors import (
    AlreadyShipped,
    DomainError,
    Invalid,
    Missing,
    NotAllowed,
    NotFound,
)
from bot.domain.project import Policy
from bot.domain.readiness import Verdict
from bot.domain.values import Role, Severity
from bot.domain.waivers import OwnWaiver, WaiverDone
from bot.services import requests as ask
from bot.services.ports import UnitOfWork
from bot.services.readiness import ReleaseStatus, status
from storage import tables
from tests.looking import look
from tests.services.acting import DEVON, OMAR, RUTH, TESS, Shop


@pytest.fixture(autouse=True)
def _shop(shop: Shop) -> None:
    """2.4 has an S1 that Devon works on; Ruth and Omar decide about releases."""
    shop.plan("2.3", "2.4")
    shop.build("2.3.0-rc1", release="2.3")
    shop.build("2.4.0-rc1")
    shop.file(severity=Severity.S1, release="2.4")

    def appoint(uow: UnitOfWork) -> None:
        project = uow.projects.default()
        project.policy = Policy(roles={Role.RELEASE_MANAGER: frozenset({RUTH}), Role.ADMIN: frozenset({OMAR})})
        uow.projects.save(project)

    shop.workspace.act(appoint)


def stands(shop: Shop) -> ReleaseStatus:
    return shop.workspace.ask(lambda q: status(q, q.release("2.4", q.project_for(None))))


def test_a_defect_that_is_waived_holds_its_gates_back_no_more_until_the_build_comes(shop: Shop) -> None:
    shop.do(ask.Waive("2.4", "DEF-1", "rc2", "the provider fixes it"), TESS)
    assert stands(shop).readiness.verdict is Verdict.NOT_READY
    shop.do(ask.ApproveWaiver("2.4", 1), RUTH)
    assert stands(shop).readiness.verdict is Verdict.AT_RISK
    assert stands(shop).readiness.gate("open_s1_s2").waived
    shop.workspace.clock.forward(hours=1)
    shop.build("2.4.0-rc2")
    assert stands(shop).readiness.verdict is Verdict.NOT_READY


def test_a_gate_that_is_waived_turns_by_itself_after_its_day(shop: Shop) -> None:
    day = (shop.workspace.clock.at + timedelta(days=2)).date()
    shop.do(ask.Waive("2.4", "open-s1-s2", day.isoformat(), "a demo"), TESS)
    shop.do(ask.ApproveWaiver("2.4", 1), OMAR)
    assert stands(shop).readiness.verdict is Verdict.AT_RISK
    shop.workspace.clock.forward(days=3)
    assert stands(shop).readiness.verdict is Verdict.NOT_READY


def test_nobody_approves_what_they_asked_for(shop: Shop) -> None:
    shop.do(ask.Waive("2.4", "DEF-1", "next", "it is small"), RUTH)
    with pytest.raises(OwnWaiver) as refused:
        shop.do(ask.ApproveWaiver("2.4", 1), RUTH)
    assert refused.value.holders == (OMAR,)
    with pytest.raises(NotAllowed):
        shop.do(ask.ApproveWaiver("2.4", 1), DEVON)
    shop.do(ask.ApproveWaiver("2.4", 1), OMAR)
    with pytest.raises(WaiverDone) as done:
        shop.do(ask.ApproveWaiver("2.4", 1), OMAR)
    assert (done.value.stage, done.value.by) == ("in_force", OMAR)


def test_who_alone_could_approve_is_told_so_before_they_ask(shop: Shop) -> None:
    def appoint(uow: UnitOfWork) -> None:
        project = uow.projects.default()
        project.policy = Policy(roles={Role.RELEASE_MANAGER: frozenset({RUTH})})
        uow.projects.save(project)

    shop.workspace.act(appoint)
    with pytest.raises(OwnWaiver) as refused:
        shop.do(ask.Waive("2.4", "DEF-1", "next", "it is small"), RUTH)
    assert (refused.value.alone, shop.rows(tables.waivers)) == (True, 0)
    shop.do(ask.Waive("2.4", "DEF-1", "next", "it is small"), TESS)
    assert shop.do(ask.ApproveWaiver("2.4", 1), RUTH).waiver.approved_by == RUTH


def test_those_who_can_approve_are_asked_alone_and_once(shop: Shop) -> None:
    shop.do(ask.Waive("2.4", "DEF-1", "next", "it is small"), RUTH)
    asked = [(row.body["user"], row.body["facts"]["reason"]) for row in shop.said() if row.sort == "direct"]
    assert asked == [(OMAR, "it is small")]


def test_a_waiver_is_refused_withdrawn_or_taken_back(shop: Shop) -> None:
    for _ in range(3):
        shop.do(ask.Waive("2.4", "DEF-1", "next", "it is small"), TESS)
    shop.do(ask.ApproveWaiver("2.4", 3), RUTH)
    with pytest.raises(NotAllowed):
        shop.do(ask.EndWaiver("2.4", 1), DEVON)
    for number, person in ((1, RUTH), (2, TESS), (3, OMAR)):
        shop.do(ask.EndWaiver("2.4", number), person)
    assert not stands(shop).readiness.gate("open_s1_s2").waived
    with pytest.raises(WaiverDone) as done:
        shop.do(ask.ApproveWaiver("2.4", 1), RUTH)
    assert (done.value.stage, done.value.by) == ("ended", RUTH)


def test_what_has_expired_meanwhile_is_not_approved(shop: Shop) -> None:
    shop.do(ask.Waive("2.4", "DEF-1", "next", "it is small"), TESS)
    shop.workspace.clock.forward(hours=1)
    shop.build("2.4.0-rc2")
    with pytest.raises(WaiverDone) as done:
        shop.do(ask.ApproveWaiver("2.4", 1), RUTH)
    assert done.value.stage == "expired"


@pytest.mark.parametrize(
    ("what", "until", "reason", "refusal", "words"),
    [
        ("DEF-1", "next", "  ", Missing, "reason"),
        ("DEF-9", "next", "x", NotFound, "DEF-9"),
        ("open_s1s2", "next", "x", NotFound, "open_s1_s2"),
        ("DEF-1", "2026-11-22", "x", Invalid, "that day is over"),
        ("DEF-1", "2026-13-40", "x", Invalid, "a day such as"),
        ("DEF-1", "soon", "x", Invalid, "a day such as"),
        ("DEF-1", "2.4.0-rc1", "x", Invalid, "has arrived already"),
        ("DEF-1", "2.3.0-rc1", "x", Invalid, "is a build of 2.3"),
        ("DEF-2", "next", "x", Invalid, "counts in 2.4"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_kept(
    shop: Shop, what: str, until: str, reason: str, refusal: type[DomainError], words: str
) -> None:
    shop.file("Elsewhere", release="2.3")
    events = shop.rows(tables.events)
    with pytest.raises(refusal) as refused:
        shop.do(ask.Waive("2.4", what, until, reason), TESS)
    assert words in repr(refused.value)
    assert (shop.rows(tables.events), shop.rows(tables.waivers)) == (events, 0)


def test_today_is_no_past_day(shop: Shop) -> None:
    shop.do(ask.Waive("2.4", "DEF-1", "2026-11-23", "only today"), TESS)
    (row,) = look(shop.workspace.store, shop.workspace.team, select(tables.waivers.c.until_day))
    assert row.until_day == date(2026, 11, 23)


def test_a_shipped_release_takes_no_waiver(shop: Shop) -> None:
    shop.do(ask.Ship("2.4", "the date"), RUTH)
    with pytest.raises(AlreadyShipped):
        shop.do(ask.Waive("2.4", "DEF-1", "next", "it is small"), TESS)
