"""`POST /api/METHOD`: tokens, scopes, faults, and Slack's way to say no (HTTP 200 with `ok: false`).

https://docs.slack.dev/apis/web-api/using-the-slack-web-api
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.errors import SlackError
from bot.sandbox.faults import ON_A_CALL, Fault, FaultKind
from bot.sandbox.mishaps import MISHAPS
from bot.sandbox.types import Json
from bot.sandbox.web_api import METHODS
from bot.sandbox.web_api.call import Call, Method
from bot.sandbox.workspace import Workspace


class ConnectionReset(Response):
    """Sends nothing: the server closes the connection and the caller never learns what happened."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG002 - ASGI's signature
        transport = scope.get("extensions", {}).get("countersign.transport")
        if transport is not None:
            transport.abort()
            return
        raise ConnectionResetError("planned reset")


async def web_api(request: Request) -> Response:
    space: Workspace = request.app.state.workspace
    name = request.path_params["method"]
    arguments, refusal = await _arguments(request)
    if refusal:
        return JSONResponse({"ok": False, "error": refusal})
    return await with_faults(space, name, arguments, lambda: _answered(request, name, arguments))


async def with_faults(space: Workspace, name: str, arguments: Json, answer: Callable[[], Response]) -> Response:
    """The answer, unless what is planned at `name` prevents or hides it."""
    fault = space.faults.next(name, *ON_A_CALL)
    early = await _before(fault)
    if early is not None:
        return early
    if name == "chat.postMessage" and (wait := space.limit.wait(str(arguments.get("channel")), space.clock.now())):
        return _limited(wait)
    if fault is not None and fault.kind in MISHAPS:
        MISHAPS[fault.kind](space, arguments)
    answered = answer()
    if fault is not None and fault.kind is FaultKind.RESET_AFTER:
        return ConnectionReset()
    return answered


def _answered(request: Request, name: str, arguments: Json) -> Response:
    space: Workspace = request.app.state.workspace
    return JSONResponse(_answer(space, name, arguments, _token(request, arguments)), headers=_headers(space))


async def _before(fault: Fault | None) -> Response | None:
    if fault is None:
        return None
    if fault.kind is FaultKind.RATE_LIMIT:
        return _limited(max(1, int(fault.seconds)))
    if fault.kind is FaultKind.SERVER_ERROR:
        return Response("upstream failure", fault.status)
    if fault.kind is FaultKind.ERROR:
        return JSONResponse({"ok": False, "error": fault.code})
    if fault.kind is FaultKind.RESET_BEFORE:
        return ConnectionReset()
    if fault.kind is FaultKind.SLOW:
        await asyncio.sleep(fault.seconds)
    return None


def _limited(seconds: int) -> Response:
    return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers={"Retry-After": str(seconds)})


async def _arguments(request: Request) -> tuple[Json, str | None]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    arguments: Json = dict(request.query_params)
    if kind == "application/json":
        try:
            given = json.loads(await request.body() or b"{}")
        except ValueError:
            return {}, "invalid_json"
        if not isinstance(given, dict):
            return {}, "json_not_object"
        return arguments | given, None
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = await request.form()
        return arguments | {name: value for name, value in form.items() if isinstance(value, str)}, None
    if kind:
        return {}, "invalid_post_type"
    return arguments, None


def _token(request: Request, arguments: Json) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(arguments.pop("token", ""))


def _headers(space: Workspace) -> dict[str, str]:
    return {"x-oauth-scopes": ",".join(sorted(space.scopes)), "x-slack-req-id": space.ids.short(16)}


def _answer(space: Workspace, name: str, arguments: Json, token: str) -> Json:
    method = METHODS.get(name)
    if method is None:
        return {"ok": False, "error": "unknown_method", "req_method": name}
    try:
        _admit(space, method, token)
        body = method.answer(Call(space, arguments))
    except SlackError as error:
        body = error.body()
    space.calls.append((name, {**arguments, "_ok": body["ok"], "_error": body.get("error")}))
    return body


def _admit(space: Workspace, method: Method, token: str) -> None:
    """Raises not_authed, invalid_auth, token_revoked, not_allowed_token_type, missing_scope."""
    if not method.token:
        return
    if not token:
        raise SlackError("not_authed")
    if token not in (space.app["bot_token"], space.app["app_token"]):
        raise SlackError("invalid_auth")
    if token != space.app[f"{method.token}_token"]:
        raise SlackError("not_allowed_token_type")
    if space.app.get("revoked"):
        raise SlackError("token_revoked")
    if method.token == "bot" and method.scopes and not space.scopes & set(method.scopes):
        raise SlackError("missing_scope", needed=",".join(method.scopes), provided=",".join(sorted(space.scopes)))
