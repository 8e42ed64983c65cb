"""uvicorn inside our own event loop: bound before it serves, stopped when we say so."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

from starlette.applications import Starlette

from bot.lean import without

# It starts a server anew when files change, where uvicorn finds it.
with without("watchfiles"):
    import uvicorn

# Seconds that an idle connection stays open: longer than load balancers keep one (60 s by default in nginx and AWS's).
# Otherwise a request meets a connection that is just being closed.
KEPT = 75
GRACE = 5  # seconds for requests under way when the server stops


class CannotListen(Exception):
    """The address is taken or not ours; the text says which and what to do."""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the composition root, which stops the other parts too."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class HttpServer:
    """`host` and `port` (0: any free one); `address` is known after `start()`."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        self._app = app
        self._wanted = (host, port)
        self._running: tuple[_Server, asyncio.Task[None]] | None = None
        self.address = ""

    async def start(self) -> None:
        """Returns when requests are answered. Raises CannotListen."""
        listener = _listen(*self._wanted)
        host, port = listener.getsockname()[:2]
        self.address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        # A server header would name the version; the process has a log of its own.
        config = uvicorn.Config(
            self._app,
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEPT,
            timeout_graceful_shutdown=GRACE,
        )
        server = _Server(config)
        task = asyncio.create_task(server.serve([listener]))
        self._running = (server, task)
        await server.ready.wait()

    async def stop(self) -> None:
        """Refuses new connections, lets requests under way finish for GRACE seconds."""
        if self._running is not None:
            server, task = self._running
            self._running = None
            server.should_exit = True
            await task


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise CannotListen(
            f"Cannot listen on {host}:{port} ({error.strerror}): stop what uses that port, "
            "or set COUNTERSIGN_HTTP_PORT or COUNTERSIGN_HTTP_HOST to another."
        ) from error
