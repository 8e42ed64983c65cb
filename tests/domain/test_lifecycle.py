"""The table of the lifecycle, row by row, and what each act leaves behind."""

from collections.abc import Callable

import pytest

from bot.domain.defect import Defect
from bot.domain.errors import FollowsOriginal, OwnOriginal, SamePerson, WrongState
from bot.domain.events import Change, Kind
from bot.domain.lifecycle import TRANSITIONS, Action, allowed
from bot.domain.values import OPEN, Priority, Resolution, Severity, Status
from tests.domain.defects import DEVON, MONDAY, OMAR, TESS, filed, fixed, later, resolved, triaged, verified

AT = later(60)

ACTS: dict[Action, Callable[[Defect], None]] = {
    Action.TRIAGE: lambda d: d.triage(AT, severity=Severity.S2, priority=Priority.P2, release_id="r-1"),
    Action.EDIT: lambda d: d.edit(AT, {"title": "Card is charged twice"}),
    Action.CLAIM: lambda d: d.assign(AT, OMAR, claimed=True),
    Action.ASSIGN: lambda d: d.assign(AT, OMAR),
    Action.UNASSIGN: lambda d: d.unassign(AT),
    Action.START: lambda d: d.start(AT, OMAR),
    Action.NEEDS_INFO: lambda d: d.ask(AT, OMAR, TESS, "Which browser?"),
    Action.FIXED: lambda d: d.fix(AT, DEVON, None),
    Action.RESOLVE: lambda d: d.resolve(AT, DEVON, Resolution.WONT_FIX, "by design"),
    Action.VERIFY_PASS: lambda d: d.pass_verification(AT, OMAR, None, four_eyes=True, facts={}, note=""),
    Action.VERIFY_FAIL: lambda d: d.fail_verification(AT, OMAR, four_eyes=True, facts={}, note="still charges"),
    Action.VERIFY_BLOCKED: lambda d: d.block_verification(AT, OMAR, facts={}, note="staging is down"),
    Action.REOPEN: lambda d: d.reopen(AT, "came back"),
    Action.DEFER: lambda d: d.defer(AT, "r-2", "too late for 2.4"),
    Action.RESUME: lambda d: d.resume(AT),
    Action.CLOSE: lambda d: d.close(AT),
}


def in_status(status: Status) -> Defect:
    defect = fixed() if status in {Status.RESOLVED, Status.VERIFIED, Status.CLOSED} else filed()
    defect.status = status
    return defect


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("action", Action)
def test_an_act_is_possible_exactly_where_the_table_says_so(action: Action, status: Status) -> None:
    defect = in_status(status)
    before = len(defect.recorded)
    if status in TRANSITIONS[action].sources:
        ACTS[action](defect)
        assert defect.status is (TRANSITIONS[action].target or status)
        assert len(defect.recorded) == before + 1
    else:
        with pytest.raises(WrongState) as refusal:
            ACTS[action](defect)
        assert (refusal.value.action, refusal.value.allowed) == (action, allowed(status))
        assert defect.status is status
        assert len(defect.recorded) == before


def test_filing_records_each_field_that_is_set_but_not_whose_event_it_is() -> None:
    defect = filed(component="cart")
    (event,) = defect.recorded
    assert {name: change.new for name, change in event.changes.items()} == {
        "reporter": TESS,
        "created_at": MONDAY,
        "since": MONDAY,
        "status": Status.NEW,
        "severity": Severity.S3,
        "component": "cart",
        "bounces": 0,
        "severity_confirmed": False,
        "release_confirmed": False,
        "occurrences": 1,
    }


def test_filing_keeps_the_facts_and_the_words_that_came_with_it() -> None:
    fields = {"id": "d-1", "project_id": "p-1", "key": "SHOP-42", "title": "Cart total is wrong", "reporter": TESS}
    texts = {"steps": "pay twice"}
    defect = Defect.file(facts={"evidence": "e-1"}, texts=texts, created_at=MONDAY, since=MONDAY, **fields)
    (event,) = defect.recorded
    assert event.facts == {"key": "SHOP-42", "project_id": "p-1", "evidence": "e-1"}
    assert event.texts == {"title": "Cart total is wrong", "steps": "pay twice"}


def test_triage_confirms_severity_and_release() -> None:
    assert not filed(severity=Severity.S1, release_id="r-1").triaged
    assert triaged().triaged


