"""A product under test, and the policy that its people agreed on."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum

from bot.domain.values import Role

ANYBODY = frozenset(Role)
DELIVERY = frozenset({Role.RELEASE_MANAGER, Role.ADMIN})

# By default everybody may do everything but these. Who may say who holds a role could give it to themselves.
RESERVED: Mapping[str, frozenset[Role]] = {
    "defer": DELIVERY,
    "gates": DELIVERY,
    "ship": DELIVERY,
    "waive": DELIVERY,
    "sign": DELIVERY,
    "setup": frozenset({Role.ADMIN}),
}


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Local hours; `days` are ISO weekdays, 1 is Monday."""

    start: time = time(9)
    end: time = time(17)
    days: frozenset[int] = frozenset({1, 2, 3, 4, 5})


class Suggesting(StrEnum):
    """When possible duplicates of a new defect are shown to whoever did not ask, in a whole workspace: while they type,
    at a press of a button in the form, or never. What is filed is compared unless it is OFF."""

    TYPING = "typing"
    BUTTON = "button"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Policy:
    """What is reserved to `roles` that nobody holds is open to everybody, so that a new workspace can work before it
    is set up. `may`: which roles a verb is reserved to here.

    `untriaged_hours`: working hours after which an untriaged defect fails its gate.
    """

    roles: Mapping[Role, frozenset[str]] = field(default_factory=dict)
    may: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    four_eyes: bool = True
    require_triage: bool = False
    hours: WorkingHours = WorkingHours()
    untriaged_hours: int = 24
    partner_teams: frozenset[str] = frozenset()

    def held_by(self, person: str, roles: frozenset[Role]) -> bool:
        """One of these roles is theirs, or nobody's."""
        holders = self.holders(roles)
        return roles == ANYBODY or not holders or person in holders

    def holders(self, roles: frozenset[Role]) -> tuple[str, ...]:
        return tuple(sorted({person for role in roles for person in self.roles.get(role, ())}))

    def needed(self, verb: str) -> frozenset[Role]:
        return self.may.get(verb) or RESERVED.get(verb) or ANYBODY


@dataclass(slots=True)
class Project:
    """`prefix` starts every key; `timezone` is an IANA zone."""

    id: str
    prefix: str
    name: str
    home_channel: str | None = None
    timezone: str = "UTC"
    policy: Policy = Policy()
    default: bool = False
    version: int = 0


def in_use(projects: Iterable[Project], planned: Callable[[Project], object]) -> list[Project]:
    """Those that people set up, and `DEF` where it has a release."""
    return [each for each in projects if not each.default or planned(each)]
