"""HTTP: `POST /slack/events` takes every request of Slack's, `/healthz` and `/readyz` answer the operator."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any
from urllib.parse import parse_qs

from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import Clock, SignatureVerifier
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.services.arrival import arrived
from bot.services.correlation import current_or_new, following
from bot.transports.readiness import Checks, readiness
from bot.transports.shape import is_request

BODY_LIMIT = 1 << 20  # bytes
BODY_DEADLINE = 3.0  # seconds; Slack itself gives up after 3
# Only these reach Bolt, which obeys headers of its own that nobody signs (`x-slack-bolt-lazy-only`).
PASSED_ON = (
    "content-type",
    "x-slack-request-timestamp",
    "x-slack-signature",
    "x-slack-retry-num",
    "x-slack-retry-reason",
)

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


def build_http(slack: Endpoint | None, checks: Checks, more: Sequence[BaseRoute] = ()) -> Starlette:
    """The web application. Without a signing secret there is no `slack` endpoint, and its address answers 404."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"ok": True})

    async def readyz(_: Request) -> Response:
        ready, body = await readiness(checks)
        return JSONResponse(body, 200 if ready else 503)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), *more]
    if slack is not None:
        routes.append(Route("/slack/events", slack, methods=["GET", "POST"]))
    return Starlette(
        routes=routes,
        middleware=[Middleware(Followed)],
        exception_handlers={HTTPException: _refusal, Exception: _failure},
    )


class Followed:
    """All that one request logs and causes bears one word, and its sender has waited from here on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with following(current_or_new()), arrived():
            await self._app(scope, receive, send)


def slack_endpoint(app: AsyncApp, signing_secret: str, clock: Clock | None = None) -> Endpoint:
    """Verifies over the raw bytes before anything parses them, then hands the request to Bolt."""
    verifier = SignatureVerifier(signing_secret, clock or Clock())

    async def receive(request: Request) -> Response:
        body = await limited_body(request)
        # Slack checks certificates so, unsigned and without effect (docs.slack.dev: implementing slash commands).
        if _is_ssl_check(request, body):
            return Response()
        if request.method != "POST":
            raise HTTPException(405)
        if not _genuine(verifier, request, body):
            return JSONResponse({"error": "invalid_signature"}, 401)
        headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
        try:
            bolt_request = AsyncBoltRequest(body=body.decode(), headers=dict(headers))
        except (ValueError, AttributeError, TypeError, LookupError):
            # Bolt looks for teams and people in whatever the JSON is, a list or a number too.
            return JSONResponse({"error": "bad_request"}, 400)
        if not is_request(bolt_request.body):
            return JSONResponse({"error": "bad_request"}, 400)
        return to_starlette_response(await app.async_dispatch(bolt_request))

    return receive


async def limited_body(request: Request, limit: int = BODY_LIMIT, deadline: float = BODY_DEADLINE) -> bytes:
    """The whole body. Raises HTTPException 413 past `limit` bytes, 408 past `deadline` seconds."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise HTTPException(413)
    body = bytearray()
    try:
        async with asyncio.timeout(deadline):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise HTTPException(413)
    except TimeoutError:
        raise HTTPException(408) from None
    except ClientDisconnect:
        raise HTTPException(400) from None
    return bytes(body)


def _genuine(verifier: SignatureVerifier, request: Request, body: bytes) -> bool:
    try:
        return verifier.is_valid(
            body,
            request.headers.get("x-slack-request-timestamp"),
            request.headers.get("x-slack-signature"),
        )
    except (ValueError, TypeError, OverflowError):
        # slack_sdk raises for a timestamp that is no number, a body that is no UTF-8, a signature that is no ASCII.
        return False


def _is_ssl_check(request: Request, body: bytes) -> bool:
    if b"ssl_check" not in body and b"ssl_check" not in request.scope["query_string"]:
        return False
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    fields = parse_qs(body.decode("ascii", "replace")) if is_form and len(body) < 1024 else {}
    return "1" in (request.query_params.get("ssl_check"), *fields.get("ssl_check", ()))


async def _refusal(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    names = {404: "not_found", 405: "method_not_allowed", 408: "too_slow", 413: "too_large"}
    return JSONResponse({"error": names.get(status, "bad_request")}, status)


async def _failure(_: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's signature; it logs the error
    return JSONResponse({"error": "internal_error"}, 500)
