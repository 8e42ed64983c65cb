"""How payloads travel: repeated, lost, refused, and what the app is told of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import uvicorn
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.config import HTTPProtocolType

from bot.sandbox.clock import ManualClock
from bot.sandbox.faults import FaultKind
from bot.sandbox.people.people import People
from bot.sandbox.server import _Server, serve
from bot.sandbox.workspace import Workspace
from tests.sandbox.conftest import workspace

Json = dict[str, Any]
EMPTY = {"_": ""}  # a form; a body of no kind is refused


class App:
    """An app at a request URL that answers what the test tells it to."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}

    async def answer(self, request: Request) -> Response:
        self.heard.append((dict(request.headers), await request.body()))
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200, headers=self.headers)

    def attempts(self) -> list[tuple[str | None, str | None]]:
        return [(head.get("x-slack-retry-num"), head.get("x-slack-retry-reason")) for head, _ in self.heard]


@pytest.fixture
async def app(quiet: Workspace) -> AsyncIterator[App]:
    app = App()
    web = Starlette(routes=[Route("/slack/events", app.answer, methods=["POST"])])
    server = _Server(uvicorn.Config(web, port=0, log_level="warning", lifespan="off"))
    running = asyncio.create_task(server.serve())
    await server.up.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    quiet.delivery.use_http(f"http://127.0.0.1:{port}/slack/events")
    yield app
    server.should_exit = True
    await running


async def pauses(space: Workspace, seconds: float) -> None:
    """Waits until a delivery sleeps, then moves the clock on."""
    clock = space.clock
    assert isinstance(clock, ManualClock)
    await space.feed.wait_until(lambda: bool(clock.sleeping), 30)
    clock.advance(seconds)


async def test_an_event_that_is_refused_comes_again_at_once_after_a_minute_and_after_five(
    quiet: Workspace, tess: str, app: App
) -> None:
    app.statuses = [500, 500, 500, 200]
    People(quiet).talk.say(tess, "shop-defects", "hello")
    await quiet.feed.wait_until(lambda: len(app.heard) == 2, 30)
    await pauses(quiet, 59.9)
    assert len(app.heard) == 2
    await pauses(quiet, 0.1)
    await quiet.feed.wait_until(lambda: len(app.heard) == 3, 30)
    await pauses(quiet, 300)
    await quiet.settled()
    assert app.attempts() == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({json.loads(body)["event_id"] for _, body in app.heard}) == 1


async def test_an_event_is_given_up_after_three_retries(quiet: Workspace, tess: str, app: App) -> None:
    app.statuses = [500] * 9
    People(quiet).talk.say(tess, "shop-defects", "hello")
    await quiet.feed.wait_until(lambda: len(app.heard) == 2, 30)
    await pauses(quiet, 60)
    await quiet.feed.wait_until(lambda: len(app.heard) == 3, 30)
    await pauses(quiet, 300)
    await quiet.settled()
    assert len(app.heard) == 4


async def test_an_app_may_ask_not_to_be_told_again(quiet: Workspace, tess: str, app: App) -> None:
    app.statuses, app.headers = [500], {"X-Slack-No-Retry": "1"}
    People(quiet).talk.say(tess, "shop-defects", "hello")
    await quiet.settled()
    assert len(app.heard) == 1


async def test_a_command_is_never_sent_a_second_time(quiet: Workspace, tess: str, app: App) -> None:
    app.statuses = [500]
    result = await People(quiet).commands.slash(tess, "shop-defects", "/defect new x")
    assert (result.ok, len(app.heard)) == (False, 1)
    assert result.shown["text"] == "/defect failed with the error “dispatch_failed”"


async def test_every_request_is_signed(quiet: Workspace, tess: str, app: App) -> None:
    await People(quiet).commands.slash(tess, "shop-defects", "/defect new “Käse” & co")
    headers, body = app.heard[0]
    clock = quiet.clock
    assert headers["x-slack-request-timestamp"] == str(int(clock.now()))
    verifier = SignatureVerifier(quiet.app["signing_secret"])
    expected = verifier.generate_signature(timestamp=headers["x-slack-request-timestamp"], body=body)
    assert headers["x-slack-signature"] == expected
    assert headers["content-type"] == "application/x-www-form-urlencoded"


async def test_an_event_may_be_repeated_and_its_acknowledgement_lost(quiet: Workspace, tess: str, app: App) -> None:
    quiet.faults.plan("event_callback", FaultKind.REPEAT, count=2)
    People(quiet).talk.say(tess, "shop-defects", "hello")
    await quiet.settled()
    assert app.attempts() == [(None, None)] * 3
    quiet.faults.plan("events_api", FaultKind.LOSE_ACK)
    People(quiet).talk.say(tess, "shop-defects", "again")
    await quiet.settled()
    assert app.attempts()[3:] == [(None, None), ("1", "http_timeout")]


# --- Socket Mode


