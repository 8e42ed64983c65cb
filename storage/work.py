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
    """`waiting`: units of work that have not begun; `refused`: seconds since the store could not keep one that
    somebody waited for, None where it has kept another since."""

    waiting: int
    refused: float | None


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

    def waiting(self) -> int:
        """Units of work that have not begun."""
        ...

    def close(self) -> None:
        """Ends what was accepted, refuses the rest."""
        ...
