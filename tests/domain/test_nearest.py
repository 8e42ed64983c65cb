"""A mistyped word finds the one that was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.nearest import distance, nearest, nearest_of
from tests.attacks import SECONDS, attack, cpu_seconds

VERBS = ("new", "show", "list", "triage", "edit", "claim", "assign", "unassign", "start", "fixed", "resolve", "reopen")
WORDS = st.text("abcdefg", max_size=8)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fxied", "fixed"),
        ("fixd", "fixed"),
        ("clam", "claim"),
        ("triag", "triage"),
        ("TRIAGE", "triage"),
        ("re", "reopen"),
        ("reop", "reopen"),
        ("nwe", "new"),
        ("asign", "assign"),
        ("banana", None),
        ("", None),
        ("x", None),
    ],
)
def test_a_mistyped_verb_finds_the_one_that_was_meant(typed: str, meant: str | None) -> None:
    assert nearest(typed, VERBS) == meant


def test_several_close_words_come_closest_first_and_each_once() -> None:
    assert nearest_of("re", (*VERBS, "reopen")) == ("reopen", "resolve")
    assert nearest_of("assign", VERBS) == ("assign", "unassign")
    assert nearest_of("assign", VERBS, limit=1) == ("assign",)


def test_a_swap_of_neighbours_is_one_mistake() -> None:
    assert (distance("sevreity", "severity"), distance("ab", "ba"), distance("", "abc")) == (1, 1, 3)


@given(WORDS, WORDS)
def test_distance_is_symmetric_zero_only_for_equals_and_at_most_the_longer_length(left: str, right: str) -> None:
    assert distance(left, right) == distance(right, left)
    assert (distance(left, right) == 0) == (left == right)
    assert abs(len(left) - len(right)) <= distance(left, right) <= max(len(left), len(right))


@given(st.text(), st.lists(st.text(max_size=60), max_size=20))
def test_whatever_is_typed_the_answer_is_a_candidate_or_none(typed: str, candidates: list[str]) -> None:
    assert nearest(typed, candidates) in {None, *candidates}


def test_an_endless_word_costs_nothing() -> None:
    assert cpu_seconds(lambda: nearest(attack("a"), VERBS)) < SECONDS
    assert cpu_seconds(lambda: nearest("a" * 40, [attack("a"), *VERBS])) < SECONDS
