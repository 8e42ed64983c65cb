"""What the page asks of the workspace, as JSON under `/_workspace/`.

| request | body | answer |
|---|---|---|
| `GET  state?user=U…&channel=C…&thread=TS` | | what this person sees: see `screen.screen` |
| `GET  wait?user=U…&after=SEQ` | | `{seq}` as soon as something changed for them, or after 25 s |
| `POST say` | user channel text thread_ts? | `{ts}` |
| `POST edit` `delete` `react` | user channel ts text? name? | `{}` |
| `POST slash` | user channel text | `{ok}` |
| `POST click` | user channel ts action_id choice? value? | `{ok}` |
| `POST click_view` | user action_id choice? home? values? | `{ok}` |
| `POST fill` | user values | `{}`: what is typed survives an update of the modal |
| `POST submit` | user values | `{ok, errors?}` |
| `POST close` | user | `{}` |
| `POST suggest` | user action_id typed | `{options}` |
| `POST shortcut` | user callback_id channel? ts? | `{ok}` |
| `POST home` | user | `{}` |
| `POST upload` | form: user channel text thread_ts file | `{ts}` |
| `POST faults` | list of faults | `{}` |

A refusal of the client's own is 409 `{error}`. Foreign `Host` and `Origin` headers are refused with 403.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.errors import SandboxError
from bot.sandbox.page.acts import ACTS
from bot.sandbox.page.screen import screen
from bot.sandbox.people.people import People
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace

PATIENCE = 25.0  # seconds that a page waits for something to happen
OWN = ("127.0.0.1", "localhost")

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(space: Workspace) -> list[BaseRoute]:
    people = People(space)

    async def state(request: Request) -> Response:
        query = request.query_params
        return JSONResponse(screen(space, query.get("user", ""), query.get("channel"), query.get("thread")))

    async def wait(request: Request) -> Response:
        after = int(request.query_params.get("after", "0"))
        with contextlib.suppress(TimeoutError):
            await space.feed.wait_until(lambda: space.feed.seq > after, PATIENCE)
        return JSONResponse({"seq": space.feed.seq})

    async def act(request: Request) -> Response:
        name = request.path_params["act"]
        if name not in ACTS:
            return JSONResponse({"error": f"no such act: {name}"}, 404)
        return JSONResponse(await ACTS[name](people, await request.json()))

    async def upload(request: Request) -> Response:
        return JSONResponse(await _upload(people, request))

    return [
        Route("/_workspace/state", _own(state)),
        Route("/_workspace/wait", _own(wait)),
        Route("/_workspace/upload", _own(upload), methods=["POST"]),
        Route("/_workspace/{act}", _own(act), methods=["POST"]),
    ]


async def _upload(people: People, request: Request) -> Json:
    form = await request.form()
    fields: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
    files = {part.filename or "file": await part.read() for part in form.values() if not isinstance(part, str)}
    thread = fields.get("thread_ts") or None
    ts = people.talk.say(fields["user"], fields["channel"], fields.get("text", ""), thread_ts=thread, files=files)
    return {"ts": ts}


def _own(endpoint: Endpoint) -> Endpoint:
    """Only the page itself: a foreign site must not act through a browser that can reach this address."""

    async def guarded(request: Request) -> Response:
        origin = request.headers.get("origin")
        hosts = {request.url.hostname, urlsplit(origin).hostname if origin else request.url.hostname}
        if not hosts <= set(OWN):
            return JSONResponse({"error": "foreign origin"}, 403)
        try:
            return await endpoint(request)
        except (SandboxError, KeyError, StopIteration) as refusal:
            return JSONResponse({"error": str(refusal)}, 409)

    return guarded
