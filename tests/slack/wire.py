"""A Slack of raw sockets: it answers what the test scripted, down to connections cut in mid-answer."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Reply:
    """`cut`: the connection is reset after the request was read; `hang`: nothing ever comes."""

    status: int = 200
    body: str = '{"ok":true}'
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    cut: bool = False
    hang: bool = False

    def wire(self) -> bytes:
        head = {"Content-Type": self.kind, "Content-Length": str(len(self.body.encode())), **self.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        return f"HTTP/1.1 {self.status} X\r\n{lines}\r\n{self.body}".encode()


@dataclass(frozen=True)
class Request:
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass
class Wire:
    url: str
    script: list[Reply] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def answers(self, *replies: Reply) -> None:
        self.script += replies


def says(status: int = 200, headers: Mapping[str, str] | None = None, **data: Any) -> Reply:
    return Reply(status, json.dumps({"ok": True, **data}), headers or {})


def refuses(code: str, status: int = 200, headers: Mapping[str, str] | None = None, **data: Any) -> Reply:
    return Reply(status, json.dumps({"ok": False, "error": code, **data}), headers or {})


@asynccontextmanager
async def slack_of_sockets() -> AsyncIterator[Wire]:
    wire = Wire("")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await _read(reader):
                wire.requests.append(request)
                reply = wire.script.pop(0) if wire.script else Reply()
                if reply.hang:
                    await asyncio.Event().wait()
                if reply.cut:
                    writer.transport.abort()
                    return
                writer.write(reply.wire())
                await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    wire.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/"
    try:
        yield wire
    finally:
        server.close()


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    return Request(head[0].split(" ")[1], headers, await reader.readexactly(int(headers.get("content-length", "0"))))
