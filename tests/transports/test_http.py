import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.transports.authorization import REFUSAL
from bot.transports.http import BODY_LIMIT, build_http, limited_body, slack_endpoint
from bot.transports.readiness import Check, readiness
from bot.transports.server import CannotListen, HttpServer
from tests.transports.slack import SECRET, Heard, as_form, as_json, command, event, signed, tiny_app

EVENTS = "/slack/events"
STRANGER = Heard()
GUARDED = slack_endpoint(tiny_app(STRANGER), SECRET)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def checks() -> list[Check]:
    return [Check("store", True, "writable"), Check("socket", True, "2 of 2 connections")]


@pytest.fixture
async def browser(heard: Heard, checks: list[Check]) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the real server on a real socket."""

    async def all_checks() -> list[Check]:
        return checks

    async def broken(_: Request) -> Response:
        raise RuntimeError("canary in a trace")

    app = build_http(slack_endpoint(tiny_app(heard), SECRET), all_checks, [Route("/broken", broken)])
    server = HttpServer(app, "127.0.0.1", 0)
    await server.start()
    async with httpx.AsyncClient(base_url=server.address, trust_env=False) as client:
        yield client
    await server.stop()


async def test_a_signed_command_is_answered_by_its_handler(browser: httpx.AsyncClient, heard: Heard) -> None:
    body, headers = as_form(command())
    answer = await browser.post(EVENTS, content=body, headers=headers | signed(body))
    assert (answer.status_code, answer.text) == (200, "Filed.")
    assert [one["text"] for one in heard.commands] == ["new Cart total is wrong"]
    assert heard.teams == ["T1"]


async def test_slacks_word_that_it_dropped_events_is_taken(browser: httpx.AsyncClient, heard: Heard) -> None:
    told = {"type": "app_rate_limited", "token": "t", "team_id": "T1", "minute_rate_limited": 1790000000}
    body, headers = as_json({**told, "api_app_id": "A1"})
    answer = await browser.post(EVENTS, content=body, headers=headers | signed(body))
    assert (answer.status_code, answer.text, heard.events) == (200, "", [])


async def test_a_signed_event_arrives_with_slacks_retry_number(browser: httpx.AsyncClient, heard: Heard) -> None:
    body, headers = as_json(event())
    retry = {"x-slack-retry-num": "2", "x-slack-retry-reason": "http_timeout"}
    assert (await browser.post(EVENTS, content=body, headers=headers | signed(body))).status_code == 200
    assert (await browser.post(EVENTS, content=body, headers=headers | retry | signed(body))).status_code == 200
    assert heard.retries == [None, "2"]


async def test_an_event_that_could_not_be_committed_gets_500_so_that_slack_sends_it_again(
    browser: httpx.AsyncClient, heard: Heard
) -> None:
    heard.fails = True
    body, headers = as_json(event())
    answer = await browser.post(EVENTS, content=body, headers=headers | signed(body))
    assert answer.status_code == 500
    assert "store" not in answer.text


async def test_our_own_messages_are_acked_and_dropped(browser: httpx.AsyncClient, heard: Heard) -> None:
    body, headers = as_json(event(user="UBOT"))
    assert (await browser.post(EVENTS, content=body, headers=headers | signed(body))).status_code == 200
    assert heard.events == []


def _forgeries(body: bytes) -> list[dict[str, str]]:
    good = signed(body)
    return [
        {},
        {"x-slack-signature": good["x-slack-signature"]},
        {"x-slack-request-timestamp": good["x-slack-request-timestamp"]},
        good | {"x-slack-signature": "v0=" + "0" * 64},
        good | {"x-slack-signature": good["x-slack-signature"].replace("v0=", "v1=")},
        good | {"x-slack-signature": "v0=\u00e9"},
        good | {"x-slack-request-timestamp": "soon"},
        good | {"x-slack-request-timestamp": "9" * 40},
        good | {"x-slack-request-timestamp": "-1"},
        signed(body, secret="another secret"),
        signed(body + b" "),
        signed(body, at=time.time() - 301),
        signed(body, at=time.time() + 302),
    ]


async def test_forged_and_stale_requests_get_401_and_none_is_accepted(browser: httpx.AsyncClient, heard: Heard) -> None:
    body, headers = as_form(command())
    statuses = []
    for forgery in _forgeries(body):
        raw = [(name.encode(), value.encode("latin-1")) for name, value in (headers | forgery).items()]
        statuses.append((await browser.post(EVENTS, content=body, headers=raw)).status_code)
    assert statuses == [401] * 13
    assert heard.commands == []


async def test_a_body_that_is_not_text_is_not_genuine(browser: httpx.AsyncClient, heard: Heard) -> None:
    answer = await browser.post(EVENTS, content=b"\xff\xfe", headers=signed(b"x"))
    assert answer.status_code == 401


async def test_a_genuine_body_that_is_no_json_is_a_bad_request(browser: httpx.AsyncClient) -> None:
    body = b"{no json"
    answer = await browser.post(EVENTS, content=body, headers={"content-type": "application/json"} | signed(body))
    assert answer.status_code == 400


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200), st.text(max_size=20), st.text(max_size=80))
def test_whatever_is_sent_without_the_secret_is_refused(body: bytes, timestamp: str, signature: str) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [
        (b"x-slack-request-timestamp", timestamp.encode("utf-8", "replace")),
        (b"x-slack-signature", signature.encode("utf-8", "replace")),
    ]
    scope = {"type": "http", "method": "POST", "path": EVENTS, "headers": headers, "query_string": b""}
    assert asyncio.run(GUARDED(Request(scope, receive))).status_code == 401
    assert (STRANGER.commands, STRANGER.events) == ([], [])


async def test_slacks_certificate_check_is_answered_without_a_signature_and_does_nothing(
    browser: httpx.AsyncClient, heard: Heard
) -> None:
    body, headers = as_form({"ssl_check": "1", "token": "x", **command()})
    assert (await browser.post(EVENTS, content=body, headers=headers)).status_code == 200
    assert (await browser.get(EVENTS, params={"ssl_check": "1"})).status_code == 200
    assert (await browser.get(EVENTS)).status_code == 405
    assert heard.commands == []


async def test_the_address_is_verified_by_echoing_its_challenge(browser: httpx.AsyncClient) -> None:
    body, headers = as_json({"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"})
    answer = await browser.post(EVENTS, content=body, headers=headers | signed(body))
    assert (answer.status_code, answer.json()) == (200, {"challenge": "3eZbrw1a"})
    assert (await browser.post(EVENTS, content=body, headers=headers)).status_code == 401


async def test_what_names_only_another_workspace_is_served_under_that_one(
    browser: httpx.AsyncClient, heard: Heard
) -> None:
    body, headers = as_form(command(team="T2"))
    answer = await browser.post(EVENTS, content=body, headers=headers | signed(body))
    assert answer.status_code == 200
    assert heard.teams == ["T2"]


async def test_what_names_only_another_workspace_is_refused_in_words_where_there_are_several(heard: Heard) -> None:
    async def no_checks() -> list[Check]:
        return []

    door = httpx.ASGITransport(build_http(slack_endpoint(tiny_app(heard, alone=False), SECRET), no_checks))
    body, headers = as_form(command(team="T2"))
    async with httpx.AsyncClient(transport=door, base_url="http://bot") as client:
        answer = await client.post(EVENTS, content=body, headers=headers | signed(body))
    assert (answer.status_code, answer.text) == (200, REFUSAL)
    assert heard.teams == []


async def test_a_request_has_arrived_before_its_body_is_there(browser: httpx.AsyncClient, heard: Heard) -> None:
    body, headers = as_form(command())

    async def slowly() -> AsyncIterator[bytes]:
        yield body[:5]
        await asyncio.sleep(0.01)
        sent.append(time.monotonic())
        yield body[5:]

    sent: list[float] = []
    answer = await browser.post(EVENTS, content=slowly(), headers=headers | signed(body))
    assert answer.status_code == 200
    assert heard.arrivals[0] < sent[0]


async def test_a_stranger_in_a_shared_channel_who_clicks_on_our_message_is_served_under_our_workspace(
    browser: httpx.AsyncClient, heard: Heard
) -> None:
    click = {
        "type": "block_actions",
        "team": {"id": "T2"},
        "user": {"id": "U9", "team_id": "T2"},
        "message": {"team": "T1", "ts": "1.0"},
        "actions": [{"type": "button", "action_id": "claim", "block_id": "b", "value": "1"}],
        "trigger_id": "1",
        "api_app_id": "A1",
        "token": "x",
        "container": {"type": "message"},
    }
    body, headers = as_form({"payload": json.dumps(click)})
    assert (await browser.post(EVENTS, content=body, headers=headers | signed(body))).status_code == 200
    assert heard.teams == ["T1"]


async def test_bodies_over_one_mebibyte_are_refused_whether_they_say_so_or_not(browser: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 65536

    assert (await browser.post(EVENTS, content=b"x" * (BODY_LIMIT + 1))).status_code == 413
    assert (await browser.post(EVENTS, content=chunks())).status_code == 413
    assert (await browser.post(EVENTS, content=b"x" * BODY_LIMIT)).status_code == 401


async def test_ready_says_each_check_with_its_reason(browser: httpx.AsyncClient, checks: list[Check]) -> None:
    answer = await browser.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    checks[1] = Check("socket", False, "no connection for 12 s: closed by Slack")
    answer = await browser.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "checks": [
            {"name": "store", "ok": True, "reason": "writable"},
            {"name": "socket", "ok": False, "reason": "no connection for 12 s: closed by Slack"},
        ],
    }
    assert (await browser.get("/healthz")).json() == {"ok": True}


@pytest.mark.parametrize(("path", "status"), [("/", 404), ("/slack/../etc", 404), ("/broken", 500)])
async def test_no_answer_names_a_version_or_shows_a_trace(browser: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await browser.get(path)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    shown = f"{answer.headers} {answer.text}".casefold()
    for word in ("uvicorn", "starlette", "python", "traceback", "canary"):
        assert word not in shown


async def test_without_a_signing_secret_there_is_no_address_for_slack() -> None:
    async def no_checks() -> list[Check]:
        return []

    server = HttpServer(build_http(None, no_checks), "127.0.0.1", 0)
    await server.start()
    async with httpx.AsyncClient(base_url=server.address, trust_env=False) as client:
        assert (await client.post(EVENTS, content=b"")).status_code == 404
    await server.stop()


async def test_checks_that_hang_are_not_ready() -> None:
    async def never() -> list[Check]:
        await asyncio.Event().wait()
        return []

    ready, body = await readiness(never, deadline=0.02)
    assert not ready
    assert body["checks"] == [{"name": "readiness", "ok": False, "reason": "no answer within 0.02 s"}]


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async def impatient(request: Request) -> Response:
        return Response(await limited_body(request, deadline=0.05))

    async def no_checks() -> list[Check]:
        return []

    server = HttpServer(build_http(impatient, no_checks), "127.0.0.1", 0)
    await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.address.rpartition(":")[2]))
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1234")
    assert b" 408 " in await asyncio.wait_for(reader.readline(), 30)
    writer.close()
    await server.stop()


async def test_requests_under_way_are_finished_when_the_server_stops() -> None:
    begun, let_go = asyncio.Event(), asyncio.Event()

    async def slow(_: Request) -> Response:
        begun.set()
        await let_go.wait()
        return Response("done")

    async def no_checks() -> list[Check]:
        return []

    server = HttpServer(build_http(None, no_checks, [Route("/slow", slow)]), "127.0.0.1", 0)
    await server.start()
    async with httpx.AsyncClient(base_url=server.address, trust_env=False) as client:
        asked = asyncio.create_task(client.get("/slow"))
        await begun.wait()
        stopping = asyncio.create_task(server.stop())
        await asyncio.sleep(0)
        let_go.set()
        assert (await asked).text == "done"
        await stopping
        with pytest.raises(httpx.ConnectError):
            await client.get("/healthz")
    await server.stop()


async def test_a_port_that_is_taken_is_said_with_what_to_do() -> None:
    async def no_checks() -> list[Check]:
        return []

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"127.0.0.1:{port}.*COUNTERSIGN_HTTP_PORT"):
            await HttpServer(build_http(None, no_checks), "127.0.0.1", port).start()


@pytest.mark.parametrize(
    "body", [b"[]", b"1", b'"text"', b"null", b"[{}]", b'{"event": []}', b'{"event": "x"}', b'{"event": null}', b"{}"]
)
async def test_json_that_is_no_request_of_slacks_is_no_failure_of_ours(browser: httpx.AsyncClient, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = await browser.post(EVENTS, content=body, headers=headers | signed(body))
    assert answer.status_code in (200, 400, 404)
