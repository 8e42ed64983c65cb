"""Every row there is. A module of rows is named here once; its rows are in its own ROWS."""

from tests.faults import fuzz, kills, races, redelivery, replicas
from tests.faults.outcome import Row

ROWS: tuple[Row, ...] = (*fuzz.ROWS, *redelivery.ROWS, *kills.ROWS, *races.ROWS, *replicas.ROWS)
