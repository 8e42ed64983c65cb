"""What a unit of work is to the store, and what an engine promises."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
Work = Callable[[Connection], T]

# Slack waits three seconds for an answer; what has not begun by now is answered "not saved".
DEADLINE = 2.0


@dataclass(frozen=True, slots=True)
class Health:
    """`waiting`: units of work that have not begun; `last_commit`: seconds since the newest one, None before it."""

    waiting: int
    last_commit: float | None


class Engine(Protocol):
    """One of the two stores behind `storage.database.Store`."""

    dialect: str

    def write(self, work: Work[T], deadline: float, *, behind: bool = False) -> "Future[T]":
        """`deadline` on the monotonic clock; work that has not begun by then never does, and raises StoreBusy.

        `behind`: people's work goes first.
        """
        ...

    def snapshot(self, work: Work[T], deadline: float) -> "Future[T]":
        """A server that cannot be reached is asked again until the deadline."""
        ...

    def health(self) -> Health: ...

    def close(self) -> None:
        """Ends what was accepted, refuses the rest."""
        ...
