"""Roles, the policy of a project, and people of another company."""

from typing import Any

import pytest

from bot.domain.errors import DomainError, Invalid, NotAllowed, NotFound
from bot.domain.events import Change, Kind, Subject
from bot.domain.project import Policy, Suggesting
from bot.domain.results import Outcome
from bot.domain.values import Priority, Resolution, Role, Severity
from bot.services import requests as ask
from handlers.acting import USE_CASES
from storage import event_log, tables
from storage.tenant import Tenant
from tests.services.acting import ANA, CHANNEL, DEVON, OMAR, RUTH, TESS, Shop
from tests.storage.acting import START


def reserved(shop: Shop) -> dict[str, Any]:
    shop.plan("2.4")
    return {"defer": ask.Defer(shop.file(), "2.4", "too late"), "ship": ask.Ship("2.4", "the date")}


@pytest.mark.parametrize("verb", ["defer", "ship"])
def test_before_anybody_holds_a_role_everybody_may_do_everything(shop: Shop, verb: str) -> None:
    shop.do(reserved(shop)[verb], DEVON)


@pytest.mark.parametrize("verb", ["defer", "ship"])
def test_what_is_reserved_is_for_those_who_hold_the_role_though_another_role_is_nobodys(shop: Shop, verb: str) -> None:
    request = reserved(shop)[verb]
    shop.do(ask.SetUp(CHANNEL, "DEF", release_managers=(RUTH,)), RUTH)
    with pytest.raises(NotAllowed) as refusal:
        shop.do(request, DEVON)
    assert (refusal.value.verb, refusal.value.holders) == (verb, (RUTH,))
    shop.do(request, RUTH)


def test_a_policy_may_reserve_any_verb(shop: Shop) -> None:
    key = shop.file()

    def reserve(uow: Any) -> None:
        project = uow.projects.default()
        roles = {Role.TESTER: frozenset({TESS})}
        project.policy = Policy(roles, may={"verify": frozenset({Role.TESTER})})
        uow.projects.save(project)

    shop.workspace.act(reserve)
    shop.do(ask.MarkFixed(key), DEVON)
    with pytest.raises(NotAllowed) as refusal:
        shop.do(ask.VerifyPass(key), OMAR)
    assert (refusal.value.roles, refusal.value.holders) == (frozenset({Role.TESTER}), (TESS,))
    shop.do(ask.VerifyPass(key), TESS)


def test_once_there_are_admins_only_they_say_who_holds_a_role(shop: Shop) -> None:
    shop.do(ask.SetUp(CHANNEL, "DEF", release_managers=(RUTH,)), RUTH)
    shop.do(ask.SetUp(CHANNEL, "DEF", admins=(ANA,)), RUTH)
    with pytest.raises(NotAllowed):
        shop.do(ask.SetUp(CHANNEL, "DEF", release_managers=(OMAR,)), OMAR)
    shop.do(ask.SetUp(CHANNEL, "DEF", release_managers=(OMAR,)), ANA)


def requests(key: str) -> list[Any]:
    """Every request that changes something."""
    return [
        ask.FileDefect("Mine", home=CHANNEL),
        ask.Triage(key, Severity.S1, Priority.P1),
        ask.Edit(key, severity=Severity.S1),
        ask.Claim(key),
        ask.Assign(key, OMAR),
        ask.Unassign(key),
        ask.Start(key),
        ask.AskInfo(key, ANA),
        ask.MarkFixed(key),
        ask.NameBuild(key, "rc1"),
        ask.Resolve(key, Resolution.WONT_FIX),
        ask.VerifyPass(key),
        ask.VerifyFail(key, "no"),
        ask.VerifyBlocked(key, "no"),
        ask.Reopen(key, "back"),
        ask.Defer(key, "2.4", "late"),
        ask.Resume(key),
        ask.Close(key),
        ask.AddEvidence(key, ask.Evidence(CHANNEL, "60.1")),
        ask.SameAs(key),
        ask.PartFailures(key, "0" * 32),
        ask.Judge(key, False),
        ask.Link(key, ("REQ-7",)),
        ask.Undo(key),
        ask.SetUp("C2", "SHOP"),
        ask.ChooseSuggestions(Suggesting.OFF),
        ask.SaveList("blockers", "status:open"),
        ask.ForgetList("blockers"),
        ask.PlanRelease("2.5"),
        ask.RegisterBuild("2.4", "rc1"),
        ask.SignOff("2.4", True),
        ask.SignGates("DEF"),
        ask.Unship("2.4", "no"),
        ask.MoveOpen("2.4", "2.5"),
        ask.PlanCases("2.4", ("TC-3",)),
        ask.RecordResult("TC-3", Outcome.PASSED),
        ask.HandOut("2.4"),
        ask.RecordAndGoOn(ask.RecordResult("TC-3", Outcome.PASSED)),
        ask.Waive("2.4", "triaged", "next", "it is small"),
        ask.ApproveWaiver("2.4", 1),
        ask.EndWaiver("2.4", 1),
        ask.Ship("2.4", "the date"),
        ask.ScheduleDigest("2.4", "09:00"),
        ask.StopDigest("2.4"),
        ask.SendDigest("2.4"),
        ask.ChooseSuggestions(Suggesting.OFF),
    ]


