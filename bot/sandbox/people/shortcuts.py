"""Shortcuts: https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload"""

from __future__ import annotations

from bot.sandbox.errors import PersonCannot
from bot.sandbox.payloads import channel_name, present
from bot.sandbox.people.acting import Result, action_ts, complain, interaction, response_url
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace

FAILED = "That didn’t work: the app did not answer in time."


class Shortcuts:
    def __init__(self, space: Workspace) -> None:
        self.space = space

    def known(self, kind: str) -> list[Json]:
        """`kind`: message or global."""
        return [each for each in self.space.features.get("shortcuts", []) if each["type"] == kind]

    def _offered(self, kind: str, callback_id: str) -> None:
        if callback_id not in [each["callback_id"] for each in self.known(kind)]:
            raise PersonCannot(f"no {kind} shortcut {callback_id}")

    async def on_message(self, user: str, channel: str, ts: str, callback_id: str) -> Result:
        self._offered("message", callback_id)
        space = self.space
        where = space.named(channel)
        visible = space.is_member(where["id"], space.bot_user_id)
        message = present(space.message(where["id"], ts))
        message.pop("metadata", None)
        payload = {
            **interaction(space, "message_action", user),
            "callback_id": callback_id,
            "action_ts": action_ts(space),
            "channel": {"id": where["id"], "name": channel_name(where, visible=visible)},
            "message_ts": ts,
            "message": message,
            "response_url": response_url(space, user, where["id"]),
        }
        return await self._send(user, str(where["id"]), payload)

    async def globally(self, user: str, callback_id: str) -> Result:
        """No channel, no message, no response_url."""
        self._offered("global", callback_id)
        payload = {
            **interaction(self.space, "shortcut", user),
            "callback_id": callback_id,
            "action_ts": action_ts(self.space),
        }
        return await self._send(user, None, payload)

    async def _send(self, user: str, channel: str | None, payload: Json) -> Result:
        ack = await self.space.delivery.interaction(payload)
        if not ack.ok and channel is not None:
            return Result(ack, payload, complain(self.space, user, channel, FAILED))
        return Result(ack, payload)
