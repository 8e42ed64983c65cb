"""Modals and App Home: submitting, closing, and what the answer does to the stack."""

from __future__ import annotations

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

# What stands above a form that could not be sent; it stays open with what was typed.
TROUBLE = {
    "timeout": "The app did not answer in time. What you typed is kept; try again.",
    "refused": "The app answered with an error. What you typed is kept; try again.",
    "unreachable": "No app is connected. What you typed is kept; try again.",
}


class Forms:
    def __init__(self, space: Workspace) -> None:
        self.space = space

    def shown(self, user: str) -> Json | None:
        return modals.top(self.space, user)

    def fill(self, user: str, filled: inputs.Filled) -> Json:
        """What is typed stays in the view until it is submitted or closed. A field that changes is no longer wrong."""
        view = self._top(user)
        before = view["state"]["values"]
        view["state"]["values"] = inputs.values(view, filled)
        changed = {block for block, kept in view["state"]["values"].items() if kept != before.get(block)}
        self._mark(view, {block: words for block, words in view.get("_errors", {}).items() if block not in changed})
        return view

    def _mark(self, view: Json, errors: dict[str, str]) -> Json:
        """Shows `errors` at their fields, and only those."""
        if view.get("_errors", {}) != errors:
            view["_errors"] = errors
            self.space.changed("modal", user=view["_user"])
        return {"errors": errors} if errors else {}

    def _top(self, user: str) -> Json:
        view = modals.top(self.space, user)
        if view is None:
            raise PersonCannot("no modal is open")
        return view

    async def submit(self, user: str, filled: inputs.Filled | None = None) -> Result:
        """`filled` by block_id or action_id. `shown["errors"]` when the form stays open."""
        view = self.fill(user, filled or {})
        if not view.get("submit"):
            raise PersonCannot("this modal has nothing to submit")
        refused = inputs.missing(view, view["state"]["values"])
        if self._mark(view, refused):
            return Result(Ack("refused"), {}, {"errors": refused})
        payload = {
            **interaction(self.space, "view_submission", user),
            "view": view_for_app(view),
            "response_urls": [],
        }
        ack = await self.space.delivery.interaction(payload)
        if not ack.ok:
            return Result(ack, payload, self._mark(view, {"": TROUBLE[ack.status]}))
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
            return self._mark(view, answer["errors"])
        if action in ("update", "push"):
            refuse_bad_view(answer["view"], "modal")
            apply = modals.push if action == "push" else None
            shown = (
                apply(self.space, user, answer["view"]) if apply else modals.replace(self.space, view, answer["view"])
            )
            return {"view": shown}
        if action == "clear":
            modals.clear(self.space, user)
        elif view["id"] in self.space.state.modals.get(user, ()):
            modals.close(self.space, view)
        return {}

    async def close(self, user: str) -> Result | None:
        """The cross or the cancel button; None when the app did not ask to be told."""
        view = self._top(user)
        closed = modals.close(self.space, view)
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
