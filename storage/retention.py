"""What was only needed for a while, and whose workspace has removed us."""

from datetime import datetime

from storage.across_teams import forgetting, long_settled
from storage.database import Store
from storage.departed import forget_departed
from storage.passing import Passing
from storage.tables import outbox, receipts, slots
from storage.tenant import param

_BEFORE = param("before")
PASSING = (
    Passing(receipts, receipts.c.created_at < _BEFORE),
    Passing(outbox, long_settled(outbox)),
    Passing(slots, slots.c.created_at < _BEFORE),
)


class SqlRetention:
    """bot.jobs.retention.Forgetful."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def prune(self, before: datetime) -> int:
        """Receipts, settled messages and the days of digests from before that instant; answers how many."""
        teams = await self._store.read(lambda connection: forgetting(connection, before))
        return sum([await each.empty(self._store, team, before) for team in teams for each in PASSING])

    async def forget_departed(self, before: datetime) -> int:
        """Everything but the sealed log of workspaces that had removed us before that instant; answers how many."""
        return await forget_departed(self._store, before)
