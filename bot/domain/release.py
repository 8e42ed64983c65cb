"""A planned delivery and the builds registered in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.builds import Build
from bot.domain.events import Change, Event, Kind, Scalar, Subject


@dataclass(slots=True)
class Release:
    """`ships_on` is the planned day in the project's zone; `shipped_at` makes it decided."""

    id: str
    project_id: str
    name: str
    created_at: datetime
    ships_on: date | None = None
    shipped_at: datetime | None = None
    version: int = 0
    recorded: list[Event] = field(default_factory=list, repr=False, compare=False)

    @property
    def undecided(self) -> bool:
        return self.shipped_at is None

    def candidate(self, builds: Sequence[Build]) -> Build | None:
        """The newest of its `builds` is what would ship, or what did: none that came after it shipped."""
        held = (b for b in reversed(builds) if self.shipped_at is None or b.registered_at <= self.shipped_at)
        return next(held, None)

    def plan(self) -> None:
        day = self.ships_on.isoformat() if self.ships_on else None
        facts: dict[str, Scalar] = {"project_id": self.project_id}
        changes = {"name": Change(None, self.name), "ships_on": Change(None, day)}
        self.recorded.append(Event(Kind.RELEASE_PLANNED, Subject.RELEASE, self.id, changes, facts))

    def register(self, build: Build) -> None:
        """The event's `commits` and `reverts` are shas, separated by spaces."""
        facts: dict[str, Scalar] = {
            "build_id": build.id,
            "name": build.name,
            "ordinal": build.ordinal,
            "commits": " ".join(sorted(build.commits)) or None,
            "reverts": " ".join(sorted(build.reverts)) or None,
        }
        self.recorded.append(Event(Kind.BUILD_REGISTERED, Subject.RELEASE, self.id, {}, facts))

    def record(self, kind: Kind, facts: Mapping[str, Scalar], texts: Mapping[str, str]) -> None:
        """What decides about it is said one after the other: of two at once the second is told."""
        self.recorded.append(Event(kind, Subject.RELEASE, self.id, {}, dict(facts), dict(texts)))

    def unship(self, at: datetime, note: str) -> None:
        """It was not to ship: it is undecided again."""
        changes, facts = {"shipped_at": Change(self.shipped_at, None)}, {"at": at}
        self.shipped_at = None
        self.recorded.append(Event(Kind.RELEASE_UNSHIPPED, Subject.RELEASE, self.id, changes, facts, {"note": note}))

    def ship(self, at: datetime, *, facts: dict[str, Scalar], note: str = "") -> None:
        changes = {"shipped_at": Change(self.shipped_at, at)}
        self.shipped_at = at
        texts = {"note": note} if note else {}
        self.recorded.append(Event(Kind.RELEASE_SHIPPED, Subject.RELEASE, self.id, changes, facts, texts))
