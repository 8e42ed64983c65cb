"""A real Bolt app, once on each transport, against the workspace."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.people.people import People
from bot.sandbox.server import _Server
from bot.sandbox.workspace import Workspace

MODAL = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "File a defect"},
    "submit": {"type": "plain_text", "text": "File"},
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": {"type": "plain_text", "text": "Title"},
            "element": {"type": "plain_text_input", "action_id": "value"},
        }
    ],
}
BUTTON = {"type": "button", "action_id": "claim", "value": "SHOP-1", "text": {"type": "plain_text", "text": "Claim"}}


def build(space: Workspace, heard: list[dict[str, Any]]) -> AsyncApp:
    client = AsyncWebClient(space.app["bot_token"], base_url=f"{space.base_url}/api/")
    app = AsyncApp(token=space.app["bot_token"], signing_secret=space.app["signing_secret"], client=client)

    @app.command("/defect")
    async def command(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        heard.append(body)
        if body["text"] == "open":
            await client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        await ack(f"heard {body['text']}")

    @app.event("message")
    async def message(event: dict[str, Any], body: dict[str, Any], say: Any) -> None:
        heard.append(body)
        await say(text="Filed", thread_ts=event["ts"], blocks=[{"type": "actions", "elements": [BUTTON]}])

    @app.action("claim")
    async def claim(ack: Any, body: dict[str, Any], respond: Any) -> None:
        heard.append(body)
        await ack()
        await respond("It is yours", response_type="ephemeral", replace_original=False)

    @app.view("form")
    async def form(ack: Any, body: dict[str, Any]) -> None:
        heard.append(body)
        title = body["view"]["state"]["values"]["title"]["value"]["value"]
        if title == "bad":
            await ack(response_action="errors", errors={"title": "Say more"})
        else:
            await ack()

    return app


@pytest.fixture(params=["http", "socket"])
async def heard(request: pytest.FixtureRequest, space: Workspace) -> AsyncIterator[list[dict[str, Any]]]:
    heard: list[dict[str, Any]] = []
    app = build(space, heard)
    if request.param == "socket":
        handler = AsyncSocketModeHandler(app, space.app["app_token"], web_client=app.client)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await space.feed.wait_until(lambda: bool(space.delivery.sockets.connections), 30)
        yield heard
        await handler.close_async()  # type: ignore[no-untyped-call]
        return
    bolt = AsyncSlackRequestHandler(app)

    async def events(incoming: Request) -> Response:
        return await bolt.handle(incoming)

    web = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
    server = _Server(uvicorn.Config(web, port=0, log_level="warning", lifespan="off"))
    running = asyncio.create_task(server.serve())
    await server.up.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    space.delivery.use_http(f"http://127.0.0.1:{port}/slack/events")
    yield heard
    server.should_exit = True
    await running


async def test_a_command_is_answered_to_the_person_alone(
    space: Workspace, people: People, tess: str, heard: list[dict[str, Any]]
) -> None:
    result = await people.commands.slash(tess, "shop-defects", "/defect assign @devon & #shop-defects")
    assert result.ok
    assert result.shown["text"].startswith("heard assign <@U0")
    assert "|devon> &amp; <#C0" in heard[0]["text"]
    assert space.state.ephemerals[result.shown["ts"]]["_user"] == tess


async def test_a_message_is_answered_in_its_thread_and_its_button_works(
    space: Workspace, people: People, tess: str, heard: list[dict[str, Any]]
) -> None:
    ts = people.talk.say(tess, "shop-defects", "the cart total is wrong")
    channel = space.named("shop-defects")["id"]
    await space.feed.wait_until(lambda: len(space.thread(channel, ts)) == 2, 30)
    card = space.thread(channel, ts)[1]
    assert card["parent_user_id"] == tess
    assert (space.message(channel, ts)["reply_count"], card["bot_id"]) == (1, space.app["bot_id"])
    result = await people.clicks.on_message(tess, channel, card["ts"], "claim")
    assert result.ok
    await space.feed.wait_until(lambda: bool(space.state.ephemerals), 30)
    assert [each["text"] for each in space.state.ephemerals.values()] == ["It is yours"]


async def test_a_form_stays_open_until_it_is_right(
    space: Workspace, people: People, tess: str, heard: list[dict[str, Any]]
) -> None:
    await people.commands.slash(tess, "shop-defects", "/defect open")
    assert (await people.forms.submit(tess)).shown["errors"] == {"title": "Please complete this required field."}
    assert (await people.forms.submit(tess, {"title": "bad"})).shown["errors"] == {"title": "Say more"}
    assert people.forms.shown(tess) is not None
    assert (await people.forms.submit(tess, {"title": "Cart total is wrong"})).ok
    assert people.forms.shown(tess) is None
    assert [body["type"] for body in heard if body.get("type")] == ["view_submission", "view_submission"]


async def test_what_slack_refuses_is_refused(space: Workspace) -> None:
    client = AsyncWebClient(space.app["bot_token"], base_url=f"{space.base_url}/api/")
    channel = space.named("shop-defects")["id"]
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    refusals = {
        "no_text": {"channel": channel},
        "channel_not_found": {"channel": "C0NOWHERE", "text": "x"},
        "invalid_blocks": {"channel": channel, "text": "x", "blocks": [long]},
    }
    for code, arguments in refusals.items():
        with pytest.raises(SlackApiError) as refusal:
            await client.api_call("chat.postMessage", json=arguments)
        assert refusal.value.response["error"] == code
