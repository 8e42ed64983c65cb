import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.slack.gateway import SlackGateway
from bot.transports.socket import Backoff, SocketMode
from tests.transports.fake_socket_mode import FakeSocketMode, fake_socket_mode
from tests.transports.slack import Heard, command, event, tiny_app

FAST = Backoff(base=0.01, cap=0.05, crowded=0.05, steady=60)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSocketMode]:
    async with fake_socket_mode() as fake:
        yield fake


@pytest.fixture
def heard() -> Heard:
    return Heard()


@asynccontextmanager
async def running(slack: FakeSocketMode, heard: Heard, **more: Any) -> AsyncIterator[SocketMode]:
    async with SlackGateway(slack.url) as gateway:
        mode = SocketMode(tiny_app(heard), gateway, "xapp-1", backoff=FAST, **more)
        await mode.start()
        try:
            yield mode
        finally:
            await mode.stop()


async def until(condition: Callable[[], bool]) -> None:
    """Lets the loop run until it holds, for 5 s at most."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - the condition is a counter of the code under test
            await asyncio.sleep(0.005)


def envelope(payload: dict[str, Any], kind: str, number: str = "E1", **more: Any) -> dict[str, Any]:
    return {"envelope_id": number, "type": kind, "payload": payload, "accepts_response_payload": True, **more}


async def test_it_keeps_two_connections_and_is_ready_with_one(slack: FakeSocketMode, heard: Heard) -> None:
    async with running(slack, heard) as mode:
        assert not mode.check().ok
        await slack.connected(2)
        await until(lambda: mode.check().reason == "2 of 2 connections")
        assert mode.check().ok
    assert slack.opened == 2


async def test_a_command_is_acked_with_its_answer_on_the_connection_it_came_by(
    slack: FakeSocketMode, heard: Heard
) -> None:
    async with running(slack, heard, connections=1):
        await slack.connected(1)
        await slack.say(envelope(dict(command()), "slash_commands"))
        assert await slack.acks.get() == {"envelope_id": "E1", "payload": {"text": "Filed."}}
    assert len(heard.commands) == 1


async def test_a_redelivered_event_carries_slacks_retry_number(slack: FakeSocketMode, heard: Heard) -> None:
    async with running(slack, heard, connections=1):
        await slack.connected(1)
        await slack.say(envelope(event(), "events_api", retry_attempt=2, retry_reason="timeout"))
        assert await slack.acks.get() == {"envelope_id": "E1"}
    assert heard.retries == ["2"]


async def test_an_event_that_could_not_be_committed_is_not_acked(slack: FakeSocketMode, heard: Heard) -> None:
    async with running(slack, heard, connections=1):
        await slack.connected(1)
        heard.fails = True
        await slack.say(envelope(event(), "events_api", "E1"))
        await slack.say(envelope(dict(command()), "slash_commands", "E2"))
        assert (await slack.acks.get())["envelope_id"] == "E2"
        assert slack.acks.empty()


async def test_a_frame_that_is_no_json_and_a_type_nobody_knows_end_nothing(slack: FakeSocketMode, heard: Heard) -> None:
    async with running(slack, heard, connections=1) as mode:
        await slack.connected(1)
        await slack.connections[0].send_str("{no json")
        await slack.say({"type": "novelty"})
        await slack.say(envelope(dict(command()), "slash_commands"))
        await slack.acks.get()
        assert mode.reconnects == 0


async def test_dropped_connections_come_back_each_time(slack: FakeSocketMode, heard: Heard) -> None:
    async with running(slack, heard, connections=1) as mode:
        for number in range(3):
            await slack.connected(1)
            await slack.drop()
            await until(lambda number=number: mode.reconnects == number + 1)  # type: ignore[misc]
        await slack.connected(1)
        await until(lambda: mode.check().ok)
        await slack.say(envelope(dict(command()), "slash_commands"))
        await slack.acks.get()
    assert len(heard.commands) == 1


async def test_after_a_warning_the_new_connection_stands_before_the_old_one_ends(
    slack: FakeSocketMode, heard: Heard
) -> None:
    async with running(slack, heard, connections=1) as mode:
        await slack.connected(1)
        await until(lambda: mode.check().ok)
        await slack.say({"type": "disconnect", "reason": "warning"})
        await slack.connected(2)
        assert mode.check().ok
        for number, connection in (("E1", 0), ("E2", 1)):
            await slack.say(envelope(dict(command()), "slash_commands", number), connection)
            assert (await slack.acks.get())["envelope_id"] == number
        await slack.connections[0].close()
        await slack.connected(1)
        assert mode.check().ok
    assert len(heard.commands) == 2


async def test_a_peer_that_answers_no_pings_is_left(slack: FakeSocketMode, heard: Heard) -> None:
    slack.answers_pings = False
    async with running(slack, heard, connections=1, heartbeat=0.1) as mode:
        await slack.connected(1)
        slack.answers_pings = True
        await until(lambda: mode.reconnects >= 1 and mode.check().ok)


async def test_too_many_connections_are_waited_out(slack: FakeSocketMode, heard: Heard) -> None:
    async with running(slack, heard, connections=1) as mode:
        await slack.connected(1)
        await slack.say({"type": "disconnect", "reason": "too_many_websockets"})
        await slack.connections[0].close()
        await until(lambda: mode.reconnects == 1)
        await until(lambda: slack.opened == 2 and mode.check().ok)


async def test_switched_off_it_stops_for_good_and_says_what_to_do(slack: FakeSocketMode, heard: Heard) -> None:
    async with running(slack, heard, connections=1) as mode:
        await slack.connected(1)
        await slack.say({"type": "disconnect", "reason": "link_disabled"})
        sentence = await asyncio.wait_for(mode.stopped, 30)
        assert "turn it on under Socket Mode" in sentence
        assert mode.check().reason == sentence
        assert not mode.check().ok
    assert slack.opened == 1


async def test_a_refused_app_token_stops_it_and_names_the_setting(slack: FakeSocketMode, heard: Heard) -> None:
    slack.refusal = {"ok": False, "error": "invalid_auth"}
    async with running(slack, heard) as mode:
        assert "SLACK_APP_TOKEN (invalid_auth)" in await asyncio.wait_for(mode.stopped, 30)


async def test_while_slack_is_away_it_tries_again_and_is_not_ready(slack: FakeSocketMode, heard: Heard) -> None:
    slack.refusal = {"ok": False, "error": "service_unavailable"}
    async with running(slack, heard, connections=1) as mode:
        await until(lambda: slack.opened >= 3)
        assert "service_unavailable" in mode.check().reason
        slack.refusal = None
        await until(lambda: mode.check().ok)


async def test_a_connection_without_a_hello_does_not_count(slack: FakeSocketMode, heard: Heard) -> None:
    slack.greets = False
    async with running(slack, heard, connections=1, hello=0.05) as mode:
        await until(lambda: "no hello" in mode.check().reason)
        slack.greets = True
        await until(lambda: mode.check().ok)


async def test_stopping_acks_what_is_under_way(slack: FakeSocketMode, heard: Heard) -> None:
    async with running(slack, heard, connections=1) as mode:
        await slack.connected(1)
        await until(lambda: mode.check().ok)
        for number in range(20):
            await slack.say(envelope(dict(command()), "slash_commands", f"E{number}"))
        await until(lambda: len(heard.commands) > 0)
    acked = slack.acks.qsize()
    assert acked == len(heard.commands)


def test_pauses_grow_to_their_cap_and_the_first_attempt_has_none() -> None:
    backoff = Backoff(base=1, cap=8)
    assert backoff.pause(0) == 0
    for failures in range(1, 60):
        assert 0 <= backoff.pause(failures) <= min(8, 2**failures)
    assert max(backoff.pause(50) for _ in range(200)) > 4


async def test_a_server_that_refuses_the_websocket_is_tried_again(slack: FakeSocketMode, heard: Heard) -> None:
    slack.link = "/nowhere"
    async with running(slack, heard, connections=1) as mode:
        await until(lambda: "WSServerHandshakeError" in mode.check().reason)
        slack.link = "/link"
        await until(lambda: mode.check().ok)


async def test_a_rate_limit_on_opening_is_waited_out(slack: FakeSocketMode, heard: Heard) -> None:
    slack.refusal = {"ok": False, "error": "ratelimited"}
    slack.retry_after = "0.05"
    async with running(slack, heard, connections=1) as mode:
        await until(lambda: slack.opened >= 2)
        slack.refusal = None
        await until(lambda: mode.check().ok)


async def test_an_answer_nobody_can_take_any_more_leaves_the_delivery_to_slack(
    slack: FakeSocketMode, heard: Heard
) -> None:
    heard.hold = asyncio.Event()
    async with running(slack, heard, connections=1) as mode:
        await slack.connected(1)
        await slack.say(envelope(dict(command()), "slash_commands"))
        await until(lambda: len(heard.commands) == 1)
        await slack.drop()
        await until(lambda: mode.reconnects == 1 and mode.check().ok)
        heard.hold.set()
        await slack.say(envelope(dict(command()), "slash_commands", "E2"))
        assert (await slack.acks.get())["envelope_id"] == "E2"
    assert len(heard.commands) == 2


async def test_a_fault_of_ours_ends_it_in_words_instead_of_looking_alive(slack: FakeSocketMode, heard: Heard) -> None:
    slack.refusal = {"ok": True, "no url": "at all"}
    async with running(slack, heard, connections=1) as mode:
        assert await asyncio.wait_for(mode.stopped, 30) == "Socket Mode ended unexpectedly (KeyError)."
