"""Keys and hashes in the texts of commits."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.trailers import Trailers, read_trailers
from tests.attacks import SECONDS, attack, cpu_seconds

MESSAGE = """Round each line before adding

The total was rounded once, at the end; see SHOP-1 for the story.

Fixes: SHOP-42, shop-43
fixes: SHOP-42
Reviewed-by: Ana <ana@example.com>
"""
REVERTING = """Revert "Round each line before adding"

This reverts commit 1f3870be274f6c49b3e31a0c6728957f5a1d9c11.

Reverts: SHOP-42 abc1234
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MESSAGE, Trailers(fixes=("SHOP-42", "SHOP-43"))),
        (REVERTING, Trailers((), ("SHOP-42",), ("1f3870be274f6c49b3e31a0c6728957f5a1d9c11", "abc1234"))),
        ("Fixes: SHOP-42.\r\nFixes: the rest of SHOP-43", Trailers(("SHOP-42", "SHOP-43"))),
        ("Fixes SHOP-42", Trailers()),
        ("This fixes: SHOP-42", Trailers()),
        ("Fixes: #42, https://example.com/SHOP-42, SHOP-0, S", Trailers()),
        ("Reverts: DEADBEEF", Trailers()),
        ("", Trailers()),
    ],
)
def test_only_whole_lines_with_keys_or_hashes_count(text: str, said: Trailers) -> None:
    assert read_trailers(text) == said


@given(st.text(alphabet=st.sampled_from("fixesrvtFX:, -SHOP4210\n\r\tabcdef"), max_size=300))
def test_whatever_is_written_what_is_read_are_keys_and_hashes(text: str) -> None:
    said = read_trailers(text)
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]*-[1-9][0-9]*", key) for key in said.fixes + said.reverts)
    assert all(re.fullmatch(r"[0-9a-f]{6,64}", sha) for sha in said.reverted)


@pytest.mark.parametrize(
    "piece", ["Fixes:", "fixes: ", "Fixes:\t", "A-1", "A-1,", "\n", " \t", "This reverts commit ", "abcdef"]
)
def test_a_hostile_text_takes_no_longer_than_words(piece: str) -> None:
    assert cpu_seconds(lambda: read_trailers(attack(piece))) < SECONDS
    assert cpu_seconds(lambda: read_trailers(f"Fixes: {attack(piece)}")) < SECONDS
