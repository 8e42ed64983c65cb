"""Each row of the lifecycle's table through its use case: what it does, what it leaves behind, what it refuses."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import UNCONFIRMED, Missing, NotAllowed, WrongState
from bot.domain.events import Change, Kind
from bot.domain.lifecycle import Action
from bot.domain.values import Priority, Resolution, Role, Severity, Surface
from bot.services import requests as ask
from tests.services.acting import ANA, DEVON, OMAR, RUTH, TESS, TYPED, Shop


def test_every_change_is_one_event_of_who_when_what_through_what_and_on_which_message(shop: Shop) -> None:
    key = shop.file()
    at = shop.workspace.clock.forward(minutes=5)
    shop.do(ask.Start(key), DEVON, Surface.THREAD)
    entry = shop.events(key)[-1]
    assert (entry.actor, entry.at, entry.surface) == (DEVON, at, "thread")
    assert (entry.channel, entry.message_ts) == ("C1", TYPED)
    assert entry.event.kind is Kind.DEFECT_STARTED
    assert entry.event.changes["status"] == Change("new", "in_progress")
    assert entry.event.changes["owner"] == Change(None, DEVON)


def test_how_long_it_stands_counts_from_its_last_move_and_not_from_every_change(shop: Shop) -> None:
    key = shop.file()
    filed = shop.defect(key).since
    shop.workspace.clock.forward(minutes=10)
    shop.do(ask.Claim(key), DEVON)
    assert shop.defect(key).since == filed
    shop.do(ask.Start(key), DEVON)
    assert shop.defect(key).since == filed + timedelta(minutes=10)


def test_a_defect_without_a_release_gets_the_one_that_ships_first(shop: Shop) -> None:
    shop.plan("2.4")
    key = shop.file()
    assert shop.workspace.act(lambda uow: uow.releases.by_id(str(uow.defects.get(key).release_id)).name) == "2.4"
    assert not shop.defect(key).triaged


def test_triage_confirms_what_was_filed_and_needs_a_priority_and_a_planned_release(shop: Shop) -> None:
    key = shop.file()
    with pytest.raises(Missing, match="priority"):
        shop.do(ask.Triage(key, Severity.S2))
    shop.plan("2.4")
    with pytest.raises(Missing, match="release"):
        shop.do(ask.Triage(key, Severity.S2, Priority.P1))
    shop.do(ask.Triage(key, None, Priority.P1, "2.4"))
    defect = shop.defect(key)
    assert (defect.status, defect.severity, defect.priority, defect.triaged) == ("triaged", "S3", "P1", True)


def test_an_edit_says_old_and_new_and_keeps_free_words_beside_the_event(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.Edit(key, title="Cart rounds down", severity=Severity.S1, component="cart", environment="staging"))
    event = shop.events(key)[-1].event
    assert event.changes["severity"] == Change("S3", "S1")
    assert event.changes["component"] == Change(None, "cart")
    assert (event.texts["title_was"], event.texts["title"]) == ("Cart total is wrong", "Cart rounds down")
    shop.do(ask.Edit(key, component=""))
    assert shop.events(key)[-1].event.changes["component"] == Change("cart", None)


def test_an_edit_to_what_it_is_already_is_nothing_but_naming_a_severity_confirms_it(shop: Shop) -> None:
    key = shop.file()
    assert not shop.do(ask.Edit(key, severity=Severity.S3)).nothing
    assert shop.do(ask.Edit(key, severity=Severity.S3)).nothing
    assert shop.kinds(key).count(Kind.DEFECT_EDITED) == 1
    with pytest.raises(Missing, match="field"):
        shop.do(ask.Edit(key))


def test_the_owner_is_recorded_and_a_second_claim_of_ones_own_says_nothing(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.Claim(key), DEVON)
    shop.do(ask.Assign(key, OMAR), RUTH)
    assert [e.event.changes["owner"] for e in shop.events(key) if "owner" in e.event.changes] == [
        Change(None, DEVON),
        Change(DEVON, OMAR),
    ]
    assert shop.do(ask.Claim(key), OMAR).nothing
    shop.do(ask.Unassign(key), OMAR)
    assert shop.do(ask.Unassign(key), OMAR).nothing
    assert shop.defect(key).owner is None


def test_start_takes_what_nobody_has_and_leaves_what_somebody_has(shop: Shop) -> None:
    mine, theirs = shop.file(), shop.file()
    shop.do(ask.Assign(theirs, OMAR), RUTH)
    for key in (mine, theirs):
        shop.do(ask.Start(key), DEVON)
    assert [shop.defect(key).owner for key in (mine, theirs)] == [DEVON, OMAR]


def test_a_question_waits_for_the_person_asked_and_for_nobody_else(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.AskInfo(key, ANA, "which browser?"), DEVON)
    shop.do(ask.Comment(key, "mine is Firefox"), OMAR, Surface.THREAD)
    defect = shop.defect(key)
    assert (defect.asked, defect.asked_by, defect.question) == (ANA, DEVON, "which browser?")
    assert shop.do(ask.Comment(key, "Firefox"), ANA, Surface.THREAD).kind is Kind.INFO_GIVEN
    assert shop.defect(key).asked is None
    assert set(shop.kinds(key)[-2:]) == {Kind.COMMENT_ADDED, Kind.INFO_GIVEN}


def test_reopening_keeps_the_owner_and_counts_a_bounce_only_of_a_fix(shop: Shop) -> None:
    fixed, refused = shop.closed(), shop.file()
    shop.do(ask.Resolve(refused, Resolution.WONT_FIX), DEVON)
    for key in (fixed, refused):
        shop.do(ask.Reopen(key, "it is back"), OMAR)
    assert [(d.status, d.bounces, d.owner) for d in map(shop.defect, (fixed, refused))] == [
        ("triaged", 1, DEVON),
        ("triaged", 0, None),
    ]
    assert shop.events(fixed)[-1].event.texts["note"] == "it is back"


def test_deferring_names_a_release_and_a_reason_and_resuming_goes_on_from_triaged(shop: Shop) -> None:
    shop.plan("2.4", "2.5")
    key = shop.file()
    with pytest.raises(Missing, match="reason"):
        shop.do(ask.Defer(key, "2.5", " "), RUTH)
    shop.do(ask.Defer(key, "2.5", "too late"), RUTH)
    assert shop.status(key) == "deferred"
    shop.do(ask.Resume(key), RUTH)
    defect = shop.defect(key)
    assert (defect.status, defect.release_confirmed) == ("triaged", True)


def test_what_is_verified_is_closed_by_hand_by_its_reporter_or_a_release_manager_alone(shop: Shop) -> None:
    shop.do(ask.SetUp("C1", "DEF", release_managers=(RUTH,)), RUTH)
    for closer in (TESS, RUTH):
        key = shop.fixed()
        shop.do(ask.VerifyPass(key), TESS)
        for stranger in (DEVON, OMAR):
            with pytest.raises(NotAllowed) as refusal:
                shop.do(ask.Close(key), stranger)
            assert refusal.value.roles == frozenset({Role.RELEASE_MANAGER})
            assert refusal.value.holders == (TESS, RUTH)
        shop.do(ask.Close(key), closer)
        assert shop.status(key) == "closed"


def test_where_triage_comes_first_work_does_not_start_before_it(shop: Shop) -> None:
    shop.do(ask.SetUp("C1", "DEF", require_triage=True), RUTH)
    key = shop.file()
    for request in (ask.Start(key), ask.MarkFixed(key)):
        with pytest.raises(WrongState) as refusal:
            shop.do(request, DEVON)
        assert refusal.value.cause == "triage"
        assert Action.TRIAGE in refusal.value.allowed
        assert not {Action.START, Action.FIXED} & set(refusal.value.allowed)
    shop.do(ask.Triage(key, priority=Priority.P2))
    shop.do(ask.Start(key), DEVON)
    assert shop.status(key) == "in_progress"


WRONG: dict[str, Any] = {
    "triage": ask.Triage,
    "edit": ask.Edit,
    "claim": ask.Claim,
    "assign": lambda key: ask.Assign(key, ""),
    "unassign": ask.Unassign,
    "start": ask.Start,
    "needs info": lambda key: ask.AskInfo(key, ""),
    "fixed": lambda key: ask.MarkFixed(key, "no such build"),
    "resolve": lambda key: ask.Resolve(key, Resolution.DUPLICATE),
    "verify pass": lambda key: ask.VerifyPass(key, "no such build"),
    "verify fail": lambda key: ask.VerifyFail(key, ""),
    "verify blocked": lambda key: ask.VerifyBlocked(key, ""),
    "defer": lambda key: ask.Defer(key, "no such release", ""),
    "resume": ask.Resume,
    "close": ask.Close,
}


@pytest.mark.parametrize("verb", WRONG)
def test_a_wrong_state_is_said_before_anything_is_asked_and_names_who_led_there(shop: Shop, verb: str) -> None:
    key = shop.closed()
    with pytest.raises(WrongState) as refusal:
        shop.do(WRONG[verb](key), RUTH)
    error = refusal.value
    assert (error.key, error.action, error.status, error.allowed) == (key, verb, "closed", (Action.REOPEN,))
    assert (error.by, error.did, error.since) == (TESS, "defect_closed", shop.defect(key).since)


def test_what_a_release_closed_says_with_which_one(shop: Shop) -> None:
    shop.plan("2.4")
    key = shop.fixed()
    shop.build("2.4.0-rc1")
    shop.do(ask.VerifyPass(key), TESS)
    shop.do(ask.Ship("2.4", anyway="the date"), RUTH)
    with pytest.raises(WrongState) as refusal:
        shop.do(ask.Claim(key), DEVON)
    assert (refusal.value.by, refusal.value.did, refusal.value.along_with) == (RUTH, "defect_closed", "2.4")


@pytest.mark.parametrize(
    ("planned", "filed_for", "named"), [((), None, None), (("2.4",), None, "2.4"), (("2.4", "2.5"), "2.5", "2.5")]
)
def test_whoever_triages_what_came_back_is_told_what_an_edit_would_confirm(
    shop: Shop, planned: tuple[str, ...], filed_for: str | None, named: str | None
) -> None:
    key = shop.file()
    shop.plan(*planned)
    if filed_for:
        shop.do(ask.Defer(key, filed_for, "too late"), RUTH)
        shop.do(ask.Resume(key), RUTH)
    else:
        shop.do(ask.MarkFixed(key), DEVON)
        shop.do(ask.Reopen(key, "it is back"), TESS)
    with pytest.raises(WrongState) as refusal:
        shop.do(ask.Triage(key, priority=Priority.P2), RUTH)
    assert (refusal.value.cause, refusal.value.severity, refusal.value.release) == (UNCONFIRMED, Severity.S3, named)
    with pytest.raises(WrongState) as other:
        shop.do(ask.Resume(key), RUTH)
    assert (other.value.cause, other.value.severity, other.value.release) == (None, None, None)
