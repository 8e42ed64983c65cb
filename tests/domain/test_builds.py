"""Does the build contain the fix?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.builds import Build, Contains, Fix, contains, match
from tests.domain.defects import MONDAY


def build(ordinal: int, release: str = "2.4", commits: str = "", reverts: str = "") -> Build:
    name = f"{release}.0-rc{ordinal}"
    return Build(name, release, name, ordinal, MONDAY, frozenset(commits.split()), frozenset(reverts.split()))


def test_builds_of_one_release_hold_the_fix_from_the_fixing_build_on() -> None:
    fix = Fix(build(3))
    assert [contains(build(n), fix) for n in (2, 3, 4)] == [Contains.NO, Contains.YES, Contains.YES]


def test_a_build_of_another_release_is_unknown() -> None:
    assert contains(build(9, release="2.5"), Fix(build(3))) is Contains.UNKNOWN


def test_nothing_holds_a_fix_that_waits_for_the_next_build() -> None:
    assert contains(build(9), Fix(None)) is Contains.NO


def test_a_fix_in_the_next_build_of_one_release_may_be_in_a_build_of_another() -> None:
    awaited = Fix(None, awaited_in="2.4")
    assert [contains(build(9, release), awaited) for release in ("2.4", "2.5")] == [Contains.NO, Contains.UNKNOWN]


@pytest.mark.parametrize(("said", "answer"), [("ABC1234", Contains.YES), ("abc12", Contains.NO), ("a", Contains.NO)])
def test_a_commit_is_named_in_any_case_by_six_characters_or_more(said: str, answer: Contains) -> None:
    assert contains(build(2, commits="abc1234def"), Fix(build(3), said)) is answer


def test_a_listed_commit_decides_before_the_order() -> None:
    assert contains(build(2, commits="abc1234def"), Fix(build(3), "abc1234")) is Contains.YES


def test_a_listed_commit_decides_across_releases() -> None:
    assert contains(build(1, release="2.5", commits="abc1234"), Fix(build(3), "abc1234def")) is Contains.YES


def test_a_reverted_commit_is_gone_in_that_build_and_after_it() -> None:
    history = [build(3, commits="abc1234"), build(4, reverts="abc1234"), build(5)]
    fix = Fix(history[0], "abc1234")
    assert [contains(each, fix, history) for each in history] == [Contains.YES, Contains.NO, Contains.NO]


def test_a_commit_that_comes_back_counts_again() -> None:
    history = [build(3, commits="abc1234"), build(4, reverts="abc1234"), build(5, commits="abc1234")]
    assert contains(history[2], Fix(history[0], "abc1234"), history) is Contains.YES


def test_a_commit_that_no_build_lists_leaves_it_to_the_order() -> None:
    assert contains(build(4, commits="fff9999"), Fix(build(3), "abc1234")) is Contains.YES


@given(st.integers(1, 50), st.integers(1, 50))
def test_without_commits_order_alone_decides(fixed_in: int, tested: int) -> None:
    expected = Contains.YES if tested >= fixed_in else Contains.NO
    assert contains(build(tested), Fix(build(fixed_in))) is expected


@pytest.mark.parametrize("name", ["2.4.0-rc3", "rc3", "RC3"])
def test_a_unique_ending_names_a_build(name: str) -> None:
    found = match(name, [build(2), build(3)])
    assert found is not None
    assert found.name == "2.4.0-rc3"


@pytest.mark.parametrize("name", ["rc33", "c3", "3", "", "2.4"])
def test_anything_else_names_none(name: str) -> None:
    assert match(name, [build(2), build(3)]) is None


def test_an_ending_that_two_builds_share_names_none() -> None:
    assert match("rc3", [build(3), build(3, release="2.5")]) is None