async def connect(space: Workspace, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    headers = {"Authorization": f"Bearer {space.app['app_token']}"}
    async with session.post(f"{space.base_url}/api/apps.connections.open", headers=headers, data=EMPTY) as answer:
        url = (await answer.json())["url"]
    socket = await session.ws_connect(url)
    hello = await socket.receive_json()
    assert set(hello) == {"type", "num_connections", "debug_info", "connection_info"}
    assert hello["connection_info"] == {"app_id": space.app["id"]}
    return socket


async def test_a_ticket_opens_one_websocket(space: Workspace) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await connect(space, session)
        (ticket,) = [url for url in [str(socket._response.url)] if "ticket=" in url]
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(ticket)


async def test_the_eleventh_websocket_is_refused(space: Workspace) -> None:
    async with aiohttp.ClientSession() as session:
        open_ = [await connect(space, session) for _ in range(10)]
        assert [each.closed for each in open_] == [False] * 10
        headers = {"Authorization": f"Bearer {space.app['app_token']}"}
        async with session.post(f"{space.base_url}/api/apps.connections.open", headers=headers, data=EMPTY) as answer:
            assert (await answer.json())["error"] == "too_many_websockets"


async def test_each_payload_goes_to_one_of_several_websockets(space: Workspace, tess: str) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = [await connect(space, session) for _ in range(2)]
        heard = [0, 0]

        async def listen(place: int) -> None:
            async for frame in sockets[place]:
                heard[place] += 1
                await sockets[place].send_json({"envelope_id": frame.json()["envelope_id"]})

        listeners = [asyncio.create_task(listen(place)) for place in range(2)]
        for number in range(20):
            People(space).talk.say(tess, "shop-defects", str(number))
        await space.settled()
        assert sum(heard) == 20
        assert all(heard)
        for each in listeners:
            each.cancel()


async def test_an_event_without_an_acknowledgement_comes_again_with_its_number(tess: str, quiet: Workspace) -> None:
    async with serve(quiet), aiohttp.ClientSession() as session:
        socket = await connect(quiet, session)
        quiet.faults.plan("events_api", FaultKind.LOSE_ACK, times=2)
        People(quiet).talk.say(tess, "shop-defects", "hello")
        seen: list[Json] = []
        for number in range(3):
            envelope = await socket.receive_json(timeout=30)
            seen.append(envelope)
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
            if number == 1:
                await pauses(quiet, 60)
        await quiet.settled()
        assert [(each["retry_attempt"], each["retry_reason"]) for each in seen] == [
            (0, ""),
            (1, "http_timeout"),
            (2, "http_timeout"),
        ]
        assert {each["accepts_response_payload"] for each in seen} == {False}
        assert len({each["envelope_id"] for each in seen}) == 3
        assert len({each["payload"]["event_id"] for each in seen}) == 1


async def test_nonsense_on_the_websocket_harms_nobody(space: Workspace, tess: str) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await connect(space, session)
        for nonsense in ("[]", "42", '{"envelope_id": "unknown"}'):
            await socket.send_str(nonsense)
        command = asyncio.create_task(People(space).commands.slash(tess, "shop-defects", "/plain x"))
        envelope = await socket.receive_json(timeout=30)
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "done"}})
        assert (await command).shown["text"] == "done"


async def test_a_websocket_is_told_before_it_ends(space: Workspace) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await connect(space, session)
        assert await space.delivery.sockets.disconnect("link_disabled") == 1
        assert (await socket.receive_json(timeout=30))["reason"] == "link_disabled"
        assert (await socket.receive(timeout=30)).type is aiohttp.WSMsgType.CLOSE


# --- connections that break


@pytest.mark.parametrize("protocol", ["httptools", "h11"])
@pytest.mark.parametrize(("kind", "effects"), [(FaultKind.RESET_BEFORE, 0), (FaultKind.RESET_AFTER, 1)])
async def test_a_reset_really_ends_the_connection_before_or_after_the_effect(
    protocol: HTTPProtocolType, kind: FaultKind, effects: int
) -> None:
    space = workspace()
    async with serve(space, protocol=protocol) as base, aiohttp.ClientSession() as session:
        space.faults.plan("chat.postMessage", kind)
        channel = space.named("shop-defects")["id"]
        headers = {"Authorization": f"Bearer {space.app['bot_token']}"}
        say = {"channel": channel, "text": "x"}
        with pytest.raises(aiohttp.ClientError):
            await session.post(f"{base}/api/chat.postMessage", json=say, headers=headers)
        assert len(space.state.messages[channel]) == effects
        async with session.post(f"{base}/api/chat.postMessage", json=say, headers=headers) as answer:
            assert (await answer.json())["ok"]
        assert space.faults.happened == [("chat.postMessage", kind)]


async def test_the_other_faults_of_a_method(space: Workspace) -> None:
    async with aiohttp.ClientSession() as session:

        async def test() -> tuple[int, str | None, str]:
            headers = {"Authorization": f"Bearer {space.app['bot_token']}"}
            async with session.post(f"{space.base_url}/api/auth.test", headers=headers, data=EMPTY) as answer:
                return answer.status, answer.headers.get("Retry-After"), await answer.text()

        space.faults.plan("auth.test", "rate_limit", seconds=7)
        status, after, body = await test()
        assert (status, after, json.loads(body)["error"]) == (429, "7", "ratelimited")
        space.faults.plan("*", "server_error", status=502)
        assert (await test())[0] == 502
        space.faults.plan("auth.test", "error", code="fatal_error", skip=1)
        assert json.loads((await test())[2])["ok"]
        assert json.loads((await test())[2])["error"] == "fatal_error"
        assert json.loads((await test())[2])["ok"]
