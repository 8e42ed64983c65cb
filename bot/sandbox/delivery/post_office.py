"""One delivery: which road, how often, and what is remembered of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.clock import Clock
from bot.sandbox.delivery.ack import Ack, Retry, Road
from bot.sandbox.delivery.http import HttpRoad
from bot.sandbox.delivery.sockets import SocketRoad
from bot.sandbox.faults import FaultKind, Faults
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
    def __init__(self, app: Json, sockets: SocketRoad, faults: Faults, clock: Clock) -> None:
        self._app = app
        self.sockets = sockets
        self._http: HttpRoad | None = None
        self._faults = faults
        self._clock = clock
        self.log: list[Delivered] = []

    def use_http(self, url: str) -> HttpRoad:
        """From now on payloads go, signed, to `url` instead of a websocket."""
        self._http = HttpRoad(url, self._app["signing_secret"], self._clock)
        return self._http

    @property
    def road(self) -> Road:
        return self._http or self.sockets

    async def event(self, envelope: Json) -> Ack:
        """Up to three more times until it is acknowledged."""
        fault = self._faults.next("event_callback", FaultKind.REPEAT)
        for _ in range(fault.count if fault else 0):
            await self._send("events_api", envelope, Retry())
        ack = await self._send("events_api", envelope, Retry())
        for number, pause in enumerate(RETRIES, 1):
            if ack.ok or ack.stop_retrying:
                break
            await self._clock.sleep(pause)
            ack = await self._send("events_api", envelope, Retry(number, REASONS[ack.status]))
        return ack

    async def command(self, payload: Json) -> Ack:
        return await self._twice_if_planned("slash_commands", payload, "slash_command")

    async def interaction(self, payload: Json) -> Ack:
        return await self._twice_if_planned("interactive", payload, str(payload["type"]))

    async def _twice_if_planned(self, kind: str, payload: Json, name: str) -> Ack:
        """A click that the network repeats: the same payload again. The person sees the first answer."""
        fault = self._faults.next(name, FaultKind.REPEAT)
        ack = await self._send(kind, payload, Retry())
        for _ in range(fault.count if fault else 0):
            await self._send(kind, payload, Retry())
        return ack

    async def _send(self, kind: str, payload: Json, retry: Retry) -> Ack:
        if self._faults.next(kind, FaultKind.DROP):
            await self.sockets.drop()
        ack = await self.road.send(kind, payload, retry)
        if self._faults.next(kind, FaultKind.LOSE_ACK):
            ack = Ack("timeout", seconds=ack.seconds)
        self.log.append(Delivered(kind, payload, retry.number, ack))
        return ack

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
