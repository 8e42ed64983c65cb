"""What turned between two instants of a release, who did it, and which signatures that left behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.events import Kind
from bot.domain.gates import PolicyVersion, Rule
from bot.domain.readiness import Value
from bot.domain.signoffs import Signatures
from bot.domain.values import Role


@dataclass(frozen=True, slots=True)
class Cause:
    """The event that turned a gate. `key` None: the release itself, a build that arrived, results of that build."""

    kind: Kind
    actor: str
    at: datetime
    key: str | None = None
    build: str | None = None


@dataclass(frozen=True, slots=True)
class Turned:
    """`cause` None: nobody did anything, time passed. `waived`: by a waiver, now; `lapsed`: it was before. `edited`:
    the gate says something else than before."""

    gate: Rule
    old: Value
    new: Value
    cause: Cause | None = None
    waived: bool = False
    lapsed: bool = False
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Drift:
    """What a signature does not know of: a new `candidate`, gates that turned, `waivers` that came or went (their
    numbers), another `policy` version."""

    turned: tuple[Turned, ...] = ()
    candidate: str | None = None
    waivers: tuple[int, ...] = ()
    policy: int | None = None


@dataclass(frozen=True, slots=True)
class Signing:
    """How far a release is signed. `drift`: what changed since the newest signature that no longer holds; `edit`: of
    the gates, which waits for `missing` signatures."""

    signatures: Signatures
    drift: Drift | None = None
    edit: PolicyVersion | None = None
    missing: Mapping[Role, int] = field(default_factory=dict)
