"""Whether this process can do its work: what `/readyz` answers, and the gauges that need a look into the store."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from bot.jobs.delivery import Delivery
from bot.metrics import Metrics
from bot.services.context import Clock
from bot.services.roads import Refusals
from bot.transports.readiness import DEADLINE, Check
from bot.transports.socket import SocketMode
from storage.across_teams import next_due, unsettled
from storage.database import Store
from storage.errors import StoreError
from storage.refused import refusals

# Seconds that a message may be due without anybody trying it. While Slack is down each is tried again and again.
STUCK = 60.0
# Seconds that a refused unit of work tells of a store that keeps none, when nobody has tried since.
REFUSED = 10.0
REMEDY = "`countersign doctor` says what to do"


@dataclass(slots=True)
class Missed:
    """Since when people miss something, as far as was last seen: `unsaved`, that nothing can be saved; `unsaid`, the
    oldest message that waits, or the refusal of our last token."""

    unsaved: datetime | None = None
    unsaid: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """`unheard`: the code with which Slack has refused the environment's token ever since the start."""

    store: Store
    delivery: Delivery
    clock: Clock
    metrics: Metrics
    socket: SocketMode | None = None
    unheard: Callable[[], str | None] = lambda: None
    missed: Missed = field(default_factory=Missed)

    async def checks(self) -> Sequence[Check]:
        saved = await self._saves()
        asked = [await self._outbox(), await self._slack()] if saved.ok else []
        return [saved, *asked, *([self.socket.check()] if self.socket else [])]

    async def _saves(self) -> Check:
        found = await self._saved()
        self.missed.unsaved = None if found.ok else self.missed.unsaved or self.clock.now()
        return found

    async def _saved(self) -> Check:
        """By a commit of its own: a disk that is full and a server that only reads answer every question. And by what
        became of people's: theirs need more room."""
        health = self.store.health()
        wait = f"{health.waiting} units of work wait"
        try:
            await self.store.probe(deadline=DEADLINE)
        except StoreError as error:
            return Check("store", False, f"nothing can be saved ({type(error).__name__}); {wait}")
        if health.refused is not None and health.refused < REFUSED:
            return Check("store", False, f"the last work was not saved (StoreUnavailable); {wait}")
        return Check("store", True, wait)

    async def _outbox(self) -> Check:
        try:
            due = await self.store.read(next_due)
        except StoreError as error:
            return Check("outbox", False, f"cannot be read ({type(error).__name__})")
        overdue = (self.clock.now() - due).total_seconds() if due else 0.0
        still = self.delivery.still
        if min(overdue, still) > STUCK:
            return Check("outbox", False, f"a message is {overdue:.0f} s late and nothing was tried for {still:.0f} s")
        return Check("outbox", True, "moves" if due else "empty")

    async def _slack(self) -> Check:
        """What it refuses for good leaves the outbox, and no message is ever late. No other process could do better,
        and whoever acts hears the remedy from this one: it blocks nothing."""
        try:
            refused = await self.store.read(refusals)
        except StoreError as error:
            return Check("slack", False, f"what it answered cannot be read ({type(error).__name__})", blocks=False)
        if code := self.unheard():
            return Check("slack", False, f"the token of the environment is refused ({code}): {REMEDY}", blocks=False)
        if not refused.of:
            return Check("slack", True, "takes our tokens")
        return Check("slack", not refused.everywhere, _refusal(refused), blocks=False)

    async def refresh(self) -> None:
        """While the store does not answer what was seen last stands, and grows older."""
        await self._saves()
        self.metrics.store_waiting.set(self.store.health().waiting)
        with suppress(StoreError):
            await self._look()
        since = min((at for at in (self.missed.unsaved, self.missed.unsaid) if at), default=None)
        self.metrics.outbox_oldest.set((self.clock.now() - since).total_seconds() if since else 0)

    async def _look(self) -> None:
        """Raises StoreError."""
        count, oldest = await self.store.read(unsettled)
        refused = await self.store.read(refusals)
        silent = [refused.of[0].since] if refused.everywhere else []
        self.missed.unsaid = min((at for at in (oldest, *silent) if at), default=None)
        self.metrics.workspaces_refused.set(len(refused.of) or bool(self.unheard()))
        self.metrics.outbox_waiting.set(count)


def _refusal(refused: Refusals) -> str:
    """The one that waits longest is named."""
    first, more = refused.of[0], len(refused.of) - 1
    others = f" and of {more} more" if more else ""
    return f"the token of {first.team_id} is refused ({first.code}){others}: {REMEDY}; what could not be said is kept"
