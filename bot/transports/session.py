"""One websocket of Socket Mode, from its hello to its end. It never reconnects: `socket.py` does.

slack_sdk's own client reconnects at once on every reason, without backoff, even when Socket Mode was switched off
(slackapi/node-slack-sdk#1654); so only its base class, its envelopes and Bolt's adapter functions are used.
"""

import asyncio
import json
import logging
from time import time
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.services.arrival import ack_is_heard, arrived
from bot.transports.bolt import quiet

LOG = quiet("countersign.socket", logging.WARNING)
FINISH = 3.0  # seconds for envelopes under way when we close: Slack waits no longer for an ack


class Session(AsyncBaseSocketModeClient):
    """Over an open websocket with a heartbeat: a peer that stops answering pings ends it (aiohttp)."""

    def __init__(self, app: AsyncApp, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.logger = LOG
        self.hello = asyncio.Event()
        self.wants_successor = asyncio.Event()
        self.end = "closed by Slack"
        self._app = app
        self._socket = socket
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> str:
        """Serves envelopes until the websocket ends. Answers Slack's reason, or ours ("no answer to pings")."""
        try:
            async for frame in self._socket:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._take(frame.data)
            if isinstance(self._socket.exception(), TimeoutError):
                self.end = "no answer to pings"
        finally:
            self.wants_successor.set()
        return self.end

    def _take(self, frame: str) -> None:
        try:
            message: dict[str, Any] = json.loads(frame)
        except ValueError:
            LOG.warning("a frame of %d characters is no JSON", len(frame))
            return
        if message.get("type") == "hello":
            self.hello.set()
        elif message.get("type") == "disconnect":
            self.end = str(message.get("reason", "unknown"))
            self.wants_successor.set()
        elif request := SocketModeRequest.from_dict(message):
            # docs.slack.dev/apis/events-api/using-socket-mode: an answer is only heard where the envelope says so.
            with arrived(mute=message.get("accepts_response_payload") is False):
                task = asyncio.create_task(self._serve(request))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _serve(self, request: SocketModeRequest) -> None:
        started = time()
        response = await run_async_bolt_app(self._app, request)
        if not ack_is_heard():
            response.body = ""
        try:
            # Anything but 200 stays without an ack, so that Slack delivers an event again.
            await send_async_response(self, request, response, started)
        except (ConnectionError, aiohttp.ClientError) as error:
            # Committed but not told: the delivery comes again and its receipt is known.
            LOG.warning("ack lost: %s of envelope type %s", type(error).__name__, request.type)

    async def send_message(self, message: str) -> None:
        await self._socket.send_str(message)

    async def close(self) -> None:
        """Lets envelopes under way be acked, for FINISH seconds, then closes."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=FINISH)
        await self._socket.close()
