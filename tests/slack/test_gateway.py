import logging
import socket

import pytest

from bot.slack.answers import FATES, Ambiguous, Fate, Ok, Permanent, RateLimited, Retryable, refused
from bot.slack.gateway import SlackGateway, encoded
from tests.slack.wire import Reply, Wire, refuses, says

POST = {"channel": "C1", "text": "5 < 6 & ü", "blocks": [{"type": "divider"}], "thread_ts": None, "unfurl_links": False}


async def test_a_call_goes_out_once_form_encoded_with_the_token_in_its_header(
    gateway: SlackGateway, wire: Wire
) -> None:
    wire.answers(says(ts="1.2", headers={"X-OAuth-Scopes": "chat:write"}))
    answer = await gateway.call("xoxb-1", "chat.postMessage", POST)
    assert isinstance(answer, Ok)
    assert answer.data["ts"] == "1.2"
    assert answer.headers["x-oauth-scopes"] == "chat:write"
    (request,) = wire.requests
    assert request.path == "/api/chat.postMessage"
    assert request.headers["authorization"] == "Bearer xoxb-1"
    assert request.form == {
        "channel": "C1",
        "text": "5 < 6 & ü",
        "blocks": '[{"type":"divider"}]',
        "unfurl_links": "false",
    }


async def test_two_tokens_through_one_gateway_do_not_mix(gateway: SlackGateway, wire: Wire) -> None:
    await gateway.call("xoxb-1", "auth.test", {})
    await gateway.call("xoxb-2", "auth.test", {})
    await gateway.call("", "api.test", {})
    assert [request.headers.get("authorization") for request in wire.requests] == [
        "Bearer xoxb-1",
        "Bearer xoxb-2",
        None,
    ]


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (refuses("ratelimited", 429, {"Retry-After": "7"}), RateLimited(7.0)),
        (Reply(429, "", {"Retry-After": "3"}), RateLimited(3.0)),
        (Reply(429, "slow down", kind="text/plain"), RateLimited(10.0)),
        (refuses("ratelimited", 200, {"Retry-After": "soon"}), RateLimited(10.0)),
        (Reply(503, "<html>", kind="text/html"), Retryable("status 503", sent=True)),
        (Reply(502, "down", kind="text/plain"), Retryable("status 502", sent=True)),
        (Reply(500, "no json"), Retryable("status 500", sent=True)),
        (refuses("service_unavailable"), Retryable("service_unavailable")),
        (refuses("internal_error"), Ambiguous("internal_error")),
        (refuses("fatal_error", 200), Ambiguous("fatal_error")),
        (Reply(200, "<html>", kind="text/html"), Ambiguous("status 200 without an answer")),
        (Reply(200, "hello", kind="text/plain"), Ambiguous("AttributeError")),
        (Reply(200, "no json"), Ambiguous("status 200 without an answer")),
        (refuses("is_archived"), Permanent("is_archived", Fate.ROUTE)),
        (refuses("token_revoked"), Permanent("token_revoked", Fate.INSTALLATION)),
        (refuses("edit_window_closed"), Permanent("edit_window_closed", Fate.ANCHOR)),
        (refuses("brand_new_code"), Permanent("brand_new_code", Fate.UNKNOWN)),
        (
            refuses("missing_scope", needed="files:write"),
            Permanent("missing_scope", Fate.INSTALLATION, "needed: files:write"),
        ),
        (
            refuses("invalid_blocks", errors=["no"], response_metadata={"messages": ["[ERROR] at /blocks/0"]}),
            Permanent("invalid_blocks", Fate.PAYLOAD, "[ERROR] at /blocks/0; no"),
        ),
    ],
)
async def test_every_refusal_becomes_its_typed_answer_after_exactly_one_request(
    gateway: SlackGateway, wire: Wire, reply: Reply, answer: object
) -> None:
    wire.answers(reply)
    assert await gateway.call("xoxb-1", "chat.postMessage", POST) == answer
    assert len(wire.requests) == 1


async def test_an_answer_that_is_lost_after_sending_is_ambiguous_and_not_sent_again(
    gateway: SlackGateway, wire: Wire
) -> None:
    wire.answers(Reply(cut=True))
    assert isinstance(await gateway.call("xoxb-1", "chat.postMessage", POST), Ambiguous)
    assert len(wire.requests) == 1


