"""What was only needed for a while goes: receipts, and rows of the outbox that are settled. The record stays, until a
workspace has removed us and not had us back for a month."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.services.context import Clock

# Slack sends an event again for minutes, a person presses Back for hours.
KEPT = timedelta(days=7)
# From the removal until the data of a workspace go.
GRACE = timedelta(days=30)
_log = structlog.get_logger(__name__)


class Forgetful(Protocol):
    async def prune(self, before: datetime) -> int:
        """How many rows went."""
        ...

    async def forget_departed(self, before: datetime) -> int:
        """The same of the workspaces that removed us before that instant."""
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
        left = await self.store.forget_departed(self.clock.now() - GRACE)
        if left:
            _log.info("departed", rows=left)
        return gone + left
