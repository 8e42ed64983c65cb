"""What the transport tests need of a Slack: one that knows its token, and requests as it signs them."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import nullcontext
from time import monotonic, time
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.services.arrival import left
from bot.slack.answers import Answer, Ok, Permanent, refused
from bot.transports.authorization import OneWorkspace
from bot.transports.bolt import Around, build_bolt

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOKEN = "xoxb-111-222-canary"
AUTH_TEST = {"team_id": "T1", "team": "Acme", "url": "https://acme.example/", "user_id": "UBOT", "bot_id": "B1"}


class KnowsOneToken:
    """auth.test succeeds for TOKEN; `answers` are given first, in order. Counts what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.calls: list[str] = []

    async def call(
        self, token: str, method: str, payload: Mapping[str, Any], *, deadline: float | None = None
    ) -> Answer:
        self.calls.append(method)
        if self.answers:
            return self.answers.pop(0)
        scopes = {"x-oauth-scopes": "commands,chat:write"}
        return Ok(AUTH_TEST, scopes) if token == TOKEN else refused(method, "invalid_auth")


class Settings:
    slack_api_url = "http://127.0.0.1:9/api/"
    slack_signing_secret: SecretStr | None = SecretStr(SECRET)


class Heard:
    """What the one command, the one event and the one click have received."""

    def __init__(self) -> None:
        self.commands: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.teams: list[str | None] = []
        self.arrivals: list[float] = []
        self.retries: list[str | None] = []
        self.fails = False
        self.hold: asyncio.Event | None = None


def tiny_app(
    heard: Heard, slack: KnowsOneToken | None = None, around: Around = nullcontext, *, alone: bool = True
) -> AsyncApp:
    def register(app: AsyncApp) -> None:
        @app.command("/defect")
        async def defect(ack: Any, body: dict[str, Any], context: Any) -> None:
            heard.commands.append(body)
            heard.teams.append(context.authorize_result.team_id)
            heard.arrivals.append(monotonic() - (3600.0 - left(3600.0)))
            if heard.hold:
                await heard.hold.wait()
            await ack("Filed.")

        @app.event("message")
        async def message(event: dict[str, Any], request: Any) -> None:
            if heard.fails:
                raise RuntimeError("the store is away")
            heard.events.append(event)
            heard.retries.append(next(iter(request.headers.get("x-slack-retry-num", [])), None))

        @app.action("claim")
        async def claim(ack: Any, body: dict[str, Any], context: Any) -> None:
            heard.commands.append(body)
            heard.teams.append(context.authorize_result.team_id)
            await ack()

    return build_bolt(Settings(), OneWorkspace(slack or KnowsOneToken(), TOKEN, alone=alone), register, around=around)


def command(team: str = "T1") -> dict[str, str]:
    return {
        "command": "/defect",
        "text": "new Cart total is wrong",
        "team_id": team,
        "user_id": "U1",
        "channel_id": "C1",
        "trigger_id": "1.2.3",
        "api_app_id": "A1",
        "is_enterprise_install": "false",
    }


def event(text: str = "claim", team: str = "T1", user: str = "U1") -> dict[str, Any]:
    return {
        "type": "event_callback",
        "team_id": team,
        "api_app_id": "A1",
        "event_id": "Ev1",
        "authorizations": [{"team_id": team, "user_id": "UBOT", "is_bot": True}],
        "event": {"type": "message", "text": text, "user": user, "channel": "C1", "ts": "1.0"},
    }


def signed(body: bytes, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(int(time() if at is None else at))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": str(signature)}


def as_form(fields: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
    return urlencode(fields).encode(), {"content-type": "application/x-www-form-urlencoded"}


def as_json(data: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    return json.dumps(data).encode(), {"content-type": "application/json"}


REVOKED = Permanent("token_revoked")
