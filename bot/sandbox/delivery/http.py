"""Signed HTTP, as https://docs.slack.dev/authentication/verifying-requests-from-slack describes it."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.clock import Clock
from bot.sandbox.delivery.ack import ACK_LIMIT, Ack, Retry
from bot.sandbox.types import Json


class HttpRoad:
    """Keeps one session; `close` ends it."""

    def __init__(self, url: str, signing_secret: str, clock: Clock) -> None:
        self.url = url
        self._secret = signing_secret
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def send(self, kind: str, payload: Json, retry: Retry) -> Ack:
        body, content_type = encode(kind, payload)
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0"} | self.signature(body)
        if retry.number:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        return await self.post(body, headers)

    def signature(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock.now()))
        base = b"v0:" + timestamp.encode() + b":" + body
        digest = hmac.new(self._secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}

    async def post(self, body: bytes, headers: dict[str, str]) -> Ack:
        self._session = self._session or aiohttp.ClientSession()
        began = time.monotonic()
        try:
            limit = aiohttp.ClientTimeout(total=ACK_LIMIT)
            async with self._session.post(self.url, data=body, headers=headers, timeout=limit) as response:
                text = await response.text()
        except TimeoutError:
            return Ack("timeout", seconds=time.monotonic() - began)
        except aiohttp.ClientError:
            return Ack("unreachable", seconds=time.monotonic() - began)
        status = "acked" if response.status < 300 else "refused"
        stop = response.headers.get("X-Slack-No-Retry") == "1"
        return Ack(status, _parsed(text), response.status, time.monotonic() - began, stop)  # type: ignore[arg-type]

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def encode(kind: str, payload: Json) -> tuple[bytes, str]:
    """Events are JSON; commands are a form; interactions are a form with one field."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _parsed(text: str) -> Json | str | None:
    try:
        body = json.loads(text)
    except ValueError:
        return text or None
    return body if isinstance(body, dict) else text
