"""Pointing at a mistake in a fixed-width font."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.span import Span, point_at


def test_carets_stand_under_the_word() -> None:
    line, carets = point_at("/defect list sevrity:S1", Span(13, 20))
    assert (line, carets) == ("/defect list sevrity:S1", "             ^^^^^^^")


def test_wide_characters_take_two_columns_and_combining_ones_none() -> None:
    assert point_at("漢字 e\u0301 sevrity:S1", Span(6, 13)).carets == "       ^^^^^^^"


def test_a_long_text_is_cut_around_the_word() -> None:
    line, carets = point_at("x " * 500 + "sevrity:S1" + " y" * 500, Span(1000, 1007))
    assert line[carets.index("^") : carets.index("^") + 7] == "sevrity"
    assert (line[0], line[-1], len(line)) == ("…", "…", 74)


def test_an_empty_span_at_the_end_gets_one_caret() -> None:
    assert point_at("sev:", Span(4, 4)) == ("sev:", "    ^")


@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_any_span_of_any_text_is_pointed_at_on_one_line(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    line, carets = point_at(text, Span(start, min(len(text), start + length)))
    assert len(line.splitlines()) <= 1 or "\x1c" in line
    assert carets.endswith("^")
    assert len(line) <= 150