def test_an_edit_confirms_what_it_names() -> None:
    defect = filed()
    defect.edit(AT, {"severity": Severity.S2})
    assert not defect.triaged
    defect.edit(AT, {"release_id": "r-1"})
    assert defect.triaged


def test_an_edit_records_old_and_new_value() -> None:
    defect = filed()
    defect.edit(AT, {"severity": Severity.S1, "title": "Card charged twice"})
    event = defect.recorded[-1]
    assert event.changes["severity"] == Change(Severity.S3, Severity.S1)
    assert event.texts == {"title": "Card charged twice", "title_was": "Card declined twice on retry"}


def test_free_words_never_stand_in_the_changes_of_an_event() -> None:
    defect = triaged()
    defect.edit(AT, {"title": "secret title"})
    defect.ask(AT, OMAR, TESS, "secret question")
    defect.fix(AT, DEVON, None)
    defect.block_verification(AT, OMAR, facts={}, note="secret blocker")
    for event in defect.recorded:
        assert "secret" not in repr(dict(event.changes)) + repr(dict(event.facts))


def test_start_takes_an_unowned_defect() -> None:
    defect = triaged()
    defect.start(AT, DEVON)
    assert defect.owner == DEVON


def test_start_leaves_the_owner_who_is_there() -> None:
    defect = triaged()
    defect.assign(AT, OMAR)
    defect.start(AT, DEVON)
    assert defect.owner == OMAR


def test_of_free_words_an_event_says_whether_there_were_any_and_are_now() -> None:
    defect = filed()
    defect.edit(AT, {"title": "Card charged twice"})
    defect.ask(AT, DEVON, TESS, "Which browser?")
    defect.answer(AT)
    edited, asked, answered = defect.recorded[1:]
    assert edited.changes["title"] == Change(True, True)
    assert (asked.changes["question"], answered.changes["question"]) == (Change(False, True), Change(True, False))


@pytest.mark.parametrize("fixer", [DEVON, OMAR])
def test_neither_who_said_fixed_nor_who_owned_it_then_may_verify(fixer: str) -> None:
    defect = fixed(owner=OMAR, by=DEVON)
    with pytest.raises(SamePerson):
        defect.pass_verification(AT, fixer, "b-3", four_eyes=True, facts={}, note="")
    assert defect.status is Status.RESOLVED


def test_a_fixer_may_say_that_the_verification_is_blocked() -> None:
    defect = fixed()
    defect.block_verification(AT, DEVON, facts={}, note="staging is down")
    assert defect.blocked == "staging is down"


def test_the_state_is_told_before_who_may() -> None:
    with pytest.raises(WrongState):
        verified().pass_verification(AT, DEVON, "b-3", four_eyes=True, facts={}, note="")


def test_four_eyes_can_be_switched_off() -> None:
    defect = fixed()
    defect.pass_verification(AT, DEVON, "b-3", four_eyes=False, facts={}, note="")
    assert defect.status is Status.VERIFIED


def test_a_failed_verification_bounces_a_fix_back_to_its_owner() -> None:
    defect = fixed()
    defect.fail_verification(AT, TESS, four_eyes=True, facts={}, note="second decline still charges")
    assert (defect.status, defect.bounces, defect.owner) == (Status.IN_PROGRESS, 1, DEVON)
    assert defect.resolution is None
    assert defect.fixed_in is None


def test_sending_back_another_resolution_is_no_bounce() -> None:
    defect = resolved(Resolution.CANNOT_REPRODUCE)
    defect.fail_verification(AT, TESS, four_eyes=True, facts={}, note="here is a recording")
    assert (defect.status, defect.bounces) == (Status.TRIAGED, 0)


def test_a_blocked_verification_waits_with_its_reason() -> None:
    defect = fixed()
    defect.block_verification(AT, TESS, facts={}, note="staging is down")
    assert (defect.status, defect.blocked) == (Status.RESOLVED, "staging is down")
    defect.pass_verification(AT, TESS, "b-3", four_eyes=True, facts={}, note="")
    assert defect.blocked is None


@pytest.mark.parametrize(("defect", "bounces"), [(verified(), 1), (resolved(), 0)])
def test_reopening_counts_a_bounce_only_when_it_had_been_fixed(defect: Defect, bounces: int) -> None:
    owner = defect.owner
    defect.reopen(AT, "came back")
    assert (defect.status, defect.bounces, defect.owner) == (Status.TRIAGED, bounces, owner)


