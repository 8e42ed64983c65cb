"""A waiver: a reasoned, approved, expiring exception to one gate or one defect of a release."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.builds import Build
from bot.domain.errors import Refused
from bot.domain.local_time import today

NEXT = "next"
# A build is known by the end of its name.
_ENDINGS = ("-", ".", "+")


class Stage(StrEnum):
    ASKED = "asked"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    ENDED = "ended"


@dataclass
class OwnWaiver(Refused):
    """`holders`: who could approve it. `alone`: only who asked could."""

    what: str
    holders: tuple[str, ...] = ()
    alone: bool = False


@dataclass
class WaiverDone(Refused):
    """`stage` as in Stage; `by` did it, None where it expired."""

    what: str
    stage: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """`gate` or `defect_id` (with its `key`) is what it excepts. It holds through the local day `until_day`, or until a
    build called `until_build` arrives, whichever it names; NEXT is any build. `number` counts within the release.
    `ended_at`: refused, or taken back."""

    id: str
    release_id: str
    number: int
    gate: str | None
    defect_id: str | None
    key: str | None
    reason: str
    asked_by: str
    asked_at: datetime
    until_day: date | None = None
    until_build: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None

    @property
    def what(self) -> str:
        return self.gate or self.key or ""

    @property
    def until(self) -> str:
        return self.until_day.isoformat() if self.until_day else self.until_build or ""

    def stage(self, at: datetime, builds: Sequence[Build], zone: ZoneInfo) -> Stage | None:
        """At that instant; None before it was asked for. It expires by itself."""
        if self.asked_at > at:
            return None
        if self.ended_at is not None and self.ended_at <= at:
            return Stage.ENDED
        if self._expired(at, builds, zone):
            return Stage.EXPIRED
        return Stage.IN_FORCE if self.approved_at is not None and self.approved_at <= at else Stage.ASKED

    def _expired(self, at: datetime, builds: Sequence[Build], zone: ZoneInfo) -> bool:
        if self.until_day is not None:
            return today(at, zone) > self.until_day
        arrived = (build.name for build in builds if self.asked_at < build.registered_at <= at)
        return any(self.until_build == NEXT or called(name, self.until_build or "") for name in arrived)


def called(name: str, word: str) -> bool:
    """Whether a build of that name is meant by the word: the whole name, or its end."""
    name, word = name.casefold(), word.casefold()
    return name == word or name.endswith(tuple(f"{before}{word}" for before in _ENDINGS))


def in_force(waivers: Iterable[Waiver], at: datetime, builds: Sequence[Build], zone: ZoneInfo) -> tuple[Waiver, ...]:
    """The oldest first."""
    found = (each for each in waivers if each.stage(at, builds, zone) is Stage.IN_FORCE)
    return tuple(sorted(found, key=lambda each: each.number))
