"""Socket Mode, as https://docs.slack.dev/apis/events-api/using-socket-mode describes it."""

from __future__ import annotations

import asyncio
import json
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.delivery.ack import ACK_LIMIT, Ack, Retry
from bot.sandbox.errors import SlackError
from bot.sandbox.ids import Ids, secret
from bot.sandbox.types import Json

MOST = 10  # connections per app
GONE = (WebSocketDisconnect, RuntimeError)  # the other side was quicker


@dataclass(eq=False)
class Connection:
    socket: WebSocket
    pending: dict[str, asyncio.Future[Json | None]] = field(default_factory=dict)

    async def listen(self) -> None:
        while True:
            answer = json.loads(await self.socket.receive_text())
            if not isinstance(answer, dict):
                continue
            waiting = self.pending.pop(answer.get("envelope_id", ""), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(answer.get("payload"))


class SocketRoad:
    def __init__(self, app_id: str, ids: Ids, rng: random.Random | None = None) -> None:
        self._app_id = app_id
        self._ids = ids
        self._rng = rng or random.Random()
        self._tickets: set[str] = set()
        self.connections: list[Connection] = []
        # False: acks are taken, and answers in them dropped.
        self.hears_answers = True

    def ticket(self) -> str:
        """One use. Raises too_many_websockets."""
        if len(self.connections) >= MOST:
            raise SlackError("too_many_websockets")
        ticket = secret()
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(4403)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        connection = Connection(socket)
        self.connections.append(connection)
        await socket.send_json(self._hello())
        try:
            await connection.listen()
        except (*GONE, ValueError):
            pass
        finally:
            self.connections.remove(connection)
            for waiting in connection.pending.values():
                waiting.cancel()

    def _hello(self) -> Json:
        debug = {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18060}
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": debug,
            "connection_info": {"app_id": self._app_id},
        }

    async def send(self, kind: str, payload: Json, retry: Retry) -> Ack:
        """To one connection, at random; Slack never sends one payload to two."""
        if not self.connections:
            return Ack("unreachable")
        connection = self._rng.choice(self.connections)
        envelope_id = self._ids.uuid()
        waiting: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        connection.pending[envelope_id] = waiting
        began = time.monotonic()
        try:
            await connection.socket.send_json(self._envelope(envelope_id, kind, payload, retry))
            body = await asyncio.wait_for(waiting, ACK_LIMIT)
        except TimeoutError:
            return Ack("timeout", seconds=time.monotonic() - began)
        except GONE:
            return Ack("unreachable", seconds=time.monotonic() - began)
        except asyncio.CancelledError:
            if not waiting.cancelled():
                raise
            return Ack("unreachable", seconds=time.monotonic() - began)
        finally:
            connection.pending.pop(envelope_id, None)
        heard = body if kind == "events_api" or self.hears_answers else None
        return Ack("acked", heard, 200, time.monotonic() - began)

    def _envelope(self, envelope_id: str, kind: str, payload: Json, retry: Retry) -> Json:
        envelope: Json = {"envelope_id": envelope_id, "payload": payload, "type": kind}
        if kind == "events_api":
            envelope |= {"accepts_response_payload": False, "retry_attempt": retry.number, "retry_reason": retry.reason}
        else:
            envelope["accepts_response_payload"] = self.hears_answers
        return envelope

    async def disconnect(self, reason: str = "refresh_requested", *, end: bool = True) -> int:
        """Announces the end as Slack does and, unless it is only a warning, ends. Answers how many were told."""
        told = tuple(self.connections)
        for connection in told:
            with suppress(*GONE):
                await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
                if end:
                    await connection.socket.close()
        return len(told)

    async def drop(self) -> int:
        """Ends every connection without a word."""
        gone = tuple(self.connections)
        for connection in gone:
            with suppress(*GONE):
                await connection.socket.close(1011)
        return len(gone)
