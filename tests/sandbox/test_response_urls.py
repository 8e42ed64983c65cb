"""`response_url`: five posts in thirty minutes, also where the app is not."""

from __future__ import annotations

import pytest

from bot.sandbox.clock import ManualClock
from bot.sandbox.people.acting import response_url
from tests.sandbox.api import Api, Json, section


async def answered(api: Api, url: str, **body: object) -> tuple[int, str]:
    response = await api.client.post(url, json=body)
    return response.status_code, response.text


def only_whisper(api: Api) -> Json:
    (whisper,) = api.space.state.ephemerals.values()
    return whisper


async def test_five_posts_and_no_sixth(api: Api, tess: str) -> None:
    url = response_url(api.space, tess, api.channel("shop-defects"))
    statuses = [await answered(api, url, text=str(number)) for number in range(6)]
    assert [status for status, _ in statuses] == [200] * 5 + [404]
    assert statuses[-1][1] == "used_url"
    assert len(api.space.state.ephemerals) == 5


async def test_thirty_minutes_and_no_longer(api: Api, tess: str) -> None:
    url = response_url(api.space, tess, api.channel("shop-defects"))
    clock = api.space.clock
    assert isinstance(clock, ManualClock)
    clock.advance(30 * 60)
    assert (await answered(api, url, text="in time"))[0] == 200
    clock.advance(1)
    assert await answered(api, url, text="late") == (404, "expired_url")


async def test_it_works_where_the_app_is_not_and_is_ephemeral_unless_told_otherwise(api: Api, tess: str) -> None:
    url = response_url(api.space, tess, api.channel("incident-room"))
    await answered(api, url, text="only you")
    assert (only_whisper(api)["text"], only_whisper(api)["_user"]) == ("only you", tess)
    await answered(api, url, text="everybody", response_type="in_channel")
    said = api.space.state.messages[api.channel("incident-room")]
    assert [each["text"] for each in said.values()] == ["everybody"]


async def test_an_ephemeral_message_is_replaced_and_deleted_only_through_it(api: Api, tess: str) -> None:
    channel = api.channel("shop-defects")
    ts = (await api("chat.postEphemeral", channel=channel, user=tess, text="before"))["message_ts"]
    url = response_url(api.space, tess, channel, ts)
    await answered(api, url, text="after", replace_original=True)
    assert only_whisper(api)["text"] == "after"
    await answered(api, url, delete_original=True)
    assert api.space.state.ephemerals == {}


async def test_a_message_is_replaced_in_place(api: Api, tess: str) -> None:
    channel = api.channel("shop-defects")
    ts = (await api.said(text="before", blocks=[section("before")]))["ts"]
    url = response_url(api.space, tess, channel, ts)
    await answered(api, url, text="after", replace_original=True, blocks=[section("after")])
    message = api.space.message(channel, ts)
    assert (message["text"], message["blocks"][0]["text"]["text"]) == ("after", "after")
    await answered(api, url, delete_original=True)
    assert api.space.state.messages[channel] == {}


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [({}, 500, "no_text"), ({"text": "x", "blocks": [section("x" * 3001)]}, 400, "invalid_blocks")],
)
async def test_what_slack_refuses_costs_no_post(api: Api, tess: str, body: Json, status: int, error: str) -> None:
    url = response_url(api.space, tess, api.channel("shop-defects"))
    assert await answered(api, url, **body) == (status, error)
    assert [(await answered(api, url, text="x"))[0] for _ in range(6)] == [200] * 5 + [404]


async def test_an_answer_that_is_no_json_and_an_address_nobody_gave_out(api: Api, tess: str) -> None:
    url = response_url(api.space, tess, api.channel("shop-defects"))
    assert (await api.client.post(url, content=b"{")).text == "invalid_payload"
    assert await answered(api, "/response/unknown", text="x") == (404, "invalid_url")
