"""A script of faults: what goes wrong, how often, at which method or delivery."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.sandbox.types import Json


class FaultKind(StrEnum):
    """On a Web API method: RATE_LIMIT, ERROR (`code`), SERVER_ERROR (`status`), RESET_BEFORE and RESET_AFTER the
    effect, SLOW (`seconds`); or, in the instant before the call, somebody may ARCHIVE its channel, REVOKE the app's
    token, or DELETE_PARENT, the thread that it names.

    On a delivery: REPEAT (`count` more times, one after the other), SCATTER (an event comes up to `count` more times,
    all of them at random instants within `seconds`, so that events overtake each other), SLOW (held back for
    `seconds`), LOSE (it never arrives), LOSE_ACK, DROP (the sockets end), EXPIRE (its trigger is too old)."""

    RATE_LIMIT = "rate_limit"
    ERROR = "error"
    SERVER_ERROR = "server_error"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    SLOW = "slow"
    ARCHIVE = "archive"
    REVOKE = "revoke"
    DELETE_PARENT = "delete_parent"
    REPEAT = "repeat"
    SCATTER = "scatter"
    LOSE = "lose"
    LOSE_ACK = "lose_ack"
    DROP = "drop"
    EXPIRE = "expire"


ON_A_CALL = (
    FaultKind.RATE_LIMIT,
    FaultKind.ERROR,
    FaultKind.SERVER_ERROR,
    FaultKind.RESET_BEFORE,
    FaultKind.RESET_AFTER,
    FaultKind.SLOW,
    FaultKind.ARCHIVE,
    FaultKind.REVOKE,
    FaultKind.DELETE_PARENT,
)


@dataclass(slots=True)
class Fault:
    """`at`: a method such as `chat.postMessage`, or `upload` and `response_url`; of a delivery the road's name
    (`events_api`), the payload's type (`event_callback`, `slash_command`, `block_actions`) or what it is about (an
    event's type, `/defect`, a `callback_id`); or `*`. `skip` first ones go well; then it happens `times` times, each
    time with the probability `share`."""

    at: str
    kind: FaultKind
    times: int = 1
    skip: int = 0
    seconds: float = 1.0
    status: int = 503
    code: str = "internal_error"
    count: int = 1
    share: float = 1.0


class Faults:
    def __init__(self, rng: random.Random | None = None) -> None:
        self.script: list[Fault] = []
        self.happened: list[tuple[str, FaultKind]] = []
        self._rng = rng or random.Random()

    def plan(self, at: str, kind: FaultKind | str, **details: Any) -> Fault:
        fault = Fault(at, FaultKind(kind), **details)
        self.script.append(fault)
        return fault

    def next(self, at: str | Sequence[str], *kinds: FaultKind) -> Fault | None:
        """The first planned one that applies now; it is counted. `at`: all names of the same thing."""
        names = (at,) if isinstance(at, str) else at
        for fault in self.script:
            if (fault.at not in names and fault.at != "*") or (kinds and fault.kind not in kinds) or fault.times <= 0:
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.share < 1 and self._rng.random() >= fault.share:
                continue
            self._happens(fault, names[0])
            return fault
        return None

    def _happens(self, fault: Fault, at: str) -> None:
        self.happened.append((at, fault.kind))
        fault.times -= 1
        if fault.times <= 0:
            # A long script is looked through at every call.
            self.script.remove(fault)


def names_of(kind: str, payload: Json) -> tuple[str, ...]:
    """What a delivery may be planned by."""
    about = (payload.get("event") or {}).get("type"), payload.get("command"), payload.get("callback_id")
    actions = [action.get("action_id") for action in payload.get("actions") or ()]
    view = (payload.get("view") or {}).get("callback_id")
    own = str(payload.get("type") or "slash_command")
    return (own, kind, *(str(name) for name in (*about, view, *actions) if name))
