"""Work after the answer: filling a modal that is already open, answers to a click, reading a thread.

None of it may be needed for the record: what must not be lost goes through the outbox.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger(__name__)


class Later:
    """Holds its tasks, so that none is collected while it runs; a failure is logged and ends there."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    @property
    def busy(self) -> bool:
        """Something is under way."""
        return bool(self._tasks)

    async def drain(self) -> None:
        """Waits until nothing is under way; for tests."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def end(self, within: float) -> None:
        """For shutdown: what is not done in so many seconds is given up; after a crowd hundreds may wait their turn."""
        if not self._tasks:
            return
        _, left = await asyncio.wait(self._tasks, timeout=within)
        for task in left:
            task.cancel()
        if left:
            logger.warning("%d pieces of work after an answer were given up", len(left))
            await asyncio.wait(left)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("work after an answer failed", exc_info=error)
