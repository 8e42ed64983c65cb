"""Files that come through the page."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request

from bot.sandbox.errors import PersonCannot
from bot.sandbox.people.people import People
from bot.sandbox.people.typing import as_sent
from bot.sandbox.types import Json

MOST = 20 * 1024 * 1024  # bytes of one file


async def upload(people: People, request: Request) -> Json:
    """As one message with its text."""
    form = await request.form()
    files = dict(await _contents(form))
    text = as_sent(people.talk.space, _field(form, "text"))
    thread = _field(form, "thread_ts") or None
    ts = people.talk.say(_field(form, "user"), _field(form, "channel"), text, thread_ts=thread, files=files)
    return {"ts": ts}


async def hold(people: People, request: Request) -> Json:
    """Until the form that carries them is submitted."""
    form = await request.form()
    user = _field(form, "user")
    held = [people.talk.hold(user, name, content) for name, content in await _contents(form)]
    return {"files": [{"id": each["id"], "name": each["name"]} for each in held]}


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


async def _contents(form: FormData) -> list[tuple[str, bytes]]:
    parts = [part for _, part in form.multi_items() if not isinstance(part, str)]
    if any((part.size or 0) > MOST for part in parts):
        raise PersonCannot("a file may have 20 MB at most")
    return [(part.filename or "file", await part.read()) for part in parts]
