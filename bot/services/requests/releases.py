"""What is planned, delivered and told daily; what a channel agreed on, what somebody keeps there."""

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.gates import GatePolicy
from bot.domain.project import Suggesting


@dataclass(frozen=True, slots=True)
class Daily:
    """The digest of the release that ships next: at a local time "HH:MM" of the project's zone, on ISO weekdays."""

    on: bool
    at: str = "09:00"
    days: frozenset[int] = field(default=frozenset({1, 2, 3, 4, 5}))


@dataclass(frozen=True, slots=True)
class SetUp:
    """Binds `channel` to the project of `prefix` (made when new). None leaves a setting as it is. `suggestions`: of the
    whole workspace."""

    channel: str
    prefix: str
    name: str | None = None
    home_channel: str | None = None
    timezone: str | None = None
    testers: tuple[str, ...] | None = None
    developers: tuple[str, ...] | None = None
    release_managers: tuple[str, ...] | None = None
    admins: tuple[str, ...] | None = None
    four_eyes: bool | None = None
    require_triage: bool | None = None
    suggestions: Suggesting | None = None
    daily: Daily | None = None
    key_notes: bool | None = None


@dataclass(frozen=True, slots=True)
class ChooseSuggestions:
    """For the whole workspace."""

    when: Suggesting


@dataclass(frozen=True, slots=True)
class SaveList:
    """For the actor, where they are."""

    name: str
    query: str = ""


@dataclass(frozen=True, slots=True)
class ForgetList:
    name: str


@dataclass(frozen=True, slots=True)
class PlanRelease:
    name: str
    ships_on: date | None = None


@dataclass(frozen=True, slots=True)
class RegisterBuild:
    """`reverted_by`: of `reverts`, the commits that take them back."""

    release: str
    name: str
    commits: tuple[str, ...] = ()
    reverts: tuple[str, ...] = ()
    reverted_by: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ApplyGates:
    """Of the project of that prefix."""

    prefix: str
    policy: GatePolicy


@dataclass(frozen=True, slots=True)
class Waive:
    """Asks for a waiver of a gate or a defect, by name or key; `until` a day (ISO 8601), a build to come, or `next`."""

    release: str
    what: str
    until: str
    reason: str


@dataclass(frozen=True, slots=True)
class ApproveWaiver:
    release: str
    number: int


@dataclass(frozen=True, slots=True)
class EndWaiver:
    """Refuses one that is asked for, or takes back one that is in force."""

    release: str
    number: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class SignOff:
    """The actor's go or no-go. `snapshot` and `seen_at`: what a button showed and when it was drawn; None: what stands
    now. `role`: for which they sign, where they hold several."""

    release: str
    go: bool
    note: str = ""
    role: str | None = None
    snapshot: str | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignGates:
    """An edit of the gates that waits, of the project of that prefix or, "", of the channel's. `version` None: any."""

    prefix: str = ""
    version: int | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Unship:
    release: str
    reason: str


@dataclass(frozen=True, slots=True)
class MoveOpen:
    release: str
    to: str


@dataclass(frozen=True, slots=True)
class Ship:
    """`anyway`: the reason of a release manager who ships past the gates."""

    release: str
    anyway: str | None = None


@dataclass(frozen=True, slots=True)
class ScheduleDigest:
    """`at` is a local time "HH:MM"; `days` ISO weekdays, 1 is Monday; `channel` None: where the command was typed."""

    release: str
    at: str
    timezone: str | None = None
    days: frozenset[int] = field(default=frozenset({1, 2, 3, 4, 5}))
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class StopDigest:
    release: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class SendDigest:
    release: str | None = None
    channel: str | None = None
