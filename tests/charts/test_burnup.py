import io
import itertools
import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.charts.burnup import AHEAD, draw, ship_date, spread, title
from bot.charts.numbers import BurnUp, Day, from_json

FIRST = date(2026, 10, 12)


def burn_up(days: int = 40, ships: date | None = date(2026, 12, 18), release: str = "2.4") -> BurnUp:
    counts = ((10 + number, number, number // 2, 10) for number in range(days))
    return BurnUp(release, ships, tuple(Day(FIRST + timedelta(at), *four) for at, four in enumerate(counts)))


def colours(png: bytes) -> set[str]:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    return {f"#{red:02X}{green:02X}{blue:02X}" for _, (red, green, blue) in picture.getcolors(1 << 24)}  # type: ignore[misc, union-attr]


def test_it_is_a_png_to_be_read_at_800_by_450_with_four_lines_in_colours_all_can_tell() -> None:
    png = draw(burn_up())
    picture = Image.open(io.BytesIO(png))
    assert (picture.format, picture.size) == ("PNG", (1600, 900))
    assert {"#333333", "#0072B2", "#007A5A", "#D55E00"} <= colours(png)
    assert len(png) < 300_000


@pytest.mark.parametrize("days", [1, 2, 400])
def test_one_day_and_a_year_can_be_drawn_too(days: int) -> None:
    assert draw(burn_up(days)).startswith(b"\x89PNG")


def test_a_release_without_any_defect_can_be_drawn() -> None:
    assert draw(BurnUp("2.4", None, (Day(FIRST, 0, 0, 0, 0),))).startswith(b"\x89PNG")


def test_names_are_never_taken_for_formulas() -> None:
    assert draw(burn_up(2, release="2.4 $\\frac{$")).startswith(b"\x89PNG")


def test_without_a_day_there_is_nothing_to_draw() -> None:
    with pytest.raises(ValueError, match="no day"):
        draw(BurnUp("2.4", None, ()))


def test_the_title_says_release_day_and_ship_date() -> None:
    assert title(burn_up(2)) == "Release 2.4 on 13 Oct 2026, ships 18 Dec 2026"
    assert title(burn_up(2, ships=None)) == "Release 2.4 on 13 Oct 2026"


def test_a_ship_date_far_ahead_or_before_the_first_day_is_not_drawn() -> None:
    assert ship_date(burn_up(1, FIRST + AHEAD)) == FIRST + AHEAD
    assert ship_date(burn_up(1, FIRST + AHEAD + timedelta(1))) is None
    assert ship_date(burn_up(1, FIRST - timedelta(1))) is None


def test_the_numbers_come_back_as_they_were_written() -> None:
    assert from_json(burn_up(3).to_json()) == burn_up(3)
    assert from_json(burn_up(1, None).to_json()) == burn_up(1, None)
    assert json.loads(burn_up(1, None).to_json()) == {
        "release": "2.4",
        "ships": None,
        "days": [{"day": "2026-10-12", "filed": 10, "fixed": 0, "verified": 0, "open": 10}],
    }


@given(st.lists(st.floats(0, 1000), max_size=8).map(sorted), st.floats(0.1, 50))
def test_words_never_touch_and_never_sink(heights: list[float], gap: float) -> None:
    placed = spread(heights, gap)
    assert all(after - before >= gap - 1e-6 for before, after in itertools.pairwise(placed))
    assert all(new >= old for new, old in zip(placed, heights, strict=True))
