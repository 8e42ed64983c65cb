"""`python -m bot.charts.burnup`: numbers on stdin, a PNG of 1600 x 900 on stdout, to be read at 800 x 450.

Four lines that differ in colour (Okabe and Ito's, safe for colour-blind readers), in dashes and in the words at
their end, so that no reader depends on one of these.
"""

import sys
from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from bot.charts.limits import bound_memory
from bot.charts.numbers import BurnUp, Day, from_json

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT, DPI = 8.0, 4.5, 200  # inches, dots per inch
AHEAD = timedelta(days=60)  # a ship date further away is named, not drawn
FEW = 20  # so many days are also marked as points


class Line(NamedTuple):
    counted: str
    label: str
    colour: str
    dashes: str
    width: float


LINES = (
    Line("filed", "filed (scope)", "#333333", "-", 1.4),
    Line("fixed", "fixed", "#0072B2", "-", 2.2),
    Line("verified", "verified", "#007A5A", "-", 3.2),
    Line("open", "open", "#D55E00", "--", 2.2),
)


def draw(burn_up: BurnUp) -> bytes:
    """The PNG. Raises ValueError when there is no day to draw."""
    if not burn_up.days:
        raise ValueError("no day to draw")
    # Imported here so that importing this module stays cheap; the first line also keeps any display away.
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("Agg")
    mpl.rcParams.update({"text.parse_math": False, "font.size": 11, "axes.spines.top": False, "axes.grid.axis": "y"})
    from matplotlib.figure import Figure  # noqa: PLC0415 - after the choice of Agg

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    _lines(axes, burn_up.days)
    _frame(axes, burn_up)
    _end_words(axes, burn_up.days[-1])
    picture = BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()


def _lines(axes: "Axes", days: Sequence[Day]) -> None:
    dates = [_x(day.day) for day in days]
    marker = "o" if len(days) <= FEW else None
    for line in LINES:
        counts = [getattr(day, line.counted) for day in days]
        axes.plot(dates, counts, color=line.colour, ls=line.dashes, lw=line.width, marker=marker, ms=4, clip_on=False)
    axes.fill_between(dates, [day.verified for day in days], color=LINES[2].colour, alpha=0.12, lw=0)


def _end_words(axes: "Axes", last: Day) -> None:
    """Each line's name and last count beside its end, moved apart where they would touch."""
    gap = axes.get_ylim()[1] * 0.075
    ends = sorted(LINES, key=lambda line: (getattr(last, line.counted), line.counted != "open", -LINES.index(line)))
    heights = spread([max(getattr(last, line.counted), gap / 2) for line in ends], gap)
    for line, height in zip(ends, heights, strict=True):
        axes.annotate(
            f"{getattr(last, line.counted)} {line.label}",
            (_x(last.day), height),
            xytext=(9, 0),
            textcoords="offset points",
            color=line.colour,
            va="center",
            weight="bold",
            annotation_clip=False,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85},
        )


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """The heights, which come in ascending order, moved up as little as keeps `gap` between neighbours."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + gap) if placed else height)
    return placed


def _frame(axes: "Axes", burn_up: BurnUp) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415 - as in `draw`

    first, last = _x(burn_up.days[0].day), _x(burn_up.days[-1].day)
    ships = ship_date(burn_up)
    end = last if ships is None else max(last, _x(ships) + 0.02 * (_x(ships) - first))
    axes.set_xlim(first, max(end, first + 1))
    axes.set_ylim(bottom=0, top=max(max(day.filed, day.open) for day in burn_up.days) * 1.08 or 1)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True, steps=[1, 2, 7, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: _day_and_month(x)))
    axes.spines["right"].set_visible(False)
    axes.grid(axis="y", color="#DDDDDD", lw=0.8)
    axes.set_axisbelow(True)
    axes.set_title(title(burn_up), loc="left", weight="bold", fontsize=13, pad=14)
    if ships:
        _mark(axes, ships)


def _mark(axes: "Axes", ships: date) -> None:
    axes.axvline(_x(ships), color="#555555", ls=":", lw=1.8)
    axes.annotate(
        "ships",
        (_x(ships), 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(-5, -10),
        textcoords="offset points",
        color="#555555",
        ha="right",
    )


def ship_date(burn_up: BurnUp) -> date | None:
    """The ship date where it is near enough to be drawn."""
    first, last = burn_up.days[0].day, burn_up.days[-1].day
    return burn_up.ships if burn_up.ships and first <= burn_up.ships <= last + AHEAD else None


def _x(day: date) -> float:
    return float(day.toordinal())


def _day_and_month(x: float) -> str:
    day = date.fromordinal(max(int(x), 1))
    return f"{day.day} {day:%b}"


def title(burn_up: BurnUp) -> str:
    last = burn_up.days[-1].day
    ships = f", ships {said(burn_up.ships)}" if burn_up.ships else ""
    return f"Release {burn_up.release} on {said(last)}{ships}"


def said(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def main() -> None:
    bound_memory()
    sys.stdout.buffer.write(draw(from_json(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
