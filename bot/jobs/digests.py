"""Due digests: each tick asks which plans are due and lets the database decide who sends them."""

import asyncio
from dataclasses import dataclass
from functools import partial

import structlog

from bot.domain.values import Surface
from bot.services.context import Clock, Context
from bot.services.correlation import current_or_new, following
from bot.services.digests import send_planned
from bot.services.ports import Schedules, UnitsOfWork
from bot.services.records import DigestRecord, DuePlan

ACTOR = "countersign"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DigestJob:
    """`run()` is one tick."""

    schedules: Schedules
    units: UnitsOfWork
    clock: Clock

    async def run(self) -> int:
        """How many digests this tick sent. A plan that fails is logged, stays due and holds up no other."""
        due = await self.schedules.due(self.clock.now())
        results = await asyncio.gather(*(self._send(plan) for plan in due), return_exceptions=True)
        for plan, result in zip(due, results, strict=True):
            if isinstance(result, BaseException):
                _log.error("digest_not_sent", team=plan.team_id, plan=plan.plan_id, exc_info=result)
        return sum(isinstance(result, DigestRecord) for result in results)

    async def _send(self, plan: DuePlan) -> DigestRecord | None:
        with following(current_or_new()):
            return await self._planned(plan)

    async def _planned(self, plan: DuePlan) -> DigestRecord | None:
        context = Context(plan.team_id, ACTOR, Surface.SYSTEM)
        return await self.units.perform(context, partial(send_planned, plan_id=plan.plan_id))
