"""How one defect stands at one instant: all that a gate reads of it."""

from datetime import datetime
from typing import NamedTuple

from bot.domain.defect import Defect
from bot.domain.values import Priority, Resolution, Severity, Status


class Standing(NamedTuple):
    """Made by the hundred for each question: a tuple takes a tenth of what a frozen dataclass takes.

    `since` is when it entered its status; `release_id` None counts in every undecided release of its project.

    Of an earlier instant: what defect.VERSIONED names is of then, the rest (title, question, blocker) of now.
    """

    id: str
    key: str
    title: str
    status: Status
    resolution: Resolution | None
    severity: Severity
    owner: str | None
    reporter: str
    resolver: str | None
    fix_owner: str | None
    fixed_in: str | None
    triaged: bool
    created_at: datetime
    since: datetime
    bounces: int
    blocked: str | None = None
    asked: str | None = None
    verified_on: str | None = None
    duplicate_of: str | None = None
    priority: Priority | None = None
    release_id: str | None = None
    fix_commit: str | None = None

    @property
    def fixers(self) -> frozenset[str]:
        """Who said `fixed` and who owned it then: neither may verify it."""
        return frozenset(person for person in (self.resolver, self.fix_owner) if person)


def standing_of(defect: Defect) -> Standing:
    return Standing(**{name: getattr(defect, name) for name in Standing._fields})
