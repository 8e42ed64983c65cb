"""What was only needed for a while goes: receipts, and rows of the outbox that are settled. The record stays."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.services.context import Clock

# Slack sends an event again for minutes, a person presses Back for hours.
KEPT = timedelta(days=7)
_log = structlog.get_logger(__name__)


class Forgetful(Protocol):
    async def prune(self, before: datetime) -> int:
        """How many rows went."""
        ...


@dataclass(frozen=True, slots=True)
class Retention:
    store: Forgetful
    clock: Clock
    kept: timedelta = KEPT

    async def run(self) -> int:
        gone = await self.store.prune(self.clock.now() - self.kept)
        if gone:
            _log.info("pruned", rows=gone)
        return gone
