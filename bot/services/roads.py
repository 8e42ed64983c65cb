"""Roads to Slack that it has closed for good: a channel, one of its methods, or a whole workspace. What is kept here
outlives a restart and is known to every replica, so that one call finds out and one person hears of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

# The road of a whole workspace; the others are a channel's id, or the name of a method.
ALL = "*"
# The workspace has removed us: nothing is tried until it has us back, and in the end its data go.
REMOVED = "app_uninstalled"
# No answer of Slack's: no key of ours opens the token of that workspace.
KEY_MISSING = "key_missing"


class KeyMissing(Exception):
    """None of the keys opens the token of that workspace; `key_id` names the one that sealed it."""

    def __init__(self, team: str, key_id: str) -> None:
        super().__init__(f"the token of {team} is sealed with key {key_id}, which COUNTERSIGN_ENCRYPTION_KEYS lacks")
        self.team = team
        self.key_id = key_id


@dataclass(frozen=True, slots=True)
class ClosedRoad:
    """`code`: what Slack answers there, or KEY_MISSING. `since`: when the first one found out; `tried_at`: when the
    last one did."""

    road: str
    code: str
    since: datetime
    tried_at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """`code`: what Slack answers to our token there, or KEY_MISSING."""

    team_id: str
    code: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Refusals:
    """`of`: the workspaces that refuse our token, the longest first; `everywhere`: nobody is left whom we may tell
    anything. Workspaces that removed us count for neither."""

    of: tuple[Refusal, ...] = ()
    everywhere: bool = False


class Roads(Protocol):
    def close(self, road: str, code: str) -> bool:
        """True when it was open until now: whoever gets that tells somebody. A removal is never taken for less."""
        ...
