"""Saying things, changing them, reacting, coming and going."""

from __future__ import annotations

from bot.sandbox import conversation, membership
from bot.sandbox.errors import PersonCannot
from bot.sandbox.people.typing import as_blocks
from bot.sandbox.types import Json
from bot.sandbox.web_api.files import record, share
from bot.sandbox.workspace import Workspace


class Talk:
    def __init__(self, space: Workspace) -> None:
        self.space = space

    def _channel(self, user: str, channel: str) -> str:
        found = str(self.space.named(channel)["id"])
        if not self.space.is_member(found, user):
            raise PersonCannot(f"{user} is not in {channel}")
        return found

    def say(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread_ts: str | None = None,
        files: dict[str, bytes] | None = None,
        broadcast: bool = False,
    ) -> str:
        """The message's ts. `files`: name to bytes; `broadcast`: a reply that is shown in the channel as well.
        Mentions are given as a client sends them: `<@U…>`."""
        channel_id = self._channel(user, channel)
        if self.space.state.channels[channel_id]["is_archived"]:
            raise PersonCannot("the channel is archived")
        records = [record(self.space, user, name, content) for name, content in (files or {}).items()]
        message: Json = {"user": user, "text": text, "client_msg_id": self.space.ids.uuid()}
        message["blocks"] = as_blocks(self.space, text) if text else []
        if records:
            message |= {"files": records, "upload": True, "display_as_bot": False, "subtype": "file_share"}
        stored = conversation.post(self.space, channel_id, message, thread_ts=thread_ts, broadcast=broadcast)
        for each in records:
            share(self.space, each, channel_id, stored)
        return str(stored["ts"])

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        channel_id = self._own(user, channel, ts)
        conversation.change(self.space, channel_id, ts, text=text, blocks=as_blocks(self.space, text))

    def delete(self, user: str, channel: str, ts: str) -> None:
        conversation.delete(self.space, self._own(user, channel, ts), ts)

    def _own(self, user: str, channel: str, ts: str) -> str:
        channel_id = self._channel(user, channel)
        if self.space.message(channel_id, ts)["user"] != user:
            raise PersonCannot("the message is somebody else's")
        return channel_id

    def react(self, user: str, channel: str, ts: str, name: str) -> None:
        conversation.react(self.space, self._channel(user, channel), ts, name, user)

    def unreact(self, user: str, channel: str, ts: str, name: str) -> None:
        conversation.unreact(self.space, self._channel(user, channel), ts, name, user)

    def read(self, user: str, channel: str, ts: str) -> None:
        """Up to `ts` nothing in the channel is new to this person."""
        seen = self.space.state.seen.setdefault(user, {})
        if float(ts) > float(seen.get(channel, "0")):
            seen[channel] = ts
            self.space.changed("read", channel, user)

    def dismiss(self, user: str, ts: str) -> None:
        """An ephemeral message that the person puts away."""
        if self.space.state.ephemerals.get(ts, {}).get("_user") != user:
            raise PersonCannot("there is no such message any more")
        del self.space.state.ephemerals[ts]
        self.space.changed("ephemeral", None, user, ts=ts)

    def join(self, user: str, channel: str) -> None:
        membership.enter(self.space, str(self.space.named(channel)["id"]), user)

    def leave(self, user: str, channel: str) -> None:
        membership.leave(self.space, self._channel(user, channel), user)

    def hold(self, user: str, name: str, content: bytes) -> Json:
        """A file that a form will carry; nobody else sees it until then."""
        return record(self.space, user, name, content)

    def invite_bot(self, channel: str, by: str | None = None) -> None:
        membership.enter(self.space, str(self.space.named(channel)["id"]), self.space.bot_user_id, by)

    def remove_bot(self, channel: str) -> None:
        membership.leave(self.space, str(self.space.named(channel)["id"]), self.space.bot_user_id)

    def archive(self, user: str, channel: str, *, undo: bool = False) -> None:
        membership.archive(self.space, str(self.space.named(channel)["id"]), user, undo=undo)

    def rename(self, channel: str, name: str) -> None:
        membership.rename(self.space, str(self.space.named(channel)["id"]), name)

    def uninstall(self) -> None:
        membership.uninstall(self.space)
