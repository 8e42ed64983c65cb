"""The outbox leaves: several lanes at once, each in its order, people before bulk."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic
from types import MappingProxyType

import structlog

from bot.domain.errors import NotFound
from bot.domain.values import Surface
from bot.jobs.alarm import Alarm
from bot.jobs.courier import Courier, Gone, Halt, Stray
from bot.jobs.failure_senders import send_failures
from bot.jobs.lease import LEASE, Lease, LeaseLost
from bot.jobs.office import Office
from bot.jobs.pauses import NOT_HERE, belonging
from bot.jobs.retry import OWN_FAILURES, backoff, expired, outlived
from bot.jobs.senders import SENDERS, Sender
from bot.services.context import Context
from bot.services.correlation import following
from bot.services.delivery import Again, Claimed, OutboxStore, Places, Settled, State, Verdict
from bot.services.outgoing import Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.roads import ALL, KEY_MISSING, KeyMissing
from bot.slack.answers import Permanent

_log = structlog.get_logger(__name__)

# Rows in hand at once. However slow Slack is for one workspace, the places of others stay free for them.
SLOTS, OF_ONE = 24, 8
# Bulk never takes the last ones, neither of all nor of a workspace's.
FOR_PEOPLE = 2
LONGEST = 60.0  # seconds for all calls of one row
LAST_CALLS = 20.0  # seconds at shutdown for what is under way

_COUNTED: Mapping[State, str] = MappingProxyType(
    {
        State.SENT: "sent",
        State.NEEDLESS: "needless",
        State.EXPIRED: "expired",
        State.FOLDED: "needless",
        State.LOST: "ambiguous",
        State.DEAD: "dead",
    }
)


class Delivery:
    """`senders` adds to SENDERS, or replaces some of them. `nudge()` after each commit; `run()` until `stop()`."""

    def __init__(
        self, store: OutboxStore, office: Office, alarm: Alarm, senders: Mapping[Sort, Sender] | None = None
    ) -> None:
        self._store = store
        self._office = office
        self._alarm = alarm
        self._senders = {**SENDERS, Sort.FAILURES: send_failures, **(senders or {})}
        self._nudge = asyncio.Event()
        # With the workspace of the row that each carries.
        self._running: dict[asyncio.Task[None], str] = {}
        self._stopping = False
        self._moved = monotonic()

    @property
    def counters(self) -> Mapping[str, int]:
        return self._office.counters.named()

    @property
    def still(self) -> float:
        """Seconds since a row was last taken or ended."""
        return monotonic() - self._moved

    def nudge(self) -> None:
        """There may be work. From the event loop's own thread."""
        self._nudge.set()

    def stop(self) -> None:
        self._stopping = True
        self.nudge()

    async def run(self) -> None:
        """What is under way at the end is waited for; what was not begun stays in the outbox."""
        began = monotonic()
        while not self._stopping:
            self._nudge.clear()
            async with self._office.calm.turn(monotonic() - began):
                more = await self._start_due()
            if not more:
                await self._alarm.wait(self._nudge, await self._next_due())
                began = monotonic()
        if self._running:
            await asyncio.wait(self._running, timeout=LAST_CALLS)

    async def flush(self) -> None:
        """Until nothing is due now; for commands that end, and for tests."""
        while await self._start_due() or self._running:
            if self._running:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def resume(self, team_id: str, road: str = ALL) -> int:
        """That channel, or with ALL the workspace, can be written to again: what died on its way there is tried once
        more. Answers how many."""
        closed = await self._office.units.ask(team_id, lambda questions: questions.closed_roads())
        revived = await self._store.reopen(team_id, *belonging(road, closed))
        self._office.pauses.forget(team_id)
        self.nudge()
        return revived

    async def pause(self, team_id: str, code: str) -> bool:
        """Nothing is sent to that workspace until it is resumed; False when that was so already. `code`: Slack's."""
        context = Context(team_id, "", Surface.SYSTEM)
        new = await self._office.units.perform(context, lambda uow: uow.roads.close(ALL, code))
        self._office.pauses.forget(team_id)
        return new

    async def _start_due(self) -> bool:
        """Whether more may be due than there was room for."""
        free = SLOTS - len(self._running)
        if free <= 0:
            return False
        since = asyncio.get_running_loop().time()
        try:
            rows = await self._store.claim(self._office.clock.now(), LEASE, self._places(free))
        except Exception:  # noqa: BLE001 - the edge: a store that is down must not end the loop
            _log.exception("outbox_unreadable")
            return False
        if rows:
            self._moved = monotonic()
        for row in rows:
            task = asyncio.create_task(self._one(row, since))
            self._running[task] = row.team_id
            task.add_done_callback(self._ended)
        return len(rows) == free

    def _places(self, free: int) -> Places:
        held = Counter(self._running.values())
        return Places(free, max(0, free - FOR_PEOPLE), OF_ONE, OF_ONE - FOR_PEOPLE, held)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._moved = monotonic()
        self.nudge()

    async def _next_due(self) -> datetime | None:
        try:
            return await self._store.next_due()
        except Exception:  # noqa: BLE001 - the edge: a store that is down must not end the loop
            _log.exception("outbox_unreadable")
            return None

    async def _one(self, row: Claimed, since: float) -> None:
        with following(row.correlation):
            await self._carried(row, since)

    async def _carried(self, row: Claimed, since: float) -> None:
        lease = Lease(self._store, self._office.clock, row, since)
        try:
            async with lease.kept():
                await self._settle(row, await lease.sending(self._carry(row)))
        except LeaseLost:
            self._office.counters.leases_lost += 1
            _log.warning("outbox_lease_lost", team=row.team_id, row=row.id, sort=row.sort.value)
        except Exception:  # noqa: BLE001 - the edge: one row must not end the loop
            # The lease will end and the row come again as doubtful: whoever takes it looks before it posts.
            _log.exception("outbox_unsettled", team=row.team_id, row=row.id)

    async def _settle(self, row: Claimed, verdict: Verdict) -> None:
        if isinstance(verdict, Again) and outlived(row, self._office.clock.now()):
            verdict = Settled(State.DEAD, f"given up after a day: {verdict.reason}")
        await self._store.settle(row, verdict)
        self._office.counters.ended(row.sort, "put_back" if isinstance(verdict, Again) else _COUNTED[verdict.state])
        how = "put_back" if isinstance(verdict, Again) else verdict.state.value
        say = _log.warning if how in {State.DEAD, State.LOST} else _log.info
        say(f"outbox_{how}", team=row.team_id, row=row.id, sort=row.sort.value, why=verdict.reason)

    async def _carry(self, row: Claimed) -> Verdict:
        now = self._office.clock.now()
        if expired(row, now):
            return Settled(State.EXPIRED)
        try:
            async with asyncio.timeout(LONGEST):
                return await self._send(row)
        except Halt as halt:
            return halt.verdict
        except NotFound:
            return Settled(State.NEEDLESS, "what it speaks of is gone")
        except (Stray, Gone) as error:
            return Settled(State.DEAD, f"no place to say it: {type(error).__name__}")
        except Exception as error:  # noqa: BLE001 - the edge: our own mistake in one row
            _log.exception("outbox_failed", team=row.team_id, row=row.id, sort=row.sort.value)
            return self._failed(row, error)

    async def _send(self, row: Claimed) -> Verdict:
        try:
            token = await self._office.tokens.token(row.team_id)
        except KeyMissing:
            # Repeating does not mend it. What ends so is revived with the workspace's road.
            return self._office.pauses.end_of(row, ALL, Permanent(KEY_MISSING), self._office.clock.now())
        sender = self._senders.get(row.sort)
        courier = Courier(self._office, row, token or "")
        await courier.passable(ALL)
        if token is None or sender is None:
            return Settled(State.DEAD, NOT_HERE if token is None else f"nobody sends {row.sort}")
        try:
            return _with_files(await sender(courier), courier.left_out)
        except Halt as halt:
            # Of a message that may not be there, at least what it had no room for is.
            lost = isinstance(halt.verdict, Settled) and halt.verdict.state is State.LOST
            return _with_files(halt.verdict, courier.left_out) if lost else halt.verdict
        finally:
            for road in courier.opened:
                await self.resume(row.team_id, road)

    def _failed(self, row: Claimed, error: Exception) -> Verdict:
        """Our own mistake, or the store's: what Slack and the network do is answered by values."""
        self._office.counters.failures += 1
        reason = f"{type(error).__name__}: {error}"[:500]
        if row.attempts + 1 >= OWN_FAILURES:
            return Settled(State.DEAD, reason)
        wait = backoff(row.attempts, self._office.chance())
        return Again(self._office.clock.now() + wait, reason, doubtful=True)


def _with_files(verdict: Verdict, left_out: Sequence[Outgoing]) -> Verdict:
    """The rows of what a message left out are written with the fact that it was sent: once, whatever is tried again."""
    if not left_out or not isinstance(verdict, Settled):
        return verdict

    def then(uow: UnitOfWork) -> None:
        if verdict.then is not None:
            verdict.then(uow)
        for message in left_out:
            uow.outbox.put(message)

    return replace(verdict, then=then)
