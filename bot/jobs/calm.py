"""People are answered first: what nobody waits for begins when no request is under way, one step of it at a time.

One interpreter runs both, so a card that is drawn between a request and its answer makes that answer late.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from time import monotonic
from typing import TypeVar

from bot.services.context import Context
from bot.services.ports import UnitOfWork, UnitsOfWork
from bot.services.questions import Questions

T = TypeVar("T")

# Seconds after the last request in which the next one of the same crowd usually comes; a sixteenth of what is usually
# between two where that is less.
QUIET = 0.004
_SOON = 1 / 16
# A round of the event loop that takes longer has somebody in it.
BUSY_ROUND = 0.001
# So much later a step may come while requests come without a pause.
PATIENCE = 2.0
# Then one of those that have waited so long goes this often all the same, and less often where it takes long: a crowd
# that stays is still answered first.
PINCH = 0.1
SHARE = 0.05
# How much the newest counts in what is usual: how soon one request follows another, how long a step takes.
NEWEST = 1 / 8
# Seconds beyond which requests have nothing to do with each other.
APART = 1.0
# Seconds after a request in which people are taken to be about.
NEAR = 1.0
# Seconds that a step for which somebody waits, though no person does, waits for the end of a request.
GAP = 0.05


class Calm:
    """`clock`: seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = monotonic, patience: float = PATIENCE) -> None:
        self._clock = clock
        self._patience = patience
        self._under_way = 0
        self._last = clock() - QUIET
        self._arrived = clock()
        self._apart = APART
        self._came = 0
        self._takes = 0.0
        self._next_pinch = clock()
        self._one = asyncio.Lock()
        self._free = asyncio.Event()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Around what somebody waits for."""
        if not self._under_way:
            now = self._clock()
            self._apart += NEWEST * (min(now - self._arrived, APART) - self._apart)
            self._arrived = now
            self._came += 1
        self._under_way += 1
        try:
            yield
        finally:
            self._leave()
            self._last = self._clock()

    def _leave(self) -> None:
        self._under_way -= 1
        if not self._under_way:
            self._free.set()

    def near(self) -> bool:
        """Whether somebody was answered a moment ago, and more may come."""
        return self._under_way > 0 or self._clock() - self._last < NEAR

    async def gap(self) -> None:
        """Between two requests, or beside a crowd after GAP: no request meets two steps of that kind."""
        if self._under_way:
            await self._answered(GAP)

    async def pause(self, seconds: float) -> None:
        """Of a request that waits for what nobody else waits for, such as its own card: it stands back meanwhile."""
        self._leave()
        try:
            await asyncio.sleep(seconds)
        finally:
            self._under_way += 1

    @asynccontextmanager
    async def turn(self, waited: float = 0.0) -> AsyncIterator[None]:
        """Around one step of what nobody waits for: alone, and begun when it is quiet, or when it has waited as long as
        it may. `waited`: seconds until now."""
        asked = self._clock() - waited
        async with self._one:
            quiet = await self._come(asked + self._patience)
            began = self._clock()
            try:
                yield
            finally:
                took = self._clock() - began
                self._takes += NEWEST * (took - self._takes)
                if not quiet:
                    self._next_pinch = began + max(PINCH, took / SHARE)

    async def _come(self, end: float) -> bool:
        """Whether it is quiet. One request, and no more, is let past where the step would meet it."""
        came = self._came
        while (noise := self._noise(came)) > 0 or await self._crowded():
            left = max(end, self._next_pinch) - self._clock()
            if left <= 0:
                return False
            if self._under_way:
                await self._answered(min(noise, left))
            else:
                await asyncio.sleep(min(noise, left) if noise > 0 else 0)
        return True

    async def _answered(self, most: float) -> None:
        self._free.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._free.wait(), most)

    def _noise(self, came: int) -> float:
        """Seconds until it may be quiet. `came`: how many had come when the step was asked for."""
        fits = self._fits()
        if self._under_way or (came == self._came and not fits):
            return QUIET
        # Whoever asks again as soon as they are answered comes sooner than any step ends.
        return self._last + (min(QUIET, self._apart * _SOON) if fits else QUIET) - self._clock()

    def _fits(self) -> bool:
        """Whether a step ends before the next request usually comes, or that did not come when it usually does: people
        who come evenly meet no step."""
        now, due = self._clock(), self._arrived + self._apart
        return now + self._takes < due or now >= due + self._apart

    async def _crowded(self) -> bool:
        """Whether the event loop has more to do than to come round: requests that have only just arrived."""
        began = self._clock()
        await asyncio.sleep(0)
        return self._clock() - began > BUSY_ROUND


class PeoplesUnits:
    """What somebody waits for: the rest stands back meanwhile."""

    def __init__(self, units: UnitsOfWork, calm: Calm) -> None:
        self._units = units
        self._calm = calm

    async def perform(self, context: Context, use_case: Callable[[UnitOfWork], T]) -> T:
        with self._calm.answering():
            return await self._units.perform(context, use_case)

    async def ask(self, team_id: str, question: Callable[[Questions], T]) -> T:
        with self._calm.answering():
            return await self._units.ask(team_id, question)


class UnhurriedUnits:
    """What nobody waits for, and nothing but the store is needed for."""

    def __init__(self, units: UnitsOfWork, calm: Calm) -> None:
        self._units = units
        self._calm = calm

    async def perform(self, context: Context, use_case: Callable[[UnitOfWork], T]) -> T:
        async with self._calm.turn():
            return await self._units.perform(context, use_case)

    async def ask(self, team_id: str, question: Callable[[Questions], T]) -> T:
        async with self._calm.turn():
            return await self._units.ask(team_id, question)


class UnitsBetween:
    """What a program waits for, in many small steps: each begins where no person is being answered."""

    def __init__(self, units: UnitsOfWork, calm: Calm) -> None:
        self._units = units
        self._calm = calm

    async def perform(self, context: Context, use_case: Callable[[UnitOfWork], T]) -> T:
        await self._calm.gap()
        return await self._units.perform(context, use_case)

    async def ask(self, team_id: str, question: Callable[[Questions], T]) -> T:
        await self._calm.gap()
        return await self._units.ask(team_id, question)
