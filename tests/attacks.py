"""Attack strings for whatever reads what people typed: 4 KiB of the same piece must cost what 4 KiB of words cost."""

from __future__ import annotations

import time
from collections.abc import Callable

BYTES = 4096
SECONDS = 0.25
"""Of processor time for one text; a quadratic reader of 4 KiB needs more, a linear one about 1 % of it."""


def attack(piece: str, tail: str = "") -> str:
    """As many pieces as fit into 4 KiB of UTF-8 together with the tail."""
    room = BYTES - len(tail.encode())
    return piece * (room // len(piece.encode())) + tail


def cpu_seconds(work: Callable[[], object], at_most: float = 0.0) -> float:
    """Processor time, so that a busy machine fails no test; the least of three, since the garbage of a whole suite may
    be collected in one of them. A reader that is not linear is slow each time. `at_most`: this is quick enough not to
    be asked again."""
    least = _once(work)
    return least if least <= at_most else min(least, _once(work), _once(work))


def _once(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
