"""How the request arrived that this task works for: when, since its sender has waited from then on and not since we got
round to it, and whether the ack may carry an answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

_arrived: ContextVar[float | None] = ContextVar("arrived", default=None)
_mute: ContextVar[bool] = ContextVar("mute", default=False)


def left(seconds: float) -> float:
    """What is left of so many seconds since the request arrived, 0 at least; all of them where none did."""
    at = _arrived.get()
    return seconds if at is None else max(seconds - (monotonic() - at), 0.0)


def ack_is_heard() -> bool:
    """False where Slack takes the ack and drops what stands in it."""
    return not _mute.get()


@contextmanager
def arrived(at: float | None = None, *, mute: bool = False) -> Iterator[None]:
    """Tasks that begin in the block belong to what arrived now, or `at` that second of `time.monotonic`. `mute`: its
    ack carries no answer."""
    token, silenced = _arrived.set(monotonic() if at is None else at), _mute.set(mute)
    try:
        yield
    finally:
        _arrived.reset(token)
        _mute.reset(silenced)
