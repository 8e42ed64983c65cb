"""What each act writes, keeps and takes away, field by field."""

from collections.abc import Callable

import pytest

from bot.domain.defect import Defect
from bot.domain.errors import UNCONFIRMED, FollowsOriginal, SamePerson, WrongState
from bot.domain.lifecycle import Action
from bot.domain.values import Priority, Resolution, Severity, Status
from tests.domain.defects import DEVON, OMAR, TESS, filed, fixed, later, resolved, triaged, verified

AT = later(60)
WRITTEN = {
    "title": "Card charged twice",
    "severity": Severity.S1,
    "priority": Priority.P1,
    "component": "cart",
    "environment": "staging",
    "labels": "flaky",
    "release_id": "r-2",
    "found_build_id": "b-2",
    "found_release_id": "r-1",
}


def fails(defect: Defect, by: str = TESS) -> None:
    defect.fail_verification(AT, by, four_eyes=True, facts={}, note="still charges")


def blocks(defect: Defect) -> None:
    defect.block_verification(AT, TESS, facts={}, note="staging is down")


def passes(defect: Defect) -> None:
    defect.pass_verification(AT, TESS, "b-3", four_eyes=True, facts={}, note="")


def test_triage_writes_severity_priority_and_release() -> None:
    defect = triaged()
    assert (defect.severity, defect.priority, defect.release_id) == (Severity.S1, Priority.P1, "r-1")


@pytest.mark.parametrize("name", WRITTEN)
def test_each_field_that_people_write_can_be_edited(name: str) -> None:
    defect = filed()
    defect.edit(AT, {name: WRITTEN[name]})
    assert getattr(defect, name) == WRITTEN[name]


def test_an_edit_changes_no_field_that_only_acts_change() -> None:
    defect = filed()
    with pytest.raises(ValueError, match="status"):
        defect.edit(AT, {"status": Status.CLOSED})
    assert (defect.status, len(defect.recorded)) == (Status.NEW, 1)


def test_a_fix_says_who_made_it_whose_it_was_in_which_build_by_which_commit_and_where_to_read_it() -> None:
    defect = triaged()
    defect.assign(AT, OMAR)
    defect.fix(AT, DEVON, "b-3", "abc1234", "https://example.org/pr/1")
    written = (defect.resolution, defect.resolver, defect.fix_owner, defect.fixed_in, defect.fix_commit)
    assert written == (Resolution.FIXED, DEVON, OMAR, "b-3", "abc1234")
    assert defect.fix_link == "https://example.org/pr/1"


def test_another_resolution_says_which_and_whose_it_is() -> None:
    defect = resolved(Resolution.CANNOT_REPRODUCE)
    assert (defect.resolution, defect.resolver) == (Resolution.CANNOT_REPRODUCE, DEVON)


@pytest.mark.parametrize(
    ("before", "back"),
    [(blocks, fails), (blocks, lambda d: d.reopen(AT, "it is back")), (passes, lambda d: d.reopen(AT, "it is back"))],
)
def test_nothing_of_a_fix_is_left_on_what_came_back(
    before: Callable[[Defect], None], back: Callable[[Defect], None]
) -> None:
    defect = triaged()
    defect.assign(AT, OMAR)
    defect.fix(AT, DEVON, "b-3", "abc1234", "https://example.org/pr/1")
    before(defect)
    back(defect)
    fields = ("resolution", "resolver", "fix_owner", "fixed_in", "fix_commit", "fix_link")
    left = (*fields, "verifier", "verified_on", "blocked")
    assert [name for name in left if getattr(defect, name) is not None] == []
    assert defect.owner == OMAR


@pytest.mark.parametrize("back", [fails, lambda d: d.reopen(AT, "it is back")])
def test_bounces_add_up(back: Callable[[Defect], None]) -> None:
    defect = filed()
    for bounces in (1, 2, 3):
        defect.fix(AT, DEVON, "b-3")
        back(defect)
        assert defect.bounces == bounces


def test_a_fixer_does_not_send_their_own_fix_back() -> None:
    defect = fixed()
    with pytest.raises(SamePerson):
        fails(defect, DEVON)
    assert defect.status is Status.RESOLVED


@pytest.mark.parametrize("word", [passes, fails, blocks])
def test_no_word_of_a_verifier_is_taken_on_a_duplicate(word: Callable[[Defect], None]) -> None:
    duplicate = filed(id="d-2", key="SHOP-43")
    duplicate.resolve(AT, DEVON, Resolution.DUPLICATE, original=filed())
    with pytest.raises(FollowsOriginal):
        word(duplicate)
    assert (duplicate.status, duplicate.blocked) == (Status.RESOLVED, None)


def test_what_is_deferred_belongs_to_the_release_that_was_named() -> None:
    defect = triaged()
    defect.defer(AT, "r-2", "too late for 2.4")
    assert (defect.release_id, defect.release_confirmed) == ("r-2", True)


def test_who_withdraws_a_report_is_known() -> None:
    defect = filed()
    defect.withdraw(AT, TESS)
    assert (defect.resolution, defect.resolver) == (Resolution.NOT_A_DEFECT, TESS)


def test_a_severity_that_it_has_already_is_not_carried() -> None:
    defect = filed()
    defect.carry_severity(AT, Severity.S3, filed(id="d-2", key="SHOP-43"))
    assert len(defect.recorded) == 1


def came_back(defect: Defect) -> Defect:
    defect.fix(AT, DEVON, None)
    defect.reopen(AT, "it is back")
    return defect


def finished(defect: Defect) -> Defect:
    defect.fix(AT, DEVON, None)
    passes(defect)
    defect.close(AT)
    return defect


@pytest.mark.parametrize(
    ("defect", "action", "cause"),
    [
        (came_back(filed()), Action.TRIAGE, UNCONFIRMED),
        (came_back(filed()), Action.CLOSE, None),
        (came_back(triaged()), Action.TRIAGE, None),
        (finished(filed()), Action.TRIAGE, None),
        (verified(), Action.TRIAGE, None),
    ],
)
def test_what_came_back_before_anybody_triaged_it_is_confirmed_by_an_edit_where_one_is_possible(
    defect: Defect, action: Action, cause: str | None
) -> None:
    with pytest.raises(WrongState) as refusal:
        defect.check(action)
    assert refusal.value.cause == cause
