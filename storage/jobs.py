"""Units of work that wait for a writer: people's first, what nobody waits for behind them."""

import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from storage.errors import StoreBusy, StoreUnavailable
from storage.work import Work

BACKLOG = 10_000
# Seconds after which what nobody waits for goes along with people's work, a few at a time, so that it never starves.
OVERDUE = 0.25
ALONG = 4
# So many of people's may pass what is overdue: a crowd that fills every group, or a group of one, would never end.
PASSING = 16


@dataclass(slots=True, eq=False)
class Job:
    """`deadline` on the monotonic clock: what has not begun by then never does. `behind`: nobody waits for it."""

    work: Work[Any]
    deadline: float
    behind: bool = False
    future: "Future[Any]" = field(default_factory=Future)
    since: float = field(default_factory=time.monotonic)

    def wanted(self) -> bool:
        """Whether it may still begin; where not, its caller is told."""
        if self.future.running():
            return True
        if self.future.cancelled():
            return False
        if time.monotonic() > self.deadline:
            self.fail(StoreBusy("not begun within its deadline"))
            return False
        return True

    def begin(self) -> bool:
        """From now on its caller cannot give it up. A second try has begun already."""
        return self.future.running() or (self.wanted() and self.future.set_running_or_notify_cancel())

    def answer(self, result: Any) -> None:
        self.future.set_result(result)

    def fail(self, error: BaseException) -> None:
        """Does nothing where it was answered."""
        if self.future.done() or not (self.future.running() or self.future.set_running_or_notify_cancel()):
            return
        # asyncio's loop ends at a SystemExit, and its futures refuse a StopIteration, so that nobody would be answered.
        ordinary = isinstance(error, Exception) and not isinstance(error, StopIteration)
        self.future.set_exception(error if ordinary else RuntimeError(repr(error)))


class Line:
    """First come, first served, among people and among the rest."""

    def __init__(self, backlog: int = BACKLOG) -> None:
        self._backlog = backlog
        self._people: deque[Job] = deque()
        self._behind: deque[Job] = deque()
        self._passed = 0
        self._closed = False
        self._arrival = threading.Condition(threading.Lock())

    def __len__(self) -> int:
        return len(self._people) + len(self._behind)

    def put(self, job: Job) -> None:
        """Raises StoreBusy where too many wait, StoreUnavailable once it is closed; else it will be taken."""
        with self._arrival:
            if self._closed:
                raise StoreUnavailable("the store is closed")
            if len(self) >= self._backlog:
                raise StoreBusy(f"{self._backlog} units of work wait already")
            (self._behind if job.behind else self._people).append(job)
            self._arrival.notify()

    def take(self, most: int) -> list[Job]:
        """Waits until somebody is there. Empty when it was closed and nobody is left."""
        with self._arrival:
            while not len(self):
                if self._closed:
                    return []
                self._arrival.wait()
            kept = int(self._passed >= PASSING)
            taken = [self._people.popleft() for _ in range(min(most - kept, len(self._people)))]
            rest = self._rest(most - len(taken), alone=not taken)
            self._passed = 0 if rest or not self._overdue() else self._passed + len(taken)
            return [*taken, *rest]

    def close(self) -> None:
        """Refuses from now on; what was accepted before is still taken."""
        with self._arrival:
            self._closed = True
            self._arrival.notify_all()

    def _rest(self, room: int, *, alone: bool) -> list[Job]:
        """`alone`: no person waits now; few at a time all the same, since one may come."""
        taken: list[Job] = []
        while self._behind and len(taken) < min(room, ALONG) and (alone or self._overdue()):
            taken.append(self._behind.popleft())
        return taken

    def _overdue(self) -> bool:
        return bool(self._behind) and self._behind[0].since < time.monotonic() - OVERDUE
