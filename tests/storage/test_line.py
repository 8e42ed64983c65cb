"""People go first, and what nobody waits for comes all the same."""

import time

import pytest

from storage.jobs import ALONG, OVERDUE, PASSING, Job, Line

FAR = 1e12


def job(*, behind: bool = False, waited: float = 0.0) -> Job:
    return Job(lambda _: None, FAR, behind, since=time.monotonic() - waited)


@pytest.mark.parametrize("most", [1, 2, 64])
def test_a_crowd_that_fills_every_group_does_not_hold_up_what_is_overdue_for_ever(most: int) -> None:
    line = Line()
    overdue = job(behind=True, waited=2 * OVERDUE)
    line.put(overdue)
    passed = 0
    while passed <= PASSING + most:
        for _ in range(2 * most):
            line.put(job())
        taken = line.take(most)
        assert len(taken) == most
        if overdue in taken:
            break
        passed += len(taken)
    assert overdue in taken
    assert passed >= PASSING


def test_what_has_only_just_come_waits_while_there_are_people() -> None:
    line = Line()
    line.put(job(behind=True))
    for _ in range(3 * PASSING):
        line.put(job())
    taken = [each for _ in range(3 * PASSING) for each in line.take(1)]
    assert not any(each.behind for each in taken)
    assert [each.behind for each in line.take(1)] == [True]


def test_where_nobody_waits_few_of_it_go_at_once() -> None:
    line = Line()
    for _ in range(2 * ALONG):
        line.put(job(behind=True))
    assert len(line.take(64)) == ALONG