async def test_an_answer_that_breaks_off_is_ambiguous(gateway: SlackGateway, wire: Wire) -> None:
    wire.answers(Reply(body='{"ok":', headers={"Content-Length": "700", "Connection": "close"}), Reply(cut=True))
    answer = await gateway.call("xoxb-1", "chat.postMessage", POST, deadline=0.3)
    assert isinstance(answer, Ambiguous)


async def test_silence_past_the_deadline_is_ambiguous(gateway: SlackGateway, wire: Wire) -> None:
    wire.answers(Reply(hang=True))
    assert await gateway.call("xoxb-1", "views.open", {}, deadline=0.05) == Ambiguous("TimeoutError")


async def test_a_refused_connection_was_never_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with SlackGateway(f"http://127.0.0.1:{port}/api/") as gateway:
        answer = await gateway.call("xoxb-1", "chat.postMessage", POST)
    assert answer == Retryable("ClientConnectorError before sending")


async def test_a_name_that_does_not_resolve_was_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    async with SlackGateway("http://slack.invalid/api/") as gateway:
        answer = await gateway.call("xoxb-1", "auth.test", {})
    assert isinstance(answer, Retryable)
    assert not answer.sent


async def test_this_machine_is_never_reached_through_a_proxy(
    gateway: SlackGateway, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert isinstance(await gateway.call("xoxb-1", "auth.test", {}), Ok)
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("reactions.add", "already_reacted"),
        ("reactions.remove", "no_reaction"),
        ("chat.delete", "message_not_found"),
        ("conversations.join", "already_in_channel"),
    ],
)
async def test_what_is_done_already_counts_as_done(gateway: SlackGateway, wire: Wire, method: str, code: str) -> None:
    wire.answers(refuses(code))
    assert isinstance(await gateway.call("xoxb-1", method, {}), Ok)


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (Reply(200, "ok", kind="text/plain"), Ok({"body": "ok"})),
        (Reply(404, "used_url", kind="text/plain"), Permanent("used_url", Fate.TRIGGER)),
        (Reply(404, "<html>", kind="text/html"), Permanent("status_404")),
        (Reply(429, "", {"Retry-After": "2"}), RateLimited(2.0)),
        (Reply(500, ""), Retryable("status 500", sent=True)),
        (Reply(400, "internal_error"), Permanent("internal_error")),
        (Reply(cut=True), Ambiguous("ServerDisconnectedError")),
    ],
)
async def test_a_response_url_gets_one_post_without_a_token(
    gateway: SlackGateway, wire: Wire, reply: Reply, answer: object
) -> None:
    wire.answers(reply)
    result = await gateway.send(wire.url + "respond", message={"text": "Filed."})
    assert result == answer or (isinstance(result, Ambiguous) and isinstance(answer, Ambiguous))
    (request,) = wire.requests
    assert request.body == b'{"text": "Filed."}'
    assert "authorization" not in request.headers


async def test_nothing_of_a_message_reaches_the_log_even_at_debug(
    gateway: SlackGateway, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wire.answers(says(), refuses("invalid_auth"), Reply(cut=True))
    for _ in range(3):
        await gateway.call("xoxb-canary", "chat.postMessage", {"text": "canary"})
    assert "canary" not in caplog.text


async def test_it_can_be_used_again_after_close(gateway: SlackGateway, wire: Wire) -> None:
    await gateway.call("xoxb-1", "auth.test", {})
    await gateway.close()
    assert isinstance(await gateway.call("xoxb-1", "auth.test", {}), Ok)


def test_each_code_has_one_fate() -> None:
    assert len(FATES) > 80
    assert all(refused("chat.postMessage", code) == Permanent(code, fate) for code, fate in FATES.items())


def test_values_that_are_not_text_are_json_and_none_is_left_out() -> None:
    assert encoded({"a": 1, "b": True, "c": None, "d": "x", "e": {"f": "ü"}}) == {
        "a": "1",
        "b": "true",
        "d": "x",
        "e": '{"f":"ü"}',
    }
