"""People are answered first: what nobody waits for begins when no request is under way, or when it has waited long
enough itself.

One interpreter runs both, so a card that is drawn between a request and its answer makes that answer late.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

from bot.services.context import Context
from bot.services.ports import UnitOfWork, UnitsOfWork
from bot.services.questions import Questions

T = TypeVar("T")

# Seconds after the last request in which the next one of the same crowd usually comes.
QUIET = 0.004
# A card may come this much later while requests come without a pause.
PATIENCE = 2.0


class Calm:
    """`clock`: seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = monotonic, patience: float = PATIENCE) -> None:
        self._clock = clock
        self._patience = patience
        self._under_way = 0
        self._last = clock() - QUIET

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Around what somebody waits for."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._last = self._clock()

    async def come(self, waited: float) -> None:
        """Returns when it is quiet; at once for what has `waited` (seconds) as long as it may."""
        end = self._clock() + self._patience - waited
        while (noise := self._noise()) > 0 and (left := end - self._clock()) > 0:  # noqa: ASYNC110 - a pause has a length
            await asyncio.sleep(min(noise, left))

    def _noise(self) -> float:
        """Seconds until it may be quiet."""
        return QUIET if self._under_way else self._last + QUIET - self._clock()


class PeoplesUnits:
    """What somebody waits for: the delivery stands back meanwhile."""

    def __init__(self, units: UnitsOfWork, calm: Calm) -> None:
        self._units = units
        self._calm = calm

    async def perform(self, context: Context, use_case: Callable[[UnitOfWork], T]) -> T:
        with self._calm.answering():
            return await self._units.perform(context, use_case)

    async def ask(self, team_id: str, question: Callable[[Questions], T]) -> T:
        with self._calm.answering():
            return await self._units.ask(team_id, question)
