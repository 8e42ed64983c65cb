"""A Slack that only listens, and the payloads that Slack sends, as small as they come."""

import asyncio
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy import select

from bot.services.notifications import notify
from bot.services.outgoing import Sort
from bot.services.views import DefectView
from bot.slack.answers import Answer, Ok, Permanent
from bot.slack.channels import Channels
from bot.slack.people import People
from handlers import Desk, register
from storage.database import Store
from storage.tables import outbox
from storage.unit_of_work import SqlUnitsOfWork
from tests.looking import look

TEAM, BOT = "T1", "UBOT"
TESS, DEVON, RHEA = "U0TESS", "U0DEVON", "U0RHEA"
CHANNEL, OTHER, SECRET = "C0SHOP", "C0OTHER", "G0SECRET"
TOKEN = "xoxb-of-the-tests"


@dataclass
class FakeClock:
    at: datetime = datetime(2026, 11, 20, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def advance(self, **units: float) -> None:
        self.at += timedelta(**units)


@dataclass
class FakeSlack:
    """Every call is kept, in order; `answers` are given in the place of an ok, after their `gates` open. Each change of
    a view gives it a new hash."""

    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    posts: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    async def call(
        self, token: str, method: str, payload: Mapping[str, Any], *, deadline: float | None = None
    ) -> Answer:
        assert token == TOKEN
        self.calls.append((method, payload))
        if method in self.gates:
            await self.gates[method].wait()
        if method in self.answers:
            return self.answers[method]
        view = self._shown(payload) if "view" in payload else {}
        return Ok({"ok": True, "view": view, "channel": {}, "members": []})

    def _shown(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        number = next(self._ids)
        return {"id": payload.get("view_id", f"V{number}"), "hash": f"h{number}", **payload["view"]}

    async def send(self, url: str, *, content: bytes | None = None, message: Mapping[str, Any] | None = None) -> Answer:
        self.posts.append((url, message or {}))
        return Ok({})

    def of(self, method: str) -> list[Mapping[str, Any]]:
        return [payload for called, payload in self.calls if called == method]

    def opened(self) -> Mapping[str, Any]:
        """The one view that was opened."""
        (only,) = self.of("views.open")
        view: Mapping[str, Any] = only["view"]
        return view

    def heard(self) -> str:
        """The text of the last answer that went to a `response_url`."""
        return str(self.posts[-1][1]["text"])


@dataclass
class FakeRoads:
    """What was opened and closed, in order."""

    opened: list[tuple[str, str | None]] = field(default_factory=list)
    closed: list[tuple[str, str]] = field(default_factory=list)

    async def open(self, team_id: str, channel: str | None = None) -> None:
        self.opened.append((team_id, channel))

    async def close(self, team_id: str, code: str) -> None:
        self.closed.append((team_id, code))


class Office:
    """The handlers on a real store, with a Slack that only listens."""

    def __init__(self, store: Store) -> None:
        self.store, self.slack, self.clock = store, FakeSlack(), FakeClock()
        self.roads = FakeRoads()
        self.units = SqlUnitsOfWork(store, self.clock, notify)
        people = People(self.slack, lambda: 0.0)
        self.desk = Desk(
            self.units, self.units, self.clock, self.slack, people, Channels(self.slack, lambda: 0.0), self.roads
        )
        self.app = AsyncApp(
            signing_secret="unused",
            process_before_response=True,
            request_verification_enabled=False,
            authorize=authorize,
            attaching_conversation_kwargs_enabled=False,
        )
        register(self.app, self.desk)
        self._triggers = itertools.count(1)

    async def dispatch(self, body: Mapping[str, Any], *, settle: bool = True) -> Any:
        """What Slack gets back: status and body. With `settle` also the work after the answer is done."""
        response = await self.app.async_dispatch(AsyncBoltRequest(body=dict(body), mode="socket_mode"))
        if settle:
            await self.desk.later.drain()
        return response

    async def type(self, text: str, person: str = TESS, command: str = "/defect", **more: Any) -> str:
        """The text of the answer to a command."""
        body = {
            "command": command,
            "text": text,
            "user_id": person,
            "channel_id": CHANNEL,
            "team_id": TEAM,
            "trigger_id": f"t{next(self._triggers)}",
            "response_url": "https://hooks.example/1",
            **more,
        }
        response = await self.dispatch(body)
        assert response.status == 200
        return text_of(response)

    async def press(self, value: str, person: str = TESS, **more: Any) -> Any:
        body = {
            "type": "block_actions",
            "user": {"id": person, "team_id": TEAM},
            "team": {"id": TEAM, "domain": "acme"},
            "channel": {"id": CHANNEL, "name": "shop"},
            "container": {"type": "message", "message_ts": "10.0", "channel_id": CHANNEL},
            "message": {"ts": "10.0"},
            "trigger_id": f"t{next(self._triggers)}",
            "response_url": "https://hooks.example/2",
            "actions": [{"type": "button", "action_id": "act", "block_id": "b", "value": value}],
            **more,
        }
        return await self.dispatch(body)

    def stall(self, deadline: float = 0.05) -> asyncio.Event:
        """From now on the store answers only when the event is set; people are answered after `deadline` seconds."""
        let = asyncio.Event()
        object.__setattr__(self.desk, "units", _Stalled(self.desk.units, let))
        object.__setattr__(self.desk, "deadline", deadline)
        return let

    async def submit(
        self, view: Mapping[str, Any], person: str = TESS, *, settle: bool = True, **values: Any
    ) -> Mapping[str, Any]:
        """The ack; `values` as Slack sends them, by field."""
        state = {name: {name: value} for name, value in values.items()}
        body = {
            "type": "view_submission",
            "user": {"id": person, "team_id": TEAM},
            "team": {"id": TEAM, "domain": "acme"},
            "view": {"id": "V1", "type": "modal", **view, "state": {"values": state}},
        }
        response = await self.dispatch(body, settle=settle)
        assert response.status == 200
        return json_of(response)

    async def say(self, text: str, person: str = TESS, ts: str = "11.0", root: str = "10.0", **more: Any) -> Any:
        event = {
            "type": "message",
            "channel": CHANNEL,
            "user": person,
            "text": text,
            "ts": ts,
            "thread_ts": root,
            **more,
        }
        return await self.event(event)

    async def event(self, event: Mapping[str, Any], event_id: str = "") -> Any:
        body = {
            "type": "event_callback",
            "team_id": TEAM,
            "event_id": event_id or f"Ev{next(self._triggers)}",
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
            "event": event,
        }
        return await self.dispatch(body)

    async def shortcut(self, name: str, message: Mapping[str, Any] | None, **more: Any) -> Any:
        body: dict[str, Any] = {
            "type": "message_action" if message else "shortcut",
            "callback_id": name,
            "trigger_id": f"t{next(self._triggers)}",
            "user": {"id": TESS, "team_id": TEAM},
            "team": {"id": TEAM, "domain": "acme"},
        }
        if message:
            body |= {
                "channel": {"id": CHANNEL, "name": "shop"},
                "message": message,
                "message_ts": message.get("ts"),
                "response_url": "https://hooks.example/3",
            }
        return await self.dispatch({**body, **more})

    async def defect(self, key: str) -> DefectView:
        return await self.units.ask(TEAM, lambda questions: questions.defect(key))

    async def history(self, key: str) -> list[str]:
        """The kinds of its events, oldest first."""
        log = await self.units.ask(TEAM, lambda questions: questions.history(key))
        return [entry.event.kind.value for entry in log]

    def outbox(self, sort: Sort) -> list[dict[str, Any]]:
        """The bodies of all rows of that sort, oldest first."""
        rows = look(self.store, TEAM, select(outbox).order_by(outbox.c.id))
        return [row.body if isinstance(row.body, dict) else json.loads(row.body) for row in rows if row.sort == sort]


class _Stalled:
    """Units of work that begin when they are let."""

    def __init__(self, units: Any, let: asyncio.Event) -> None:
        self._units, self._let = units, let

    async def perform(self, context: Any, use_case: Any) -> Any:
        await self._let.wait()
        return await self._units.perform(context, use_case)

    async def ask(self, team_id: str, question: Any) -> Any:
        await self._let.wait()
        return await self._units.ask(team_id, question)


async def authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_user_id=BOT, bot_id="B1", bot_token=TOKEN)


def text_of(response: Any) -> str:
    return str(json.loads(response.body)["text"]) if response.body.startswith("{") else str(response.body)


def json_of(response: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(response.body) if response.body else {}
    return found


def chosen(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"value": value}}


def typed(value: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": value}


def ticked(*values: str) -> dict[str, Any]:
    return {"type": "checkboxes", "selected_options": [{"value": value} for value in values]}


def refused(code: str, fate: Any) -> Permanent:
    return Permanent(code, fate)
