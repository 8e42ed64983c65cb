"""A Socket Mode server whose faults are chosen by the test: it greets or not, drops, warns, falls silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web


@dataclass
class FakeSocketMode:
    """`greets`: whether a new connection gets its hello; `answers_pings`: False is a peer that hangs."""

    url: str = ""
    greets: bool = True
    answers_pings: bool = True
    refusal: dict[str, Any] | None = None
    retry_after: str = "1"
    link: str = "/link"
    opened: int = 0
    connections: list[web.WebSocketResponse] = field(default_factory=list)
    acks: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def connected(self, number: int) -> None:
        """Waits until so many connections are open, for 5 s at most."""
        async with self.changed, asyncio.timeout(30):
            await self.changed.wait_for(lambda: len(self.connections) == number)

    async def say(self, message: dict[str, Any], connection: int = 0) -> None:
        await self.connections[connection].send_json(message)

    async def drop(self, connection: int = 0) -> None:
        transport = self.connections[connection]._req
        assert transport is not None
        assert transport.transport is not None
        transport.transport.abort()

    async def _open(self, request: web.Request) -> web.Response:
        self.opened += 1
        url = f"{self.url.rstrip('/').replace('http', 'ws')}{self.link}"
        return web.json_response(self.refusal or {"ok": True, "url": url}, headers={"Retry-After": self.retry_after})

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=self.answers_pings)
        await socket.prepare(request)
        if self.greets:
            await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}})
        await self._change(socket, self.connections.append)
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await self.acks.put(frame.json())
        await self._change(socket, self.connections.remove)
        return socket

    async def _change(self, socket: web.WebSocketResponse, how: Any) -> None:
        async with self.changed:
            how(socket)
            self.changed.notify_all()


@asynccontextmanager
async def fake_socket_mode() -> AsyncIterator[FakeSocketMode]:
    fake = FakeSocketMode()
    app = web.Application()
    app.add_routes([web.post("/apps.connections.open", fake._open), web.get("/link", fake._link)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield fake
    finally:
        for socket in list(fake.connections):
            await socket.close()
        await runner.cleanup()
