"""The page, and what it asks of the workspace under `/_workspace/`.

| request | body | answer |
|---|---|---|
| `GET  page?user=U…&channel=C…&thread=TS&tab=home&more=N` | | `{seq, parts, facts}`: see `parts.page` |
| `GET  state?user=U…&channel=C…&thread=TS` | | the same as facts: see `screen.screen` |
| `GET  wait?user=U…&after=SEQ` | | `{seq}` as soon as something changed for them, or after 25 s |
| `GET  file/F…` | | a file, as somebody in the workspace sees it |
| `POST say` | user channel text thread_ts? | `{ts}` |
| `POST edit` `delete` `react` | user channel ts text? name? | `{}` |
| `POST read` `dismiss` | user channel ts | `{}` |
| `POST join` `leave` `invite_app` `remove_app` `archive` | user channel undo? | `{}` |
| `POST slash` | user channel text | `{ok, error?}` |
| `POST click` | user channel ts action_id block_id? choice? value? | `{ok, error?}` |
| `POST click_view` | user action_id block_id? choice? home? view? values? | `{ok, error?}`; `{}` when `view` is gone |
| `POST fill` | user view? values | `{}`: what is typed survives an update of the modal |
| `POST submit` | user values | `{ok, errors?}` |
| `POST close` | user | `{}` |
| `POST suggest` | user action_id typed block_id? home? channel? ts? | `{options}` |
| `POST shortcut` | user callback_id channel? ts? | `{ok, error?}` |
| `POST home` | user | `{}` |
| `POST upload` | form: user channel text thread_ts file… | `{ts}` |
| `POST hold` | form: user file… | `{files: [{id, name}]}` for a form's file input |
| `POST faults` | list of faults | `{}` |

A refusal of the client's own is 409 `{error}`. Foreign `Host` and `Origin` headers are refused with 403.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.errors import SandboxError
from bot.sandbox.page.acts import ACTS
from bot.sandbox.page.drawing import PICTURES, draw
from bot.sandbox.page.parts import Place, page
from bot.sandbox.page.reader import Reader
from bot.sandbox.page.screen import screen
from bot.sandbox.page.uploads import hold, upload
from bot.sandbox.people.people import People
from bot.sandbox.workspace import Workspace

PATIENCE = 25.0  # seconds that a page waits for something to happen
OWN = ("127.0.0.1", "localhost")
STATIC = Path(__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
QUIET = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(space: Workspace) -> list[BaseRoute]:
    people = People(space)

    async def front(_request: Request) -> Response:
        html = draw("page.html", Reader(space, ""), team=space.team["name"])
        return HTMLResponse(html, headers={**QUIET, "Content-Security-Policy": POLICY})

    async def drawn(request: Request) -> Response:
        query = request.query_params
        more = query.get("more", "0")
        tab = query.get("tab") or "messages"
        more_messages = int(more) if more.isdecimal() else 0
        place = Place(query.get("channel") or None, query.get("thread") or None, tab, more_messages)
        return JSONResponse(page(Reader(space, _somebody(space, query.get("user", ""))), place), headers=QUIET)

    async def state(request: Request) -> Response:
        query = request.query_params
        return JSONResponse(screen(space, query.get("user", ""), query.get("channel"), query.get("thread")))

    async def wait(request: Request) -> Response:
        after, user = request.query_params.get("after", "0"), request.query_params.get("user")
        await space.feed.news(int(after) if after.isdecimal() else 0, user, PATIENCE)
        return JSONResponse({"seq": space.feed.seq}, headers=QUIET)

    async def act(request: Request) -> Response:
        name = request.path_params["act"]
        if name not in ACTS:
            return JSONResponse({"error": f"no such act: {name}"}, 404)
        return JSONResponse(await ACTS[name](people, json.loads(await request.body())))

    async def file(request: Request) -> Response:
        return _file(space, request.path_params["file_id"])

    async def uploaded(request: Request) -> Response:
        return JSONResponse(await upload(people, request))

    async def held(request: Request) -> Response:
        return JSONResponse(await hold(people, request))

    return [
        Route("/", _own(front)),
        Route("/_workspace/static/{name}", _own(_static)),
        Route("/_workspace/page", _own(drawn)),
        Route("/_workspace/state", _own(state)),
        Route("/_workspace/wait", _own(wait)),
        Route("/_workspace/file/{file_id}", _own(file)),
        Route("/_workspace/upload", _own(uploaded), methods=["POST"]),
        Route("/_workspace/hold", _own(held), methods=["POST"]),
        Route("/_workspace/{act}", _own(act), methods=["POST"]),
    ]


def _somebody(space: Workspace, user: str) -> str:
    """Who is asked for, else the first person there is."""
    people = [str(each["id"]) for each in space.state.users.values() if not each["is_bot"]]
    return user if user in people or not people else people[0]


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in ("app.js", "app.css"):
        return PlainTextResponse("not found", 404)
    return FileResponse(STATIC / name, headers={"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})


def _file(space: Workspace, file_id: str) -> Response:
    """Pictures are shown; whatever a browser could run is only handed over."""
    known = space.state.files[file_id]
    shown = known["mimetype"] in PICTURES
    headers = {**QUIET, "Content-Security-Policy": "sandbox; default-src 'none'"}
    headers["Content-Disposition"] = "inline" if shown else "attachment"
    media = known["mimetype"] if shown else "application/octet-stream"
    return Response(space.disk.blob(file_id), media_type=media, headers=headers)


def _own(endpoint: Endpoint) -> Endpoint:
    """Only the page itself: a foreign site must not act through a browser that can reach this address."""

    async def guarded(request: Request) -> Response:
        origin = request.headers.get("origin")
        hosts = {request.url.hostname, urlsplit(origin).hostname if origin else request.url.hostname}
        if not hosts <= set(OWN) or request.headers.get("sec-fetch-site") == "cross-site":
            return JSONResponse({"error": "foreign origin"}, 403)
        try:
            return await endpoint(request)
        except SandboxError as refusal:
            return JSONResponse({"error": str(refusal)}, 409)
        except KeyError as missing:
            return JSONResponse({"error": f"not there (any more): {missing}"}, 409)
        except (ValueError, TypeError, AttributeError) as nonsense:
            return JSONResponse({"error": f"that was no sensible request: {nonsense}"}, 400)

    return guarded
