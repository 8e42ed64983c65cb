"""The one transition table: which action leads from which status to which."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.domain.values import OPEN, UNCLOSED, Status


class Action(StrEnum):
    TRIAGE = "triage"
    EDIT = "edit"
    CLAIM = "claim"
    ASSIGN = "assign"
    UNASSIGN = "unassign"
    START = "start"
    NEEDS_INFO = "needs info"
    FIXED = "fixed"
    RESOLVE = "resolve"
    VERIFY_PASS = "verify pass"
    VERIFY_FAIL = "verify fail"
    VERIFY_BLOCKED = "verify blocked"
    REOPEN = "reopen"
    DEFER = "defer"
    RESUME = "resume"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Transition:
    """`target` None keeps the status."""

    sources: frozenset[Status]
    target: Status | None = None


_RESOLVED = frozenset({Status.RESOLVED})
VERIFYING = frozenset({Action.VERIFY_PASS, Action.VERIFY_FAIL, Action.VERIFY_BLOCKED})

TRANSITIONS: Mapping[Action, Transition] = MappingProxyType(
    {
        Action.TRIAGE: Transition(frozenset({Status.NEW}), Status.TRIAGED),
        Action.EDIT: Transition(UNCLOSED),
        Action.CLAIM: Transition(OPEN),
        Action.ASSIGN: Transition(OPEN),
        Action.UNASSIGN: Transition(OPEN),
        Action.START: Transition(frozenset({Status.NEW, Status.TRIAGED}), Status.IN_PROGRESS),
        Action.NEEDS_INFO: Transition(OPEN),
        Action.FIXED: Transition(OPEN, Status.RESOLVED),
        Action.RESOLVE: Transition(OPEN, Status.RESOLVED),
        Action.VERIFY_PASS: Transition(_RESOLVED, Status.VERIFIED),
        Action.VERIFY_FAIL: Transition(_RESOLVED, Status.IN_PROGRESS),
        Action.VERIFY_BLOCKED: Transition(_RESOLVED),
        Action.REOPEN: Transition(frozenset({Status.RESOLVED, Status.VERIFIED, Status.CLOSED}), Status.TRIAGED),
        Action.DEFER: Transition(OPEN, Status.DEFERRED),
        Action.RESUME: Transition(frozenset({Status.DEFERRED}), Status.TRIAGED),
        Action.CLOSE: Transition(frozenset({Status.VERIFIED}), Status.CLOSED),
    }
)


def allowed(status: Status) -> tuple[Action, ...]:
    """Every action the table knows for a defect in this status, in the table's order."""
    return tuple(action for action, rule in TRANSITIONS.items() if status in rule.sources)
