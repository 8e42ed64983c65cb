"""Everything a workspace remembers, as JSON-ready dictionaries in Slack's shapes.

Keys that start with `_` are the workspace's own and never leave it (`payloads.present` strips them).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from bot.sandbox.types import Json


def _table() -> dict[str, Json]:
    return {}


@dataclass
class State:
    """`app`: ids and secrets · `installations`: by team · `messages`: channel -> ts -> message ·
    `modals`: person -> view ids from root to top · `homes`: person -> view id · `seen`: person -> channel -> ts."""

    app: Json = field(default_factory=dict)
    teams: dict[str, Json] = field(default_factory=_table)
    installations: dict[str, Json] = field(default_factory=_table)
    users: dict[str, Json] = field(default_factory=_table)
    channels: dict[str, Json] = field(default_factory=_table)
    members: dict[str, list[str]] = field(default_factory=dict)
    messages: dict[str, dict[str, Json]] = field(default_factory=dict)
    ephemerals: dict[str, Json] = field(default_factory=_table)
    files: dict[str, Json] = field(default_factory=_table)
    uploads: dict[str, Json] = field(default_factory=_table)
    views: dict[str, Json] = field(default_factory=_table)
    modals: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    triggers: dict[str, Json] = field(default_factory=_table)
    response_urls: dict[str, Json] = field(default_factory=_table)
    seen: dict[str, dict[str, str]] = field(default_factory=dict)
    last_ts: int = 0

    def forget_what_was_open(self) -> None:
        """Forms and triggers belong to clients, and those are gone after a restart."""
        for view_id in [each for stack in self.modals.values() for each in stack]:
            self.views.pop(view_id, None)
        for table in (self.modals, self.triggers, self.uploads):
            table.clear()

    def dump(self) -> Json:
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def load(cls, stored: dict[str, Any]) -> State:
        """Raises ValueError for what is no workspace."""
        if not isinstance(stored, dict) or "id" not in stored.get("app", ()):
            raise ValueError("it holds no workspace")
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})
