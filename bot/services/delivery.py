"""How a row of the outbox is claimed, put back and ended: what delivery needs of the store."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.services.outgoing import Body, Sort
from bot.services.ports import UnitOfWork

# Runs in the transaction that settles a row: what Slack answered is stored with the fact that it was done.
Then = Callable[[UnitOfWork], None]


class State(StrEnum):
    """How a row ends."""

    SENT = "sent"
    NEEDLESS = "needless"  # there was nothing to say any more
    EXPIRED = "expired"  # nobody wants it now
    FOLDED = "folded"  # a row with the same fold key said it
    LOST = "lost"  # it may have arrived, and nobody can know
    DEAD = "dead"  # Slack will never take it; kept, so that it can be revived


@dataclass(frozen=True, slots=True)
class Claimed:
    """`attempts` counts the tries before this one. `doubtful`: one of them may have reached Slack, because its answer
    was lost or its worker died in mid-call."""

    team_id: str
    id: str
    sort: Sort
    lane: str
    body: Body
    created_at: datetime
    attempts: int = 0
    doubtful: bool = False
    bulk: bool = False
    expires_at: datetime | None = None
    correlation: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """Put back, to be tried at `due_at`. `counts` False: nothing was tried, the turn had not come."""

    due_at: datetime
    reason: str
    doubtful: bool = False
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Settled:
    state: State
    reason: str = ""
    then: Then | None = None


Verdict = Again | Settled


@dataclass(frozen=True, slots=True)
class Places:
    """Of one process. `free`: how many more rows it can take, `bulk` of these at most of those that nobody waits for;
    `each`: how many of one workspace it may hold, `each_bulk` with those; `held`: what it holds, by workspace."""

    free: int
    bulk: int
    each: int
    each_bulk: int
    held: Mapping[str, int] = field(default_factory=dict)


class OutboxStore(Protocol):
    """Cross-team, so nothing but rows that are due. A claim is a lease by compare-and-set: two workers never hold
    one row, and a row whose lease ran out comes again with `doubtful`."""

    async def claim(self, now: datetime, lease: timedelta, places: Places) -> list[Claimed]:
        """As many rows as there are places for: each the oldest unsettled row of its lane, due, and leased by nobody; a
        lane whose oldest row is leased or not yet due gives none. Interactive rows come first, then what is due
        longest, as many of each workspace as of any other. Rows past `expires_at` are settled as EXPIRED here and never
        claimed. Of several unsettled rows with one fold key the oldest is claimed and the others are settled as FOLDED
        with it: it is rendered from data newer than all of them, and what waits behind it keeps its place."""
        ...

    async def renew(self, row: Claimed, until: datetime) -> bool:
        """The lease ends at `until` instead. False when the row is somebody else's by now, or settled."""
        ...

    async def settle(self, row: Claimed, verdict: Verdict) -> None:
        """Settled: ends the row and runs `then` in the same transaction. Again: frees it until `due_at`."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next row can be claimed: the earliest `due_at` of a lane's oldest row, or end of a lease."""
        ...

    async def reopen(self, team_id: str, roads: Collection[str], reasons: Collection[str]) -> int:
        """These roads are closed no more, and DEAD rows of these reasons wait again; answers how many."""
        ...
