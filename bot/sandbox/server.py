"""The workspace as a server on 127.0.0.1: Slack's Web API, its websocket, its response URLs, uploads, and the page."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket
from uvicorn.config import HTTPProtocolType

from bot.sandbox.api import web_api, with_faults
from bot.sandbox.errors import PortTaken
from bot.sandbox.faults import FaultKind
from bot.sandbox.page import page_routes
from bot.sandbox.people.commands import use_response_url
from bot.sandbox.types import Json
from bot.sandbox.web_api.files import receive
from bot.sandbox.workspace import Workspace


def application(space: Workspace) -> Starlette:
    app = Starlette(
        routes=[
            Route("/api/{method}", web_api, methods=["GET", "POST"]),
            Route("/response/{code}", respond, methods=["POST"]),
            Route("/upload/{upload_id}", upload, methods=["POST"]),
            Route("/files/{file_id}", download),
            WebSocketRoute("/link/", link),
            Mount("/", routes=page_routes(space)),
        ]
    )
    app.state.workspace = space
    return app


async def respond(request: Request) -> Response:
    try:
        body: Json = json.loads(await request.body())
    except ValueError:
        return PlainTextResponse("invalid_payload", 400)
    space: Workspace = request.app.state.workspace

    def use() -> Response:
        status, words = use_response_url(space, request.path_params["code"], body)
        return JSONResponse({"ok": True}) if status == 200 else PlainTextResponse(words, status)

    refused = space.faults.next("response_url", FaultKind.ERROR)
    if refused is not None:  # it answers in plain words, as it does of itself
        return PlainTextResponse(refused.code, 400)
    return await with_faults(space, "response_url", {}, use)


async def upload(request: Request) -> Response:
    """The bytes as the whole body, or as the one file of a form."""
    space: Workspace = request.app.state.workspace
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        form = await request.form()
        parts = [part for part in form.values() if not isinstance(part, str)]
        content = await parts[0].read() if parts else b""
    else:
        content = await request.body()

    def keep() -> Response:
        if not receive(space, request.path_params["upload_id"], content):
            return PlainTextResponse("upload failed", 400)
        return PlainTextResponse(f"OK - {len(content)}")

    return await with_faults(space, "upload", {}, keep)


SIGN_IN = "<!doctype html><title>Sign in</title><p>This file is for members of the workspace: send the bot's token."


async def download(request: Request) -> Response:
    """As the app fetches `url_private`. Without its token a page to sign in comes, with status 200, as from Slack."""
    space: Workspace = request.app.state.workspace
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or token != space.app["bot_token"] or space.app.get("revoked"):
        return HTMLResponse(SIGN_IN)
    file = space.state.files.get(request.path_params["file_id"])
    if file is None or "files:read" not in space.scopes:
        return PlainTextResponse("not found", 404)
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
    return Response(space.disk.blob(file["id"]), media_type=file["mimetype"], headers=headers)


async def link(socket: WebSocket) -> None:
    space: Workspace = socket.app.state.workspace
    await space.delivery.sockets.serve(socket)


class _WithTransport:
    """Hands the connection to a planned reset, which ends it without an answer."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            transport = getattr(getattr(send, "__self__", None), "transport", None)
            scope.setdefault("extensions", {})["countersign.transport"] = transport
        await self.app(scope, receive, send)


class _Server(uvicorn.Server):
    """Says when it is up, and leaves the signals to whoever owns the process."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError as taken:
        listener.close()
        raise PortTaken(port) from taken
    return listener


@asynccontextmanager
async def serve(space: Workspace, port: int = 0, *, protocol: HTTPProtocolType = "auto") -> AsyncIterator[str]:
    """Serves until the block ends; yields the base URL. Port 0 takes a free one. `protocol`: uvicorn's parser, where
    a test wants a certain one. Raises PortTaken."""
    listener = _listener(port)
    space.serve_at(f"http://127.0.0.1:{listener.getsockname()[1]}")
    config = uvicorn.Config(
        _WithTransport(application(space)),
        log_config=None,
        log_level="warning",
        lifespan="off",
        http=protocol,
        ws="websockets-sansio",
        timeout_keep_alive=75,  # longer than any client keeps one, as edges do: or a request meets a closing connection
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await server.up.wait()
        yield space.base_url
    finally:
        await space.delivery.sockets.drop()
        space.feed.emit("closing")  # pages that wait are answered, so that the server can end
        server.should_exit = True
        await running
        await space.close()
        listener.close()
