"""Who looks at the page, and what things are called for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Reader:
    """`user` is the person's id; an id that nobody has reads like a stranger."""

    space: Workspace
    user: str

    @property
    def zone(self) -> tzinfo:
        try:
            return ZoneInfo(str(self.space.state.users.get(self.user, {}).get("tz", "UTC")))
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    def moment(self, seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, self.zone)

    @property
    def today(self) -> datetime:
        return self.moment(self.space.clock.now())

    def person(self, user_id: str) -> str:
        if user_id == "USLACKBOT":
            return "The workspace"
        found = self.space.state.users.get(user_id)
        return "somebody" if found is None else called(found)

    def channel(self, channel_id: str) -> str:
        """Without the `#`; what the reader may not see has no name."""
        found = self.space.state.channels.get(channel_id)
        if found is None or (found["is_private"] and not self.space.is_member(channel_id, self.user)):
            return "private-channel"
        return str(found["name"])

    def author(self, message: Json) -> Json:
        """`name`, `title`, `bot`, `id` of who says it."""
        user_id = str(message.get("user", ""))
        found = self.space.state.users.get(user_id, {})
        return {
            "id": user_id,
            "name": self.person(user_id),
            "title": found.get("profile", {}).get("title", ""),
            "bot": bool(found.get("is_bot") or message.get("bot_id") or user_id == "USLACKBOT"),
        }


def called(user: Json) -> str:
    return str(user["profile"].get("display_name") or user["real_name"])
