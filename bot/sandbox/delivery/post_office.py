"""One delivery: which road, how often, and what is remembered of it."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass

from bot.sandbox.clock import Clock
from bot.sandbox.delivery.ack import Ack, Retry, Road
from bot.sandbox.delivery.http import HttpRoad
from bot.sandbox.delivery.sockets import SocketRoad
from bot.sandbox.faults import Fault, FaultKind, Faults, names_of
from bot.sandbox.types import Json

# Seconds before the first, second and third retry of an event that was not acknowledged.
RETRIES = (0.0, 60.0, 300.0)
REASONS = {"timeout": "http_timeout", "refused": "http_error", "unreachable": "connection_failed"}


@dataclass(frozen=True, slots=True)
class Delivered:
    kind: str
    payload: Json
    retry: int
    ack: Ack


class PostOffice:
    """`log`: every delivery and what came of it, in the order in which they ended."""

    def __init__(
        self, app: Json, sockets: SocketRoad, faults: Faults, clock: Clock, rng: random.Random | None = None
    ) -> None:
        self._app = app
        self.sockets = sockets
        self._http: list[HttpRoad] = []
        self._left: list[HttpRoad] = []
        self._rng = rng or random.Random()
        self._faults = faults
        self._clock = clock
        self.log: list[Delivered] = []

    def use_http(self, *urls: str) -> None:
        """From now on payloads go, signed, to one of `urls`, at random, instead of a websocket."""
        self._left += self._http
        self._http = [HttpRoad(url, self._app["signing_secret"], self._clock) for url in urls]

    @property
    def road(self) -> Road:
        return self._rng.choice(self._http) if self._http else self.sockets

    async def event(self, envelope: Json) -> Ack:
        """Up to three more times until it is acknowledged."""
        fault = self._faults.next(names_of("events_api", envelope), FaultKind.REPEAT, FaultKind.SCATTER)
        if fault is not None and fault.kind is FaultKind.SCATTER:
            ack = await self._scattered(envelope, fault)
        else:
            for _ in range(fault.count if fault else 0):
                await self._send("events_api", envelope, Retry())
            ack = await self._send("events_api", envelope, Retry())
        for number, pause in enumerate(RETRIES, 1):
            if ack.ok or ack.stop_retrying:
                break
            await self._clock.sleep(pause)
            ack = await self._send("events_api", envelope, Retry(number, REASONS[ack.status]))
        return ack

    async def _scattered(self, envelope: Json, fault: Fault) -> Ack:
        """Each as Slack would number it, but in any order; acknowledged when one of them was."""

        async def once(number: int) -> Ack:
            await asyncio.sleep(self._rng.uniform(0, fault.seconds))
            return await self._send("events_api", envelope, Retry(number, REASONS["timeout"]) if number else Retry())

        copies = self._rng.randint(0, fault.count) + 1
        acks = await asyncio.gather(*map(once, range(copies)))
        return next((ack for ack in acks if ack.ok), acks[0])

    async def command(self, payload: Json) -> Ack:
        return await self._twice_if_planned("slash_commands", payload)

    async def interaction(self, payload: Json) -> Ack:
        return await self._twice_if_planned("interactive", payload)

    async def _twice_if_planned(self, kind: str, payload: Json) -> Ack:
        """A click that the network repeats: the same payload again. The person sees the first answer."""
        fault = self._faults.next(names_of(kind, payload), FaultKind.REPEAT)
        ack = await self._send(kind, payload, Retry())
        for _ in range(fault.count if fault else 0):
            await self._send(kind, payload, Retry())
        return ack

    async def _send(self, kind: str, payload: Json, retry: Retry) -> Ack:
        names = names_of(kind, payload)
        if self._faults.next(names, FaultKind.DROP):
            await self.sockets.drop()
        if (slow := self._faults.next(names, FaultKind.SLOW)) is not None:
            await asyncio.sleep(slow.seconds)
        lost = self._faults.next(names, FaultKind.LOSE, FaultKind.LOSE_ACK)
        ack = Ack("timeout")
        if lost is None or lost.kind is FaultKind.LOSE_ACK:
            ack = await self.road.send(kind, payload, retry)
        if lost is not None:
            ack = Ack("timeout", seconds=ack.seconds)
        self.log.append(Delivered(kind, payload, retry.number, ack))
        return ack

    async def close(self) -> None:
        for road in (*self._http, *self._left):
            await road.close()
