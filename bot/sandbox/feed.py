"""What changed, in order: one number per change, for pages and tests that wait for something to appear."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from bot.sandbox.types import Json

T = TypeVar("T")
KEPT = 20_000
POLL = 0.02  # a predicate may look at things outside of the workspace, which announce nothing here


@dataclass(frozen=True, slots=True)
class Change:
    """`seq` rises by one; `user` names the only person who may see it, None means everybody in `channel`."""

    seq: int
    kind: str
    channel: str | None = None
    user: str | None = None
    data: Json = field(default_factory=dict)


class Feed:
    def __init__(self) -> None:
        self.seq = 0
        self._changes: deque[Change] = deque(maxlen=KEPT)
        self._waiting: set[asyncio.Event] = set()

    def emit(self, kind: str, *, channel: str | None = None, user: str | None = None, **data: object) -> Change:
        self.seq += 1
        change = Change(self.seq, kind, channel, user, dict(data))
        self._changes.append(change)
        for bell in self._waiting:
            bell.set()
        return change

    def after(self, seq: int) -> list[Change]:
        newest = itertools.takewhile(lambda change: change.seq > seq, reversed(self._changes))
        return list(newest)[::-1]

    async def next_change(self, timeout: float) -> bool:  # noqa: ASYNC109 - a deadline in real seconds
        bell = asyncio.Event()
        self._waiting.add(bell)
        try:
            await asyncio.wait_for(bell.wait(), timeout)
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(bell)
        return True

    async def subscribe(self, after: int | None = None) -> AsyncIterator[Change]:
        """Every change after `after` (default: from now on), for ever."""
        seen = self.seq if after is None else after
        while True:
            for change in self.after(seen):
                seen = change.seq
                yield change
            await self.next_change(timeout=1.0)

    async def news(self, after: int, user: str | None, patience: float) -> None:
        """Until something changed that `user` may see, for `patience` real seconds at most. A number from before a
        restart, higher than any here, is news in itself."""
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        while after <= self.seq and not any(change.user in (None, user) for change in self.after(after)):
            if (left := end - loop.time()) <= 0 or not await self.next_change(timeout=left):
                return

    async def wait_until(self, predicate: Callable[[], T], deadline: float) -> T:
        """The first truthy answer of `predicate`; TimeoutError after `deadline` real seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + deadline
        while True:
            found = predicate()
            if found:
                return found
            left = end - loop.time()
            if left <= 0:
                raise TimeoutError(f"not seen within {deadline} s: {getattr(predicate, '__name__', predicate)}")
            await self.next_change(timeout=min(left, POLL))
