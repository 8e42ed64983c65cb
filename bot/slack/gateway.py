"""The one road to Slack's Web API. It never retries: only the outbox does, and it needs to know what happened.

slack_sdk's own retry of a broken connection posts twice when only the answer was lost, so it is off. Arguments go
out form-encoded with JSON inside, the one encoding that every method takes
(docs.slack.dev/apis/web-api: reading methods do not accept JSON bodies).
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.answers import RATE_LIMITS, Ambiguous, Answer, Ok, Permanent, RateLimited, Retryable, refused
from bot.slack.proxy import proxy_for

TIMEOUT = 15.0  # seconds for a whole call
CONNECT_TIMEOUT = 5.0
KEEP_ALIVE = 3.0  # seconds that an idle connection is used again
RETRY_AFTER = 10.0  # seconds, where Slack limits the rate and does not say for how long

# An explicit level: slack_sdk writes whole payloads out whenever its logger's own level is DEBUG or unset.
_LOGGER = logging.getLogger("countersign.slack_sdk")
_LOGGER.setLevel(logging.WARNING)


class SlackGateway:
    """Use as `async with SlackGateway(base_url) as gateway`, or call `close()`; it holds one connection pool."""

    def __init__(self, base_url: str, *, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        self._base_url = base_url
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(
        self, token: str, method: str, payload: Mapping[str, Any], *, deadline: float | None = None
    ) -> Answer:
        """One call of a Web API method; an empty token sends none. Never raises for what Slack or the network does."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = self._client().api_call(method, data=encoded(payload), headers=headers)
        try:
            async with asyncio.timeout(deadline or self._timeout):
                answer = await request
        except SlackApiError as error:
            return _from_error(method, error)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, AttributeError) as error:
            return _from_network(error)
        return Ok(_data(answer), _headers(answer))

    async def send(self, url: str, *, content: bytes | None = None, message: Mapping[str, Any] | None = None) -> Answer:
        """POSTs a file's bytes to its upload address, or a message to a `response_url`: both carry no token."""
        try:
            async with self._pool().post(url, data=content, json=message, proxy=proxy_for(url)) as response:
                words = (await response.text()).strip()
                return _from_plain(response.status, words, response.headers)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return _from_network(error)

    def _client(self) -> AsyncWebClient:
        client = AsyncWebClient(base_url=self._base_url, session=self._pool(), retry_handlers=[], logger=_LOGGER)
        client.proxy = proxy_for(self._base_url)
        return client

    def _pool(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            # A request on a connection that the other side is just closing would be ambiguous, and common servers
            # (uvicorn, Node) close one that was idle for 5 s.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE, limit=50),
                timeout=aiohttp.ClientTimeout(total=self._timeout, sock_connect=CONNECT_TIMEOUT),
            )
        return self._session


def encoded(payload: Mapping[str, Any]) -> dict[str, str]:
    """Form fields: strings as they are, None left out, the rest as JSON (`true`, `12`, blocks)."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        for name, value in payload.items()
        if value is not None
    }


def _from_error(method: str, error: SlackApiError) -> Answer:
    response = error.response
    # slack_sdk hands out aiohttp's own response where the body was no JSON.
    status = response.status if isinstance(response, aiohttp.ClientResponse) else response.status_code
    data = {} if isinstance(response, aiohttp.ClientResponse) else _data(response)
    code = str(data.get("error", ""))
    if status == 429 or code in RATE_LIMITS:
        return RateLimited(_retry_after(_headers(response)))
    if status >= 500:
        return Retryable(f"status {status}", sent=True)
    if not code:
        return Ambiguous(f"status {status} without an answer")
    return refused(method, code, "; ".join(_details(data)), data)


def _details(data: Mapping[str, Any]) -> list[str]:
    """The words of Slack that go with a code: for `missing_scope` and `invalid_blocks` they name the culprit."""
    messages = (data.get("response_metadata") or {}).get("messages") or []
    needed = [f"needed: {data['needed']}"] if data.get("needed") else []
    return [*needed, *map(str, messages), *map(str, data.get("errors") or [])]


def _from_network(error: Exception) -> Answer:
    before = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
    reason = type(error).__name__
    return Retryable(f"{reason} before sending") if isinstance(error, before) else Ambiguous(reason)


def _from_plain(status: int, words: str, headers: Mapping[str, str]) -> Answer:
    if status == 200:
        return Ok({"body": words})
    if status == 429:
        return RateLimited(_retry_after({name.lower(): value for name, value in headers.items()}))
    if status >= 500:
        return Retryable(f"status {status}", sent=True)
    answer = refused("", words if words.replace("_", "").isalpha() else f"status_{status}")
    return answer if isinstance(answer, Permanent) else Permanent(words)


def _retry_after(headers: Mapping[str, str]) -> float:
    try:
        return max(float(headers.get("retry-after", "")), 0.0)
    except ValueError:
        return RETRY_AFTER


def _data(response: Any) -> dict[str, Any]:
    return response.data if isinstance(response.data, dict) else {}


def _headers(response: Any) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in response.headers.items()}
