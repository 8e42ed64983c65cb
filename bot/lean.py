"""What a serving process holds in memory no longer than it must."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """Whoever is imported meanwhile finds them not installed, where they were not loaded before."""
    hidden = [name for name in packages if name not in sys.modules]
    for name in hidden:
        # https://docs.python.org/3/reference/import.html#the-module-cache
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def settle() -> None:
    """Once all is loaded: what loading left over goes back to the system, and no later collection walks through what
    stays anyway, which would take a few hundredths of a second each time.

    https://docs.python.org/3/library/gc.html#gc.freeze, https://man7.org/linux/man-pages/man3/malloc_trim.3.html
    """
    gc.collect()
    gc.freeze()
    # Another C library has no such function.
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
