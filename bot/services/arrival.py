"""When the request arrived that this task works for: its sender has waited since then, not since we got round to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

_arrived: ContextVar[float | None] = ContextVar("arrived", default=None)


def left(seconds: float) -> float:
    """What is left of so many seconds since the request arrived, 0 at least; all of them where none did."""
    at = _arrived.get()
    return seconds if at is None else max(seconds - (monotonic() - at), 0.0)


@contextmanager
def arrived(at: float | None = None) -> Iterator[None]:
    """Tasks that begin in the block belong to what arrived now, or `at` that second of `time.monotonic`."""
    token = _arrived.set(monotonic() if at is None else at)
    try:
        yield
    finally:
        _arrived.reset(token)
