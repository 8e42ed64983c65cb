"""Replies by their thread, so that a long channel need not be read through at every answer in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.sandbox.types import Json


@dataclass(slots=True)
class Thread:
    """`replies`: ts to author, oldest first; `people`: how many replies each wrote, in the order of their first."""

    replies: dict[str, str] = field(default_factory=dict)
    people: Counter[str] = field(default_factory=Counter)

    def add(self, ts: str, author: str) -> None:
        self.replies[ts] = author
        self.people[author] += 1

    def remove(self, ts: str) -> None:
        author = self.replies.pop(ts, None)
        if author is None:
            return
        self.people[author] -= 1
        if not self.people[author]:
            del self.people[author]

    def counts(self) -> Json:
        """What a parent says about its thread; nothing when nobody answered."""
        if not self.replies:
            return {}
        return {
            "reply_count": len(self.replies),
            "reply_users": list(self.people)[:5],
            "reply_users_count": len(self.people),
            "latest_reply": next(reversed(self.replies)),
        }


class Threads:
    def __init__(self, messages: Mapping[str, Mapping[str, Json]]) -> None:
        self._threads: dict[tuple[str, str], Thread] = {}
        for channel_id, said in messages.items():
            for message in said.values():
                self.add(channel_id, message)

    def of(self, channel_id: str, root: str) -> Thread:
        return self._threads.get((channel_id, root), Thread())

    def add(self, channel_id: str, message: Json) -> None:
        """Does nothing for what is no reply."""
        root = message.get("thread_ts")
        if root and root != message["ts"]:
            thread = self._threads.setdefault((channel_id, root), Thread())
            thread.add(message["ts"], str(message.get("user", "")))

    def remove(self, channel_id: str, message: Json) -> None:
        thread = self._threads.get((channel_id, str(message.get("thread_ts"))))
        if thread is not None:
            thread.remove(message["ts"])

    def in_order(self, channel_id: str, root: str) -> Iterable[str]:
        """The ts of the parent, then of its replies."""
        yield root
        yield from tuple(self.of(channel_id, root).replies)
