"""A script of faults: what goes wrong, how often, at which method or delivery."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """On a Web API method: RATE_LIMIT, ERROR (`code`), SERVER_ERROR (`status`), RESET_BEFORE and RESET_AFTER the
    effect, SLOW (`seconds`). On a delivery: REPEAT (`count` more times), LOSE_ACK, DROP (the socket ends)."""

    RATE_LIMIT = "rate_limit"
    ERROR = "error"
    SERVER_ERROR = "server_error"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    SLOW = "slow"
    REPEAT = "repeat"
    LOSE_ACK = "lose_ack"
    DROP = "drop"


@dataclass(slots=True)
class Fault:
    """`at`: a method such as `chat.postMessage`, a delivery type such as `event_callback`, or `*`. `skip` first ones
    go well; then it happens `times` times."""

    at: str
    kind: FaultKind
    times: int = 1
    skip: int = 0
    seconds: float = 1.0
    status: int = 503
    code: str = "internal_error"
    count: int = 1


class Faults:
    def __init__(self) -> None:
        self.script: list[Fault] = []
        self.happened: list[tuple[str, FaultKind]] = []

    def plan(self, at: str, kind: FaultKind | str, **details: float | str) -> Fault:
        fault = Fault(at, FaultKind(kind), **details)  # type: ignore[arg-type]
        self.script.append(fault)
        return fault

    def next(self, at: str, *kinds: FaultKind) -> Fault | None:
        """The first planned one that applies now; it is counted."""
        for fault in self.script:
            if fault.at not in (at, "*") or (kinds and fault.kind not in kinds) or fault.times <= 0:
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            self.happened.append((at, fault.kind))
            return fault
        return None
