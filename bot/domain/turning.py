"""What turned between two instants of a release, and who did it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.events import Kind
from bot.domain.gates import Rule
from bot.domain.readiness import Value


@dataclass(frozen=True, slots=True)
class Cause:
    """The event that turned a gate. `key` None: the release itself, a build that arrived."""

    kind: Kind
    actor: str
    at: datetime
    key: str | None = None
    build: str | None = None


@dataclass(frozen=True, slots=True)
class Turned:
    """`cause` None: nobody did anything, time passed. `waived`: by a waiver, now; `lapsed`: it was before."""

    gate: Rule
    old: Value
    new: Value
    cause: Cause | None = None
    waived: bool = False
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class Drift:
    """What a signature does not know of: a new `candidate`, gates that turned, `waivers` that came or went (their
    numbers), another `policy` version."""

    turned: tuple[Turned, ...] = ()
    candidate: str | None = None
    waivers: tuple[int, ...] = ()
    policy: int | None = None
