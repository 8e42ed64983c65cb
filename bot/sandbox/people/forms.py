"""Modals and App Home: submitting, closing, and what the answer does to the stack."""

from __future__ import annotations

from typing import Any

from bot.sandbox import modals
from bot.sandbox.blocks.check import refuse_bad_view
from bot.sandbox.delivery.ack import Ack
from bot.sandbox.errors import PersonCannot, SlackError
from bot.sandbox.events import publish
from bot.sandbox.payloads import view_for_app
from bot.sandbox.people import inputs
from bot.sandbox.people.acting import Result, interaction
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


class Forms:
    def __init__(self, space: Workspace) -> None:
        self.space = space

    def shown(self, user: str) -> Json | None:
        return modals.top(self.space, user)

    def fill(self, user: str, filled: dict[str, Any]) -> Json:
        """What is typed stays in the view until it is submitted or closed."""
        view = self._top(user)
        view["state"]["values"] = inputs.values(view, filled)
        return view

    def _top(self, user: str) -> Json:
        view = modals.top(self.space, user)
        if view is None:
            raise PersonCannot("no modal is open")
        return view

    async def submit(self, user: str, filled: dict[str, Any] | None = None) -> Result:
        """`filled` by block_id or action_id. `shown["errors"]` when the form stays open."""
        view = self.fill(user, filled or {})
        if not view.get("submit"):
            raise PersonCannot("this modal has nothing to submit")
        refused = inputs.missing(view, view["state"]["values"])
        if refused:
            return Result(Ack("refused"), {}, {"errors": refused})
        payload = {
            **interaction(self.space, "view_submission", user),
            "view": view_for_app(view),
            "response_urls": [],
        }
        ack = await self.space.delivery.interaction(payload)
        if not ack.ok:
            return Result(ack, payload, {"errors": {"": TROUBLE}})
        return Result(ack, payload, self._answered(user, view, ack.json))

    async def submit_again(self, payload: Json) -> Ack:
        """The same submission once more, as an impatient double click or a repeating network sends it."""
        return await self.space.delivery.interaction(payload)

    def _answered(self, user: str, view: Json, answer: Json) -> Json:
        action = answer.get("response_action")
        if action == "errors":
            known = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
            if not answer.get("errors") or not set(answer["errors"]) <= known:
                raise SlackError("invalid_errors", errors=answer.get("errors"))
            return {"errors": answer["errors"]}
        if action in ("update", "push"):
            refuse_bad_view(answer["view"], "modal")
            apply = modals.push if action == "push" else None
            shown = (
                apply(self.space, user, answer["view"]) if apply else modals.replace(self.space, view, answer["view"])
            )
            return {"view": shown}
        if action == "clear":
            modals.clear(self.space, user)
        else:
            modals.close_top(self.space, user)
        return {}

    async def close(self, user: str) -> Result | None:
        """The cross or the cancel button; None when the app did not ask to be told."""
        view = self._top(user)
        closed = modals.close_top(self.space, user)
        if not view.get("notify_on_close"):
            return None
        payload = {**interaction(self.space, "view_closed", user), "view": view_for_app(closed), "is_cleared": False}
        payload.pop("trigger_id")
        return Result(await self.space.delivery.interaction(payload), payload)

    def open_home(self, user: str, tab: str = "home") -> None:
        home = self.space.state.views.get(self.space.state.homes.get(user, ""))
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": self.space.direct_channel(user),
            "event_ts": self.space.next_ts(),
            "tab": tab,
        }
        if home is not None:
            event["view"] = view_for_app(home)
        publish(self.space, event)

    def home(self, user: str) -> Json | None:
        return self.space.state.views.get(self.space.state.homes.get(user, ""))
