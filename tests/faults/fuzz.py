"""Requests that bear Slack's signature and are none of Slack's: real ones with something broken, and bytes that are
nothing at all. Whatever comes, it is answered, in words of ours, and nothing is logged as a mistake of our own."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bot.transports.bolt import build_bolt
from bot.transports.http import build_http, slack_endpoint
from handlers import register
from storage.database import open_store
from tests.faults.outcome import Outcome, Row
from tests.faults.seeds import SECRETS, fresh, prepared, seeds
from tests.faults.stage import Stage
from tests.handlers.slack import TOKEN, Office, authorize
from tests.transports.slack import SECRET, Settings

ANSWERED = {200, 400, 401, 404, 405, 413}
TRACES = ("Traceback", 'File "', "sqlite3", "sqlalchemy", "psycopg", SECRET, TOKEN, *SECRETS)

_TEXTS = st.one_of(
    st.sampled_from(
        ["", "\x00", "\ud800", "<!channel>", "<@U0X|dana>", "DEF-1", "DEF-99999999999", "`" * 80, "{{ 7*7 }}"]
    ),
    st.text(max_size=40),
    st.text(alphabet="{}<>&|*_~`@#:-\n\t\u2019\u202e\u00a0", max_size=40),
    st.sampled_from(["ab " * 1700, "🙂" * 900, "9" * 400]),
)
_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), _TEXTS)
JUNK = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3), max_leaves=5
)


@st.composite
def broken(draw: st.DrawFn, originals: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """A real request with up to three places cut out or filled with something else."""
    body: Any = json.loads(json.dumps(draw(st.sampled_from(originals))))
    for _ in range(draw(st.integers(0, 3))):
        paths = list(_paths(body))
        if not paths:
            break
        *way, last = draw(st.sampled_from(paths))
        place = body
        for step in way:
            place = place[step]
        if draw(st.booleans()):
            place[last] = draw(JUNK)
        else:
            del place[last]
    return dict(body)


def _paths(node: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside: Any = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inside:
        yield (*way, key)
        yield from _paths(value, (*way, key))


def encoded(body: Mapping[str, Any]) -> tuple[bytes, str]:
    """As Slack sends it: events as JSON, commands as fields, interactions as one field of JSON."""
    form = "application/x-www-form-urlencoded"
    if "command" in body:
        words = {key: value if isinstance(value, str) else json.dumps(value) for key, value in body.items()}
        return urlencode(words, errors="surrogatepass").encode(), form
    if "event" in body or body.get("type") in ("event_callback", "url_verification"):
        return json.dumps(body).encode(), "application/json"
    return urlencode({"payload": json.dumps(body)}).encode(), form


class Ear(logging.Handler):
    """Everything that is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        where = "".join(traceback.format_tb(error.__traceback__)[-2:]) if error else ""
        self.heard.append(f"{record.getMessage()} {error!r} {where}")


@contextmanager
def listening() -> Iterator[Ear]:
    ear = Ear()
    logging.getLogger().addHandler(ear)
    try:
        yield ear
    finally:
        logging.getLogger().removeHandler(ear)


class Target:
    """The real handlers behind the real signature, on a real store."""

    def __init__(self, office: Office, http: httpx.AsyncClient, ear: Ear) -> None:
        self._office, self._http, self._ear = office, http, ear
        self.sent = 0

    async def takes(self, raw: bytes, content_type: str) -> None:
        """AssertionError when it is not answered as it should be."""
        self.sent += 1
        headers = {"content-type": content_type, **_signed(raw)}
        answer = await self._http.post("/slack/events", content=raw, headers=headers)
        await self._office.desk.later.drain()
        heard, self._ear.heard[:] = list(self._ear.heard), []
        assert not heard, heard
        assert answer.status_code in ANSWERED, (answer.status_code, answer.text)
        assert not [trace for trace in TRACES if trace in answer.text], answer.text


def _signed(raw: bytes) -> dict[str, str]:
    """slack_sdk's own signer takes nothing but UTF-8."""
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


def _settings(size: int) -> settings:
    checks = list(HealthCheck)
    phases = (Phase.explicit, Phase.generate, Phase.shrink)
    return settings(
        max_examples=size,
        deadline=None,
        database=None,
        suppress_health_check=checks,
        phases=phases,
        report_multiple_bugs=False,
    )


def throw(target: Target, loop: asyncio.AbstractEventLoop, originals: list[Mapping[str, Any]], size: int) -> None:
    """From a thread of its own: hypothesis calls what is not asynchronous."""

    def send(raw: bytes, content_type: str) -> None:
        asyncio.run_coroutine_threadsafe(target.takes(raw, content_type), loop).result(60)

    @seed(size)
    @_settings(size)
    @given(broken(originals))
    def real_ones_broken(body: Mapping[str, Any]) -> None:
        send(*encoded(fresh(dict(body), target.sent)))

    types = ["application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data", "x"]

    @seed(size)
    @_settings(max(10, size // 5))
    @given(st.one_of(st.binary(max_size=200), JUNK.map(lambda junk: json.dumps(junk).encode())), st.sampled_from(types))
    def nothing_at_all(raw: bytes, content_type: str) -> None:
        send(raw, content_type)

    real_ones_broken()
    nothing_at_all()


async def fuzzed(stage: Stage, size: int) -> Outcome:
    store = open_store(stage.sqlite())
    office = Office(store)
    originals = seeds(await prepared(office))
    bolt = build_bolt(Settings(), authorize, lambda app: register(app, office.desk))  # type: ignore[arg-type]
    app = build_http(slack_endpoint(bolt, SECRET), _nothing)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    with listening() as ear:
        async with httpx.AsyncClient(transport=transport, base_url="http://countersign") as http:
            target = Target(office, http, ear)
            outcome = Outcome(0)
            try:
                await asyncio.to_thread(throw, target, asyncio.get_running_loop(), originals, size)
            except AssertionError as error:
                outcome.check(False, str(error)[:600])
            outcome.injected = target.sent
    await store.close()
    return outcome


async def _nothing() -> list[Any]:
    return []


ROWS = (Row("fuzz", "signed requests that are none of Slack's", fuzzed, 300, 20_000),)
