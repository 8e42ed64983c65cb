"""Cutting never breaks what a text is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.cut import cut_mrkdwn, cut_plain, size
from tests.attacks import SECONDS, cpu_seconds

ATOMS = st.sampled_from(
    [
        *("a", " ", "é", "e\u0301", "&amp;", "&lt;", "<@U1>", "<https://x.example|a label>"),
        *("😀", "👍🏽", "🇩🇪", "👩\u200d👧"),
    ]
)


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("Cart total", 10, "Cart total"),
        ("Cart total", 9, "Cart tot…"),
        ("Cart total", 6, "Cart…"),
        ("ab 😀😀", 5, "ab…"),
        ("ab 😀😀", 6, "ab 😀…"),
        ("ae\u0301x", 3, "a…"),
        ("👍🏽👍🏽", 5, "👍🏽…"),
        ("🇩🇪🇫🇷🇪🇸", 10, "🇩🇪🇫🇷…"),
    ],
)
def test_a_plain_text_is_cut_between_visible_characters(text: str, limit: int, cut: str) -> None:
    assert cut_plain(text, limit) == cut


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("a &amp; b", 5, "a…"),
        ("a &amp; b", 8, "a &amp;…"),
        ("ask <@U12> now", 10, "ask…"),
        ("ask <@U12> now", 11, "ask <@U12>…"),
        ("see <https://x.example|the log> now", 28, "see…"),
    ],
)
def test_a_reference_or_an_escape_is_kept_whole_or_left_out(text: str, limit: int, cut: str) -> None:
    assert cut_mrkdwn(text, limit) == cut


@given(st.lists(ATOMS, max_size=40), st.integers(1, 80))
def test_whole_atoms_remain(atoms: list[str], limit: int) -> None:
    text = "".join(atoms)
    cut = cut_mrkdwn(text, limit)
    assert size(cut) <= limit
    if cut != text:
        beginnings = {"".join(atoms[:n]).rstrip() for n in range(len(atoms) + 1)}
        assert cut.removesuffix("…") in beginnings
    assert cut_mrkdwn(cut, limit) == cut


@given(st.text(st.characters(), max_size=200) | st.text("\ud83d\ude00ab", max_size=30), st.integers(1, 60))
def test_any_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    cut = cut_plain(text, limit)
    assert size(cut) <= limit
    assert cut == text or text.startswith(cut.removesuffix("…"))


@pytest.mark.parametrize("piece", ["<", "&", "\u0301", "\u200d", "🇩", "<@U1>", "&amp;", "\ud83d"])
def test_attack_strings_take_linear_time(piece: str) -> None:
    typed = piece * 4000
    assert cpu_seconds(lambda: (cut_plain(typed, 3000), cut_mrkdwn(typed, 3000))) < SECONDS
