"""Who asks, when, through what: handed to every use case beside its request."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.values import Surface
from bot.services.correlation import current_or_new


class Clock(Protocol):
    def now(self) -> datetime:
        """UTC-aware."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """What makes one delivery from Slack unrepeatable: an event's id, a trigger's id, a view's id, or
    the natural key (channel, ts, act) of a message that Slack may announce under many event ids."""

    source: str
    key: str


@dataclass(frozen=True, slots=True)
class Context:
    """`team_id` is the tenant; `guest_team` the actor's own workspace when that is another company's.

    `channel`, `message_ts`, `thread_ts` say where the act was made; `receipts` are written in its transaction;
    `correlation` goes with everything that follows.
    """

    team_id: str
    actor: str
    surface: Surface
    channel: str | None = None
    message_ts: str | None = None
    thread_ts: str | None = None
    guest_team: str | None = None
    receipts: tuple[Receipt, ...] = ()
    correlation: str = field(default_factory=current_or_new, compare=False)
