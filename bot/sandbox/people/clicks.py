"""Buttons, menus and typing: block_actions and block_suggestion.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from __future__ import annotations

from typing import Any

from bot.sandbox import modals
from bot.sandbox.errors import PersonCannot
from bot.sandbox.first_values import SINGLE
from bot.sandbox.payloads import channel_name, present, view_for_app
from bot.sandbox.people import inputs
from bot.sandbox.people.acting import Result, action_ts, complain, interaction, response_url
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace

# What an action repeats of its element, as Slack's sample of block_actions has it.
CARRIED = (
    *("action_id", "type", "text", "value", "style", "url", "placeholder", "confirm", "min_query_length"),
    *(f"initial_{name}" for name in ("option", "user", "conversation", "channel", "date", "time")),
)
FAILED = "That didn’t work: the app did not answer in time."


def find(
    blocks: list[Json], action_id: str, value: str | None = None, block_id: str | None = None
) -> tuple[Json, Json]:
    """The block and the element. Raises PersonCannot when there is no such thing to use."""
    for block in blocks:
        if block_id is not None and block["block_id"] != block_id:
            continue
        for element in modals.elements(block):
            if element["action_id"] == action_id and value in (None, element.get("value")):
                return block, element
    raise PersonCannot(f"nothing to click with action_id {action_id}")


class Clicks:
    def __init__(self, space: Workspace) -> None:
        self.space = space

    async def on_message(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        choice: Any = None,
        *,
        value: str | None = None,
        block_id: str | None = None,
    ) -> Result:
        """A button, or `choice` in a menu (an option's value or text), on a message or an ephemeral one."""
        channel_id = str(self.space.named(channel)["id"])
        message = self._message(user, channel_id, ts)
        block, element = find(message.get("blocks", []), action_id, value, block_id)
        payload = self._in_message(user, channel_id, message, [self._action(block, element, choice)])
        ack = await self.space.delivery.interaction(payload)
        shown = {} if ack.ok else complain(self.space, user, channel_id, FAILED)
        return Result(ack, payload, shown)

    def _message(self, user: str, channel_id: str, ts: str) -> Json:
        message = self.space.state.ephemerals.get(ts) or self.space.message(channel_id, ts)
        if message.get("_user") not in (None, user):
            raise PersonCannot("somebody else sees this message")
        return message

    def _in_message(self, user: str, channel_id: str, message: Json, actions: list[Json]) -> Json:
        space = self.space
        ephemeral = bool(message.get("is_ephemeral"))
        where = space.state.channels[channel_id]
        container: Json = {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel_id,
            "is_ephemeral": ephemeral,
        }
        if message.get("thread_ts"):
            container["thread_ts"] = message["thread_ts"]
        carried: Json = {} if ephemeral else {"message": {k: v for k, v in present(message).items() if k != "metadata"}}
        name = channel_name(where, visible=space.is_member(channel_id, space.bot_user_id))
        return {
            **interaction(space, "block_actions", user),
            "container": container,
            "channel": {"id": channel_id, "name": name},
            **carried,
            "state": {"values": inputs.values({"state": {"values": {}}, "blocks": message.get("blocks", [])})},
            "response_url": response_url(space, user, channel_id, message["ts"]),
            "actions": actions,
        }

    async def in_view(
        self, user: str, action_id: str, choice: Any = None, *, view: Json | None = None, block_id: str | None = None
    ) -> Result:
        """In the topmost modal, or in `view` (the person's App Home)."""
        shown = self._view(user, view)
        block, element = find(shown["blocks"], action_id, block_id=block_id)
        chosen = {(block["block_id"], element["action_id"]): choice} if element["type"] in SINGLE else {}
        shown["state"]["values"] = inputs.values(shown, chosen)
        payload: Json = {
            **interaction(self.space, "block_actions", user),
            "container": {"type": "view", "view_id": shown["id"]},
            "view": view_for_app(shown),
            "actions": [self._action(block, element, choice)],
        }
        return Result(await self.space.delivery.interaction(payload), payload)

    def _action(self, block: Json, element: Json, choice: Any) -> Json:
        kept: Json = {key: element[key] for key in CARRIED if key in element}
        action: Json = {**kept, "block_id": block["block_id"], "action_ts": action_ts(self.space)}
        if element["type"] == "overflow":
            return action | {"selected_option": inputs.option_of(element, choice)}
        if element["type"] in SINGLE:
            return action | inputs.chosen(element, choice)
        return action

    def _view(self, user: str, view: Json | None) -> Json:
        shown = view or modals.top(self.space, user)
        if shown is None:
            raise PersonCannot("no modal is open")
        return shown

    async def suggestions(
        self,
        user: str,
        action_id: str,
        typed: str,
        *,
        view: Json | None = None,
        message: tuple[str, str] | None = None,
        block_id: str | None = None,
    ) -> list[Json]:
        """What an external select offers for what was typed; in a modal, in `view` or on `message` (channel, ts)."""
        place = self._place(user, view, message)
        block, element = find(place[1], action_id, block_id=block_id)
        payload = {
            **interaction(self.space, "block_suggestion", user),
            **place[0],
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "value": typed,
        }
        payload.pop("trigger_id")
        ack = await self.space.delivery.interaction(payload)
        options: list[Json] = ack.json.get("options") or [
            option for group in ack.json.get("option_groups", ()) for option in group["options"]
        ]
        return options

    def _place(self, user: str, view: Json | None, message: tuple[str, str] | None) -> tuple[Json, list[Json]]:
        """What a suggestion's payload says of where it is, and the blocks there."""
        if message is None:
            shown = self._view(user, view)
            return {"container": {"type": "view", "view_id": shown["id"]}, "view": view_for_app(shown)}, shown["blocks"]
        channel_id = str(self.space.named(message[0])["id"])
        found = self._message(user, channel_id, message[1])
        whole = self._in_message(user, channel_id, found, [])
        kept: Json = {key: whole[key] for key in ("container", "channel", "message") if key in whole}
        return kept, found.get("blocks", [])
