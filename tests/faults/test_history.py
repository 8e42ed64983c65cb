"""The checker itself: whatever is planted, it finds that and nothing else."""

import random
from collections.abc import Callable

import pytest

from tests.faults.history import Effect, Findings, History, Seen

PEOPLE, EACH = 4, 30
Sequenced = list[Effect]


def lived() -> tuple[History, Sequenced]:
    """People who act beside each other, in a thread each and in one together; all that was confirmed is there, nothing
    that failed, and half of what nobody knows of."""
    history, there, dice = History(), [], random.Random(7)
    for number in range(EACH):
        round_ = [(f"{person}-{number}", f"thread {person % 2}") for person in range(PEOPLE)]
        for id, lane in round_:
            history.begin(id, lane)
        dice.shuffle(round_)
        for place, (id, lane) in enumerate(round_):
            seen = (Seen.OK, Seen.OK, Seen.FAILED, Seen.UNKNOWN)[(number + place) % 4]
            if seen is Seen.OK or (seen is Seen.UNKNOWN and number % 2):
                there.append(Effect(id, lane))
            history.end(id, seen)
    return history, there


def test_an_honest_history_has_nothing_to_be_found() -> None:
    history, there = lived()
    assert (history.count(Seen.OK), history.count(Seen.FAILED), len(there)) == (60, 30, 75)
    assert history.compare(there).none


def confirmed(history: History) -> list[str]:
    return [each.id for each in history.operations.values() if each.seen is Seen.OK]


def a_loss(history: History, there: Sequenced) -> Findings:
    lost = confirmed(history)[17]
    there.remove(next(effect for effect in there if effect.id == lost))
    return Findings(lost=(lost,))


def a_duplicate(history: History, there: Sequenced) -> Findings:
    """At once, so that it is no disorder too."""
    at = 40
    there.insert(at, there[at])
    return Findings(twice=(there[at].id,))


def an_inversion(history: History, there: Sequenced) -> Findings:
    """What was over before the other began now stands behind it."""
    mine = [effect for effect in there if effect.lane == "thread 1" and history.operations[effect.id].seen is Seen.OK]
    early, late = mine[10], next(e for e in mine[11:] if begins_after(history, e.id, mine[10].id))
    first, second = there.index(early), there.index(late)
    there.insert(second, there.pop(first))
    return Findings(reordered=(early.id,))


def begins_after(history: History, later: str, earlier: str) -> bool:
    return history.operations[later].began > history.operations[earlier].ended


def a_phantom(history: History, there: Sequenced) -> Findings:
    failed = next(each for each in history.operations.values() if each.seen is Seen.FAILED)
    there.insert(0, Effect(failed.id, failed.lane))
    return Findings(phantom=(failed.id,))


def something_that_nobody_asked_for(history: History, there: Sequenced) -> Findings:
    there.append(Effect("out of the blue", "thread 0"))
    return Findings(phantom=("out of the blue",))


PLANTED: tuple[Callable[[History, Sequenced], Findings], ...] = (
    a_loss,
    a_duplicate,
    an_inversion,
    a_phantom,
    something_that_nobody_asked_for,
)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_what_was_planted_is_found(plant: Callable[[History, Sequenced], Findings]) -> None:
    history, there = lived()
    expected = plant(history, there)
    assert history.compare(there) == expected


def test_what_nobody_knows_of_may_be_there_or_not_but_not_twice() -> None:
    history = History()
    history.begin("x")
    assert history.compare([]).none
    assert history.compare([Effect("x")]).none
    assert history.compare([Effect("x"), Effect("x")]) == Findings(twice=("x",))


def test_two_who_act_at_once_may_come_in_any_order() -> None:
    history = History()
    for id in "ab":
        history.begin(id, "t")
    for id in "ab":
        history.end(id, Seen.OK)
    history.done("c", "t")
    assert history.compare([Effect(id, "t") for id in "bac"]).none
    assert history.compare([Effect(id, "t") for id in "cab"]) == Findings(reordered=("a", "b"))