def test_people_of_another_company_comment_and_change_nothing(shop: Shop) -> None:
    shop.plan("2.4")
    key = shop.file()
    attempts = requests(key)
    talk = {ask.Comment, ask.EditComment, ask.EraseComment, ask.NoteKeys}
    assert {type(each) for each in attempts} == set(USE_CASES) - talk
    events = shop.rows(tables.events)
    for request in attempts:
        with pytest.raises(NotAllowed) as refusal:
            shop.do(request, "UGUEST", guest_team="T9")
        assert (refusal.value.roles, refusal.value.holders) == (frozenset(), ())
    assert shop.rows(tables.events) == events
    shop.do(ask.Comment(key, "we see it too"), "UGUEST", guest_team="T9")
    assert shop.kinds(key)[-1] is Kind.COMMENT_ADDED


def test_a_partner_company_that_the_project_lists_works_like_its_own_people(shop: Shop) -> None:
    key = shop.file()

    def partner(uow: Any) -> None:
        project = uow.projects.default()
        project.policy = Policy(partner_teams=frozenset({"T9"}))
        uow.projects.save(project)

    shop.workspace.act(partner)
    shop.do(ask.Claim(key), "UGUEST", guest_team="T9")
    with pytest.raises(NotAllowed):
        shop.do(ask.Claim(key), "USTRANGER", guest_team="T8")
    assert shop.defect(key).owner == "UGUEST"


def set_ups(shop: Shop) -> list[Any]:
    def read(connection: Any) -> list[Any]:
        tenant = Tenant(connection, shop.workspace.team, START)
        log = event_log.with_texts(tenant, tenant.all(event_log.OWN.order_by(tables.events.c.seq)))
        return [entry.event for entry in log if entry.event.subject is Subject.PROJECT]

    return shop.workspace.store.read_sync(read)


def test_setting_up_says_from_what_to_what(shop: Shop) -> None:
    shop.do(ask.SetUp("C2", "shop", name="Web shop", timezone="Europe/Berlin", testers=(TESS, ANA)), RUTH)
    shop.do(ask.SetUp("C2", "SHOP", home_channel="C3", testers=(TESS,), four_eyes=False), RUTH)
    made, changed = set_ups(shop)
    assert made.facts == {"prefix": "SHOP", "channel": "C2", "served_before_by": "DEF"}
    assert made.changes["timezone"] == Change(None, "Europe/Berlin")
    assert changed.facts["served_before_by"] == "SHOP"
    assert changed.changes == {
        "home_channel": Change(None, "C3"),
        "tester": Change("UANA UTESS", "UTESS"),
        "four_eyes": Change(True, False),
    }


@pytest.mark.parametrize(
    ("request_", "argument"),
    [
        (ask.SetUp(CHANNEL, "s"), "prefix"),
        (ask.SetUp(CHANNEL, "REQ"), "prefix"),
        (ask.SetUp(CHANNEL, "SH-OP"), "prefix"),
        (ask.SetUp(CHANNEL, "SHOP", timezone="Berlin"), "timezone"),
        (ask.SetUp(CHANNEL, "SHOP", timezone="../etc/passwd"), "timezone"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(shop: Shop, request_: ask.SetUp, argument: str) -> None:
    with pytest.raises(Invalid) as refusal:
        shop.do(request_, RUTH)
    assert refusal.value.argument == argument
    assert shop.rows(tables.events) == 0


def test_filing_refuses_what_it_cannot_mean_and_uses_up_no_key(shop: Shop) -> None:
    for request in (
        ask.FileDefect(" \n"),
        ask.FileDefect("x" * 251),
        ask.FileDefect("x", release="9.9"),
        ask.FileDefect("x", build="rc9"),
        ask.FileDefect("x", project="NONE"),
    ):
        with pytest.raises(DomainError):
            shop.do(request, TESS)
    with pytest.raises(NotFound, match="project"):
        shop.do(ask.FileDefect("x", project="DFE"), TESS)
    assert shop.file() == "DEF-1"


def test_a_card_goes_to_the_home_channel_else_where_the_command_was_typed(shop: Shop) -> None:
    def home(**values: Any) -> tuple[object, object]:
        facts = shop.do(ask.FileDefect("Cart", **values), DEVON).facts
        return facts["channel"], facts["in_thread"]

    assert home(home="C7") == ("C7", False)
    assert home() == ("", False)
    shop.do(ask.SetUp(CHANNEL, "DEF", home_channel="C3"), RUTH)
    assert home(home="C7") == ("C3", False)
