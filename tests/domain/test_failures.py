"""Which of many error texts say the same."""

import random
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.failures import LONGEST, fingerprint, grouped, normalised
from bot.domain.results import Execution, Outcome
from tests.attacks import SECONDS, attack, cpu_seconds

PIECES = (
    *("a", " ", "/", "\\", "/a", "a/", "a/b/", "'", '"', "`", "'1'", '"a b"', "1", "1.", "0x", "f0", "0f", "ff-", "é"),
    *("… …-", "…/", ":", "12:", "1:2:3", "2026-01-01", "https://", ".", ",", "_", "-", "+", "e", "1e", "ms", "\n"),
    *("\x1b[", "\x1b[1m", "\nat ", "C:\\"),
)
AT = ["/srv/app", "C:\\ci\\job", "~/x/y"]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=60).map("".join))
def test_what_was_normalised_stays_as_it_is_and_is_short(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once
    assert len(once) <= LONGEST
    assert "\n" not in once


@given(st.integers(0, 10**12), st.uuids(), st.floats(0, 1e6), st.sampled_from(AT))
def test_what_differs_from_run_to_run_does_not_tell_failures_apart(
    number: int, id_: object, took: float, at: str
) -> None:
    sep = "\\" if "\\" in at else "/"
    error = (
        f"TimeoutError: order {number} ({id_}) not paid after {took:.2f} ms"
        f" at 0x{number:x}, see {at}{sep}{number}{sep}pay.log, 2026-11-20T12:00:01.5Z"
    )
    assert normalised(error) == "TimeoutError: order … (…) not paid after … at …, see …"


@pytest.mark.parametrize("piece", [piece for piece in PIECES if piece.strip()])
def test_a_hostile_text_takes_no_more_time_than_another(piece: str) -> None:
    for tail in ("", "!", "'", "/"):
        assert cpu_seconds(partial(normalised, attack(piece, tail))) < SECONDS


def test_random_texts_come_to_rest() -> None:
    dice = random.Random(3)
    for _ in range(3_000):
        text = "".join(dice.choice(PIECES) for _ in range(dice.randrange(200)))
        assert normalised(normalised(text)) == normalised(text)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("Error: connect ECONNREFUSED 127.0.0.1:5432", "Error: connect ECONNREFUSED …"),
        ("FileNotFoundError: No such file: '/tmp/job-7/a.txt'", "FileNotFoundError: No such file: …"),
        (
            "TypeError: Cannot read property 'total' of undefined",
            "TypeError: Cannot read property 'total' of undefined",
        ),
        ("Error: Coupon 'summer 2026' is not known", "Error: Coupon … is not known"),
        ("Boom\n    at pay (/srv/pay.js:12:5)\n    at next (/srv/a.js:1:1)", "Boom"),
        ("\x1b[31mRed\x1b[0m is wrong", "Red is wrong"),
        ("", ""),
    ],
)
def test_the_words_stay_and_the_values_go(error: str, said: str) -> None:
    assert normalised(error) == said


def test_an_error_that_says_too_little_is_known_again_only_within_its_suite() -> None:
    assert fingerprint("cart::total", "assert 3 == 4") == fingerprint("cart::tax", "assert 5 == 9")
    assert fingerprint("cart::total", "assert 3 == 4") != fingerprint("pay::retry", "assert 3 == 4")
    assert fingerprint("cart::total", "Card 3 declined") == fingerprint("pay::retry", "card 4 declined")


def test_failures_are_grouped_the_largest_group_first_and_what_passed_is_in_none() -> None:
    def ends(outcome: Outcome, error: str) -> Execution:
        return Execution("s::c", outcome, message=error, fingerprint=fingerprint("s::c", error) if error else "")

    run = [
        ends(Outcome.FAILED, "Coupon field missing"),
        ends(Outcome.PASSED, ""),
        ends(Outcome.ERROR, "Card 1 declined twice"),
        ends(Outcome.SKIPPED, "Card 1 declined twice"),
        ends(Outcome.FAILED, "Card 2 declined twice"),
    ]
    assert [group.places for group in grouped(run)] == [(2, 4), (0,)]
