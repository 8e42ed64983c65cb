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
        """Waits until nothing is under way; for shutdown and tests."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("work after an answer failed", exc_info=error)
