"""Requests as Slack sends them, one at least of every kind that we listen to, about defects that are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack.ids import Act, encode
from handlers.modals.build import Background, view_of
from handlers.modals.forms import FORMS
from handlers.modals.memo import Memo
from handlers.verbs import COMMANDS
from tests.handlers.slack import BOT, CHANNEL, DEVON, RHEA, TEAM, TESS, Office, chosen, ticked, typed

ROOT = "1763625600.000100"
SECRETS = ("hooks.example",)
TRIGGER, EVENT_ID, VIEW_ID, SPOKEN = "1.2.abc", "Ev0", "V0", "1763625700.000200"
KEYS = ("DEF-1", "DEF-2", "DEF-3")
MESSAGE = {
    "type": "message",
    "user": RHEA,
    "text": "Card declined twice\nsecond decline &amp; a <https://host/log|log>",
    "ts": ROOT,
    "files": [{"id": "F1", "name": "cart.png", "mimetype": "image/png", "size": 12, "permalink": "https://x/F1"}],
}
SAID = (
    "fixed in rc1 abc1234",
    "claim",
    "sev S1",
    "verified on 2.4.0-rc1",
    "failed: still charges twice",
    "dup of DEF-2",
    "needs info <@U0DEVON>: which browser?",
    "defer to 2.4: later",
    "undo",
    "it is the rounding",
)


async def prepared(office: Office) -> Office:
    """A release with a build, and defects in three states."""
    await office.type("new 2.4 ships:2026-12-18", command="/release")
    await office.type("build 2.4 2.4.0-rc1", command="/release")
    await office.shortcut("file_defect", MESSAGE)
    await office.submit(office.slack.opened(), title=typed("Card declined twice"))
    await office.type("new Total wraps rel:2.4 sev:S2")
    await office.type("new Coupon takes 300 % rel:2.4")
    await office.type("fixed DEF-2 in rc1", DEVON)
    return office


def seeds(_: Office) -> list[Mapping[str, Any]]:
    return [*_commands(), *_events(), *_clicks(), *_forms(), *_shortcuts(), *_pickers()]


def fresh(body: dict[str, Any], number: int) -> dict[str, Any]:
    """A delivery of its own, where what tells deliveries apart was left as it is: it would not be looked at again."""
    if body.get("trigger_id") == TRIGGER:
        body["trigger_id"] = f"{TRIGGER}.{number}"
    if body.get("event_id") == EVENT_ID:
        body["event_id"] = f"{EVENT_ID}{number}"
    for place in (body.get("view"), body.get("event")):
        if isinstance(place, dict):
            place |= {"id": f"V{number}"} if place.get("id") == VIEW_ID else {}
            place |= {"ts": f"1763700000.{number:06}"} if place.get("ts") == SPOKEN else {}
    return body


def _who() -> dict[str, Any]:
    return {
        "user": {"id": TESS, "team_id": TEAM, "name": "tess"},
        "team": {"id": TEAM, "domain": "acme"},
        "trigger_id": TRIGGER,
        "api_app_id": "A1",
    }


def _commands() -> Iterator[Mapping[str, Any]]:
    for command, text in [
        *(("/countersign", f"{verb.slug} {verb.example}") for verb in COMMANDS),
        ("/verify", "DEF-2 pass"),
    ]:
        yield {
            "command": command,
            "text": text,
            "user_id": TESS,
            "channel_id": CHANNEL,
            "channel_name": "shop",
            "team_id": TEAM,
            "trigger_id": TRIGGER,
            "response_url": "https://hooks.example/1",
        }


def _events() -> Iterator[Mapping[str, Any]]:
    yield {"type": "url_verification", "token": "t", "challenge": "3eZbrw1aB"}
    told = {"channel": CHANNEL, "user": DEVON, "ts": SPOKEN, "thread_ts": ROOT}
    for text in SAID:
        yield _event({"type": "message", "text": text, **told})
    edited = {"type": "message", "user": DEVON, "text": "on phones", "ts": told["ts"], "thread_ts": ROOT}
    hidden = {"type": "message", "channel": CHANNEL, "ts": "1763625800.000300", "hidden": True}
    yield _event(
        {**hidden, "subtype": "message_changed", "message": edited, "previous_message": edited | {"text": "x"}}
    )
    yield _event({**hidden, "subtype": "message_deleted", "deleted_ts": told["ts"], "previous_message": edited})
    yield _event({"type": "app_home_opened", "user": TESS, "channel": "D1", "tab": "home", "event_ts": "1.2"})
    yield _event({"type": "member_joined_channel", "user": BOT, "channel": CHANNEL, "team": TEAM})
    yield _event({"type": "channel_archive", "channel": CHANNEL, "user": TESS})
    yield _event({"type": "channel_rename", "channel": {"id": CHANNEL, "name": "shop-2", "created": 1}})


def _event(event: Mapping[str, Any]) -> Mapping[str, Any]:
    who = [{"team_id": TEAM, "user_id": BOT, "is_bot": True, "enterprise_id": None}]
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "event_id": EVENT_ID,
        "authorizations": who,
        "event": dict(event),
    }


def _clicks() -> Iterator[Mapping[str, Any]]:
    for verb in COMMANDS:
        for key in KEYS:
            value = encode(Act(verb.slug.replace(" ", "_"), key, 1))
            action = {"type": "button", "action_id": "act", "block_id": "b", "value": value, "action_ts": "1.2"}
            yield {
                "type": "block_actions",
                **_who(),
                "channel": {"id": CHANNEL, "name": "shop"},
                "container": {"type": "message", "message_ts": "10.0", "channel_id": CHANNEL},
                "message": {"ts": "10.0", "text": "a card"},
                "response_url": "https://hooks.example/2",
                "actions": [action],
            }


FILLED: Mapping[str, Any] = {
    "title": typed("Better"),
    "severity": chosen("S1"),
    "priority": chosen("P1"),
    "release": chosen("2.4"),
    "build": chosen("2.4.0-rc1"),
    "outcome": chosen("fail"),
    "note": typed("still wrong"),
    "reason": typed("later"),
    "resolution": chosen("wont_fix"),
    "text": typed("a word"),
    "target": typed("REQ-7"),
    "name": typed("2.5"),
    "new_build": typed("2.4.0-rc2"),
    "key": chosen("DEF-1"),
    "original": chosen("DEF-2"),
    "person": {"type": "users_select", "selected_user": DEVON},
    "at": {"type": "timepicker", "selected_time": "09:00"},
    "days": ticked("1", "2"),
    "prefix": typed("SHOP"),
}


def _forms() -> Iterator[Mapping[str, Any]]:
    for name, form in FORMS.items():
        about = Memo(name, verb="claim", key="DEF-1" if form.of_defect else "", channel=CHANNEL)
        view = view_of(about, {}, Background())
        values = {field.name: {field.name: FILLED.get(field.name, typed(""))} for field in form.fields}
        shown = {"id": VIEW_ID, "hash": "1.abc", **view, "state": {"values": values}}
        for type_ in ("view_submission", "view_closed"):
            yield {"type": type_, **_who(), "view": shown, "response_urls": []}


def _shortcuts() -> Iterator[Mapping[str, Any]]:
    there = {"channel": {"id": CHANNEL, "name": "shop"}, "message": MESSAGE, "message_ts": ROOT, "action_ts": "1.2"}
    for name in ("file_defect", "add_evidence", "mark_fixed"):
        answered = {"response_url": "https://hooks.example/3"}
        yield {"type": "message_action", "callback_id": name, **_who(), **there, **answered}
    for name in ("new_defect", "my_queue"):
        yield {"type": "shortcut", "callback_id": name, **_who(), "action_ts": "1.2"}


def _pickers() -> Iterator[Mapping[str, Any]]:
    view = view_of(Memo("evidence", channel=CHANNEL), {}, Background())
    for field in ("key", "release", "build", "original"):
        about = {"action_id": field, "block_id": field, "value": "2"}
        yield {"type": "block_suggestion", **_who(), **about, "view": {"id": VIEW_ID, **view}}
