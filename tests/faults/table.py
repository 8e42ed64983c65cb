"""Every row there is. A module of rows is named here once; its rows are in its own ROWS."""

from tests.faults import (
    closed,
    parents,
    storm,
)
from tests.faults.outcome import Row

ROWS: tuple[Row, ...] = (
    *closed.ROWS,
    *parents.ROWS,
    *storm.ROWS,
)