def test_a_duplicate_is_never_verified_but_follows_its_original() -> None:
    original, duplicate = filed(), filed(id="d-2", key="SHOP-43")
    duplicate.resolve(AT, TESS, Resolution.DUPLICATE, original=original)
    with pytest.raises(FollowsOriginal):
        duplicate.pass_verification(AT, OMAR, None, four_eyes=True, facts={}, note="")
    seen = []
    for original.status in (Status.CLOSED, Status.TRIAGED):
        duplicate.follow(AT, original)
        seen.append(duplicate.status)
    assert seen == [Status.CLOSED, Status.RESOLVED]


def test_a_duplicate_of_a_closed_original_is_closed_with_it() -> None:
    original, duplicate = filed(), filed(id="d-2", key="SHOP-43")
    original.status = Status.CLOSED
    duplicate.resolve(AT, TESS, Resolution.DUPLICATE, original=original)
    assert duplicate.status is Status.CLOSED


def test_no_defect_is_its_own_original() -> None:
    defect = filed()
    with pytest.raises(OwnOriginal):
        defect.resolve(AT, TESS, Resolution.DUPLICATE, original=defect)


def test_a_question_waits_for_the_person_asked() -> None:
    defect = filed()
    defect.ask(AT, DEVON, TESS, "Which browser?")
    assert (defect.asked, defect.asked_by, defect.question) == (TESS, DEVON, "Which browser?")
    defect.answer(AT)
    assert (defect.asked, defect.question) == (None, None)


@pytest.mark.parametrize(
    "end",
    [
        ACTS[Action.FIXED],
        ACTS[Action.RESOLVE],
        lambda d: d.resolve(AT, TESS, Resolution.DUPLICATE, original=filed(id="d-2", key="SHOP-43")),
    ],
)
def test_nobody_is_asked_any_more_about_what_is_resolved(end: Callable[[Defect], None]) -> None:
    defect = filed()
    defect.ask(AT, DEVON, TESS, "Which browser?")
    end(defect)
    assert (defect.asked, defect.asked_by, defect.question) == (None, None, None)


def test_a_report_that_brings_nothing_along_names_no_evidence() -> None:
    defect = filed()
    defect.see(AT, OMAR, "", "j-1")
    defect.see(AT, DEVON, "e-1 e-2", "j-2")
    assert [event.facts for event in defect.recorded[1:]] == [
        {"judgement": "j-1"},
        {"evidence": "e-1 e-2", "judgement": "j-2"},
    ]


def test_an_original_says_which_duplicate_left_it() -> None:
    original, duplicate = filed(), filed(id="d-2", key="SHOP-43", reporter=OMAR)
    original.gain(AT, duplicate, {})
    original.lose(AT, duplicate, 1, (), told=True)
    about = {"duplicate": "SHOP-43", "cause": "SHOP-43"}
    assert original.recorded[-1].facts == {**about, "joined": False, "told": True}


@pytest.mark.parametrize(("cause", "facts"), [("", {}), ("2.4", {"cause": "2.4"})])
def test_an_undoing_says_what_it_undid_and_for_which_release(cause: str, facts: dict[str, str]) -> None:
    defect = verified()
    defect.close(AT, "2.4")
    defect.compensate(AT, defect.recorded[-1], cause)
    assert defect.recorded[-1].facts == {"undone": "defect_closed", **facts}


@pytest.mark.parametrize("action", [a for a in Action if TRANSITIONS[a].sources & OPEN])
def test_what_was_just_done_can_be_compensated_to_the_field(action: Action) -> None:
    defect = triaged() if Status.TRIAGED in TRANSITIONS[action].sources else filed()
    defect.assign(later(2), DEVON)
    before = {name: getattr(defect, name) for name in Defect.__dataclass_fields__ if name != "recorded"}
    ACTS[action](defect)
    defect.compensate(AT, defect.recorded[-1])
    after = {name: getattr(defect, name) for name in before}
    assert after == before
    assert defect.recorded[-1].kind is Kind.CHANGE_UNDONE


def test_a_withdrawn_defect_is_resolved_never_deleted() -> None:
    defect = filed()
    defect.withdraw(AT, TESS)
    assert (defect.status, defect.resolution) == (Status.RESOLVED, Resolution.NOT_A_DEFECT)
    assert defect.recorded[-1].texts == {"note": "withdrawn"}
