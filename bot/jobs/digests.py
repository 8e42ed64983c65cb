"""Due digests: a tick asks which plans are due and lets the database decide who sends them.

While nothing is, it does not ask again before the next one will be.
"""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.values import Surface
from bot.services.context import Clock, Context
from bot.services.correlation import current_or_new, following
from bot.services.digests import send_planned
from bot.services.ports import Schedules, UnitsOfWork
from bot.services.records import DigestRecord, DuePlan

ACTOR = "countersign"
# What another process has planned, or left behind, is noticed after this at the latest.
LONGEST = timedelta(seconds=30)
_log = structlog.get_logger(__name__)


class DigestJob:
    """`run()` is one tick, `wake()` after each commit: it may have brought a plan."""

    def __init__(self, schedules: Schedules, units: UnitsOfWork, clock: Clock) -> None:
        self._schedules = schedules
        self._units = units
        self._clock = clock
        # From when until when nothing need be asked: a clock that was put back asks again.
        self._asleep: tuple[datetime, datetime] | None = None
        self._woken = False

    def wake(self) -> None:
        self._woken = True

    async def run(self) -> int:
        """How many digests this tick sent. A plan that fails is logged, stays due and holds up no other."""
        now = self._clock.now()
        if not self._woken and self._asleep and self._asleep[0] <= now < self._asleep[1]:
            return 0
        self._woken = False
        due = await self._schedules.due(now)
        self._asleep = None if due else (now, await self._next(now))
        results = await asyncio.gather(*(self._send(plan) for plan in due), return_exceptions=True)
        for plan, result in zip(due, results, strict=True):
            if isinstance(result, BaseException):
                _log.error("digest_not_sent", team=plan.team_id, plan=plan.plan_id, exc_info=result)
        return sum(isinstance(result, DigestRecord) for result in results)

    async def _next(self, now: datetime) -> datetime:
        due = await self._schedules.next_due()
        return min(due, now + LONGEST) if due else now + LONGEST

    async def _send(self, plan: DuePlan) -> DigestRecord | None:
        with following(current_or_new()):
            return await self._planned(plan)

    async def _planned(self, plan: DuePlan) -> DigestRecord | None:
        context = Context(plan.team_id, ACTOR, Surface.SYSTEM)
        return await self._units.perform(context, partial(send_planned, plan_id=plan.plan_id))
