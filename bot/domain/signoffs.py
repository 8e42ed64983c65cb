"""Sign-offs: what is signed, by whom, for which role, and whether it still holds."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.domain.values import Role

SHOWN = 12
"""Hexadecimal digits of a snapshot's hash."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is signed: the candidate build's name, each gate's value, the numbers of the waivers in force, the gates'
    version. Any change of it is material, and nothing else is."""

    candidate: str | None
    gates: Mapping[str, str]
    waivers: tuple[int, ...]
    policy: int

    @property
    def hash(self) -> str:
        written = json.dumps(self.told(), sort_keys=True, separators=(",", ":"))
        return sha256(written.encode()).hexdigest()[:SHOWN]

    def told(self) -> dict[str, Any]:
        return {**asdict(self), "gates": dict(self.gates), "waivers": list(self.waivers)}


@dataclass(frozen=True, slots=True)
class Signoff:
    """One person's word. `role` None: the project asks for no roles, and this is a release manager's."""

    id: str
    release_id: str
    person: str
    role: Role | None
    go: bool
    at: datetime
    snapshot: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RoleStanding:
    """`fresh`: those who said go on what stands now; `stale`: on something else; `against`: who say no-go now."""

    role: Role | None
    needed: int
    fresh: tuple[Signoff, ...] = ()
    stale: tuple[Signoff, ...] = ()
    against: tuple[Signoff, ...] = ()

    @property
    def signed(self) -> tuple[Signoff, ...]:
        return (*self.fresh, *self.stale, *self.against)

    @property
    def missing(self) -> int:
        return max(0, self.needed - len(self.fresh))


@dataclass(frozen=True, slots=True)
class Signatures:
    roles: tuple[RoleStanding, ...] = field(default=())

    @property
    def complete(self) -> bool:
        """Every role's quorum said go on what stands now, and nobody says no-go."""
        return not any(each.missing or each.against for each in self.roles)

    @property
    def stale(self) -> tuple[Signoff, ...]:
        return tuple(signed for each in self.roles for signed in each.stale)


def signatures(asked: Mapping[Role, int], signed: Iterable[Signoff], snapshot: Snapshot, at: datetime) -> Signatures:
    """How they stand at an instant: of each person the newest word counts. `asked`: the quorum of each role; where it
    is empty one release manager decides."""
    newest = {each.person: each for each in sorted(signed, key=lambda each: (each.at, each.id)) if each.at <= at}
    wanted: list[tuple[Role | None, int]] = [(role, asked[role]) for role in Role if role in asked] or [(None, 1)]
    return Signatures(tuple(_of_role(role, needed, newest.values(), snapshot) for role, needed in wanted))


def _of_role(role: Role | None, needed: int, newest: Iterable[Signoff], snapshot: Snapshot) -> RoleStanding:
    own = [each for each in newest if each.role == role]
    current = [each for each in own if each.snapshot == snapshot.hash]
    return RoleStanding(
        role,
        needed,
        tuple(each for each in current if each.go),
        tuple(each for each in own if each.snapshot != snapshot.hash),
        tuple(each for each in current if not each.go),
    )
