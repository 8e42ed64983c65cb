"""Slash commands: https://docs.slack.dev/interactivity/implementing-slash-commands"""

from __future__ import annotations

from bot.sandbox import conversation, modals
from bot.sandbox.blocks.check import finish_blocks, refuse_bad_message
from bot.sandbox.delivery.ack import Ack
from bot.sandbox.errors import PersonCannot, SlackError
from bot.sandbox.payloads import channel_name
from bot.sandbox.people.acting import Result, complain, response_url
from bot.sandbox.people.typing import as_sent
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace

FAILED = "{command} failed with the error “{error}”"
ERRORS = {"timeout": "operation_timeout", "refused": "dispatch_failed", "unreachable": "dispatch_failed"}


class Commands:
    def __init__(self, space: Workspace) -> None:
        self.space = space

    def known(self) -> list[Json]:
        commands: list[Json] = self.space.features.get("slash_commands", [])
        return commands

    async def slash(self, user: str, channel: str, text: str, *, in_thread: bool = False) -> Result:
        """`text` with its command: `/defect new Cart total is wrong`."""
        if in_thread:
            raise PersonCannot("slash commands do not work in threads")
        name, _, rest = text.partition(" ")
        command = next((each for each in self.known() if each["command"] == name), None)
        if command is None:
            raise PersonCannot(f"{name} is not a valid command")
        payload = self.payload(user, channel, name, rest.strip(), escaped=bool(command.get("should_escape")))
        ack = await self.space.delivery.command(payload)
        return Result(ack, payload, self._shown(ack, payload))

    def payload(self, user: str, channel: str, name: str, text: str, *, escaped: bool = False) -> Json:
        space = self.space
        where = space.named(channel)
        visible = space.is_member(where["id"], space.bot_user_id)
        return {
            "token": space.app["verification_token"],
            "team_id": space.team_id,
            "team_domain": space.team["domain"],
            "channel_id": where["id"],
            "channel_name": channel_name(where, visible=visible),
            "user_id": user,
            "user_name": space.user(user)["name"],
            "command": name,
            "text": self.escape(text) if escaped else text,
            "api_app_id": space.app["id"],
            "is_enterprise_install": "false",
            "response_url": response_url(space, user, where["id"]),
            "trigger_id": modals.trigger(space, user, "slash_command"),
        }

    def escape(self, text: str) -> str:
        """`should_escape`: names that exist become references, and the three characters become entities."""
        return as_sent(self.space, text, labels=True)

    def _shown(self, ack: Ack, payload: Json) -> Json:
        """The answer in the acknowledgement, or Slack's own words when there was none in time."""
        if not ack.ok:
            words = FAILED.format(command=payload["command"], error=ERRORS[ack.status])
            return complain(self.space, payload["user_id"], payload["channel_id"], words)
        if not ack.body:
            return {}
        body = ack.body if isinstance(ack.body, dict) else {"text": ack.body}
        return respond(self.space, payload["user_id"], payload["channel_id"], body) or {}


def respond(space: Workspace, user: str, channel: str, body: Json, thread_ts: str | None = None) -> Json | None:
    """An immediate or delayed answer: ephemeral unless it says in_channel. Raises SlackError as Slack refuses it."""
    blocks = body.get("blocks") or []
    refuse_bad_message(blocks, body.get("attachments") or [])
    if not body.get("text") and not blocks and not body.get("attachments"):
        return None
    said: Json = {"text": str(body.get("text") or "")}
    if blocks:
        said["blocks"] = finish_blocks(space.ids, blocks)
    message = conversation.of_bot(space, said)
    thread = body.get("thread_ts") or thread_ts
    if body.get("response_type") == "in_channel":
        return conversation.post(space, channel, message, thread_ts=thread)
    return conversation.whisper(space, channel, user, message, thread)


def use_response_url(space: Workspace, code: str, body: Json) -> tuple[int, str]:
    """Five posts in thirty minutes; answers the HTTP status and body."""
    known = space.state.response_urls.get(code)
    if known is None:
        return 404, "invalid_url"
    if space.clock.now() > known["until"]:
        return 404, "expired_url"
    if known["left"] <= 0:
        return 404, "used_url"
    try:
        _apply(space, known, body)
    except SlackError as error:
        return (500, error.code) if error.code == "no_text" else (400, error.code)
    known["left"] -= 1
    return 200, "ok"


def _apply(space: Workspace, known: Json, body: Json) -> None:
    original = known["message_ts"]
    ephemeral = space.state.ephemerals.get(original or "")
    if body.get("delete_original") or body.get("replace_original"):
        refuse_bad_message(body.get("blocks") or [], body.get("attachments") or [])
    if body.get("delete_original"):
        if ephemeral is not None:
            del space.state.ephemerals[original]
            space.changed("ephemeral", known["channel"], known["user"], ts=original)
        elif original:
            conversation.delete(space, known["channel"], original)
    elif body.get("replace_original") and original:
        said: Json = {"text": str(body.get("text") or "")}
        said["blocks"] = finish_blocks(space.ids, body.get("blocks") or [])
        if ephemeral is not None:
            ephemeral.update(said)
            space.changed("ephemeral", known["channel"], known["user"], ts=original)
        else:
            conversation.change(space, known["channel"], original, **said)
    elif respond(space, known["user"], known["channel"], body) is None:
        raise SlackError("no_text")
