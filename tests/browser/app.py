"""A small app that shows everything an app may put on the page, and says what it heard."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.workspace import Workspace

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str | None = None) -> Json:
    return {"text": plain(text), "value": value or text.lower()}


def ask(block_id: str, label: str, element: Json, **more: Any) -> Json:
    element = {"action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": text.lower(), **more}


SEVERITIES = [option("S1 critical", "S1"), option("S2 major", "S2"), option("S3 minor", "S3")]


def form(found: str = "") -> Json:
    """Every element of a form."""
    as_typed = {"trigger_actions_on": ["on_character_entered"]}
    typed: Json = {"type": "plain_text_input", "dispatch_action_config": as_typed, "placeholder": plain("One line")}
    return {
        "type": "modal",
        "callback_id": "everything",
        "title": plain("File a defect"),
        "submit": plain("File"),
        "close": plain("Not now"),
        "notify_on_close": True,
        "blocks": [
            ask("title", "Title", typed, dispatch_action=True),
            {"type": "section", "block_id": "found", "text": mrkdwn(found or "_Nothing like it is known._")},
            ask(
                "steps",
                "Steps",
                {"type": "plain_text_input", "multiline": True},
                optional=True,
                hint=plain("One per line"),
            ),
            ask(
                "severity",
                "Severity",
                {"type": "static_select", "options": SEVERITIES, "initial_option": SEVERITIES[2]},
            ),
            ask("component", "Component", {"type": "external_select", "min_query_length": 1}, optional=True),
            ask("owner", "Owner", {"type": "users_select", "placeholder": plain("Nobody")}, optional=True),
            ask("watchers", "Watchers", {"type": "multi_users_select"}, optional=True),
            ask("home", "Home channel", {"type": "channels_select"}, optional=True),
            ask("talk", "Where to talk", {"type": "conversations_select"}, optional=True),
            ask(
                "flags",
                "Evidence",
                {"type": "checkboxes", "options": [option("Copy the thread"), option("Copy files")]},
                optional=True,
            ),
            ask(
                "where",
                "Environment",
                {"type": "radio_buttons", "options": [option("Staging"), option("Production")]},
                optional=True,
            ),
            ask("day", "Seen on", {"type": "datepicker"}, optional=True),
            ask("hour", "At", {"type": "timepicker"}, optional=True),
            ask("files", "Files", {"type": "file_input", "max_files": 3}, optional=True),
            {"type": "actions", "block_id": "more", "elements": [button("More fields", "push")]},
        ],
    }


def second(depth: int) -> Json:
    return {
        "type": "modal",
        "callback_id": "second",
        "title": plain(f"Level {depth}"),
        "submit": plain("Done"),
        "blocks": [
            ask("note", "Note", {"type": "plain_text_input"}),
            {"type": "actions", "block_id": "deeper", "elements": [button("Deeper", "push")]},
        ],
    }


SHOW: list[Json] = [
    {"type": "header", "text": plain("SHOP-42 Card declined twice on retry")},
    {
        "type": "section",
        "block_id": "state",
        "text": mrkdwn(
            ":red_circle: *S1* · new · ~no~ owner · _release 2.4_ · `2.4.0-rc2` · <https://example.com|evidence>"
        ),
        "accessory": {"type": "overflow", "action_id": "more", "options": [option("Show history"), option("Withdraw")]},
    },
    {"type": "section", "fields": [mrkdwn("*Component*\ncart"), mrkdwn("*Environment*\nstaging")]},
    {"type": "divider"},
    {"type": "context", "elements": [mrkdwn("Filed <!date^1797580800^{date_short_pretty} at {time}|at some time>")]},
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "put a thing into the cart"}]},
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "pay twice", "style": {"bold": True}}],
                    },
                ],
            },
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "Declined: card_declined"}]},
        ],
    },
    {
        "type": "table",
        "rows": [
            [{"type": "raw_text", "text": "Gate"}, {"type": "raw_text", "text": "Value"}],
            [{"type": "raw_text", "text": "no open S1/S2"}, {"type": "raw_text", "text": "fail <b>"}],
        ],
    },
    {
        "type": "actions",
        "block_id": "acts",
        "elements": [
            button("Claim", "claim", style="primary"),
            button(
                "Close it",
                "close_it",
                style="danger",
                confirm={
                    "title": plain("Close SHOP-42?"),
                    "text": mrkdwn("Nobody will look at it again."),
                    "confirm": plain("Yes, close"),
                    "deny": plain("No"),
                },
            ),
            {"type": "static_select", "action_id": "severity", "placeholder": plain("Severity"), "options": SEVERITIES},
        ],
    },
]


@dataclass
class Heard:
    """Every payload, in order, and what is held back on purpose."""

    bodies: list[Json] = field(default_factory=list)
    states: list[Json] = field(default_factory=list)

    def last(self, kind: str) -> Json:
        return [body for body in self.bodies if body.get("type") == kind][-1]


def build(space: Workspace, heard: Heard) -> AsyncApp:
    client = AsyncWebClient(space.app["bot_token"], base_url=f"{space.base_url}/api/")
    app = AsyncApp(token=space.app["bot_token"], client=client, process_before_response=True)

    @app.middleware
    async def listen(body: Json, next: Any) -> None:
        heard.bodies.append(body)
        await next()

    _commands(app)
    _forms(app, heard)
    _buttons(app)
    _pickers(app)
    _events(app)
    return app


def _commands(app: AsyncApp) -> None:
    @app.command("/defect")
    async def command(ack: Any, body: Json, client: AsyncWebClient) -> None:
        match body["text"].split():
            case ["form"]:
                await client.views_open(trigger_id=body["trigger_id"], view=form())
            case ["show", *_]:
                await client.chat_postMessage(channel=body["channel_id"], text="SHOP-42", blocks=SHOW)
            case ["slow"]:
                return
            case ["echo", *words]:
                await client.chat_postMessage(channel=body["channel_id"], text=" ".join(words))
        await ack(f"Heard: {body['text']}")

    @app.shortcut("file_defect")
    @app.shortcut("my_queue")
    async def opened(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form())


def _forms(app: AsyncApp, heard: Heard) -> None:
    @app.view("everything")
    async def filed(ack: Any, body: Json, view: Json) -> None:
        values = view["state"]["values"]
        heard.states.append(values)
        title = values["title"]["value"]["value"]
        if len(title) < 5:
            await ack(response_action="errors", errors={"title": "Say a little more, five letters at least."})
        elif title == "slow please":
            return
        else:
            await ack()

    @app.view("second")
    async def noted(ack: Any) -> None:
        await ack()

    @app.view_closed("everything")
    async def closed(ack: Any) -> None:
        await ack()


def _pickers(app: AsyncApp) -> None:
    @app.action("value")
    async def typed(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        text = body["actions"][0]["value"]
        await client.views_update(view_id=body["view"]["id"], view=form(f"Looking for *{text}*: SHOP-17"))

    @app.action("push")
    async def push(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        depth = 2 if body["view"]["callback_id"] == "everything" else 3
        await client.views_push(trigger_id=body["trigger_id"], view=second(depth))

    @app.options("value")
    async def components(ack: Any, body: Json) -> None:
        names = ["Cart", "Checkout", "Catalogue", "Search"]
        await ack(options=[option(name) for name in names if body["value"].lower() in name.lower()])


def _buttons(app: AsyncApp) -> None:
    @app.action("claim")
    async def claim(ack: Any, respond: Any) -> None:
        await ack()
        await respond("It is yours", replace_original=False)

    @app.action("close_it")
    @app.action("severity")
    @app.action("more")
    async def told(ack: Any, body: Json, respond: Any) -> None:
        await ack()
        action = body["actions"][0]
        chosen = (action.get("selected_option") or {}).get("text", {}).get("text", "")
        await respond(f"You used {action['action_id']} {chosen}".strip(), replace_original=False)


def _events(app: AsyncApp) -> None:
    @app.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        words = mrkdwn(f"*Waits for you, <@{event['user']}>*")
        blocks = [{"type": "section", "block_id": "q", "text": words, "accessory": button("Refresh", "claim_home")}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.action("claim_home")
    async def refreshed(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        blocks = [{"type": "section", "text": mrkdwn("Nothing else waits.")}]
        await client.views_publish(user_id=body["user"]["id"], view={"type": "home", "blocks": blocks})

    @app.event("message")
    async def message(event: Json, client: AsyncWebClient) -> None:
        if event.get("text") == "react please":
            await client.reactions_add(channel=event["channel"], timestamp=event["ts"], name="white_check_mark")


def connected(space: Workspace, heard: Heard) -> AsyncSocketModeHandler:
    app = build(space, heard)
    return AsyncSocketModeHandler(app, space.app["app_token"], web_client=app.client)
