"""Every row there is: the ROWS of every module here, so that a new one need not be named anywhere else."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from pkgutil import iter_modules

from tests import faults
from tests.faults.outcome import Row

OTHERS = ("test_", "__", "conftest", "table")


def modules() -> Iterator[tuple[str, Sequence[Row]]]:
    """Those that have rows, by name."""
    for each in iter_modules(faults.__path__):
        if not each.name.startswith(OTHERS):
            rows = getattr(import_module(f"{faults.__name__}.{each.name}"), "ROWS", ())
            if rows:
                yield each.name, rows


ROWS: tuple[Row, ...] = tuple(row for _, rows in modules() for row in rows)
