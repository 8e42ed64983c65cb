"""One word for everything that follows from one request: its log lines, its rows in the outbox, their deliveries."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("correlation", default="")


def current() -> str:
    """Of the request that this task works for; empty where there is none."""
    return _current.get()


def current_or_new() -> str:
    return current() or secrets.token_hex(8)


@contextmanager
def following(word: str) -> Iterator[str]:
    """Tasks that begin in the block follow it too."""
    token = _current.set(word)
    try:
        yield word
    finally:
        _current.reset(token)
