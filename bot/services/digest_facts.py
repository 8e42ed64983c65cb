"""What a digest says, before it is words: every number with the keys behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.attention import Next, NextAct
from bot.domain.leakage import Account
from bot.domain.readiness import Verdict
from bot.domain.standing import Standing
from bot.domain.traceability import Gap
from bot.domain.turning import Signing, Turned
from bot.domain.waivers import Waiver
from bot.services.readiness import ReleaseStatus


class Counted(StrEnum):
    """What is counted since the last digest."""

    FILED = "filed"
    FIXED = "fixed"
    VERIFIED = "verified"
    BOUNCED = "bounced"


class Noted(StrEnum):
    """What else is counted, in the order in which it is said: it moves no defect and may turn a gate."""

    REPORTS = "reports"
    RECORDED = "recorded"
    SIGNED = "signed"


class Section(StrEnum):
    """The lists of a digest; each has a place in its thread when the root message cannot hold it."""

    SINCE = "since"
    GATES = "gates"
    BLOCKERS = "blockers"
    QUEUE = "queue"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Since:
    """`at` None: this is the first digest, and the counts are of the release's whole life. `gates`: the version of
    the gates that began to hold since, None where none did."""

    at: datetime | None
    counted: dict[Counted, tuple[str, ...]] = field(default_factory=dict)
    builds: tuple[str, ...] = ()
    turned: tuple[Turned, ...] = ()
    verdict: Verdict | None = None
    noted: Mapping[Noted, int] = field(default_factory=dict)
    gates: int | None = None

    def keys(self, what: Counted) -> tuple[str, ...]:
        return self.counted.get(what, ())

    @property
    def happened(self) -> frozenset[Counted]:
        return frozenset(what for what, keys in self.counted.items() if keys)

    @property
    def quiet(self) -> bool:
        return self.at is not None and not any((self.happened, self.builds, self.turned, self.noted, self.gates))


@dataclass(frozen=True, slots=True)
class Blocker:
    """`note`: what blocks its verification."""

    standing: Standing
    age: timedelta
    next: Next
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """A resolution that somebody else can confirm now; `build` is the one that holds the fix, None where none is
    asked for."""

    standing: Standing
    wait: timedelta
    next: Next
    build: str | None = None


@dataclass(frozen=True, slots=True)
class PersonNext:
    """The one next act of a person, and what it can be done to, the most urgent first; `person` None: nobody's yet."""

    person: str | None
    act: NextAct
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """`id` is empty for one that nobody recorded. `seq` and `hash` name the event log at that instant. `ending`:
    waivers with few days left; `signing`: where signatures are still missing; `gaps`: how many of each kind there
    are, where the project has requirements or the release a test plan; `trend`: the accounts of the releases that
    shipped last, the oldest first, with its own `account`. A quiet day has neither."""

    id: str
    status: ReleaseStatus
    since: Since
    blockers: tuple[Blocker, ...]
    queue: tuple[Queued, ...]
    next: tuple[PersonNext, ...]
    seq: int
    hash: str
    ending: tuple[Waiver, ...] = ()
    signing: Signing | None = None
    gaps: Mapping[Gap, int] = field(default_factory=dict)
    trend: tuple[Account, ...] = ()
    account: Account | None = None

    @property
    def verdict(self) -> Verdict:
        return self.status.readiness.verdict

    @property
    def quiet(self) -> bool:
        """Nothing happened, turned or soon ends: a single line says it."""
        return self.since.quiet and not self.ending and self.since.verdict is self.verdict

    @property
    def people(self) -> frozenset[str]:
        """Everybody whom the digest may name."""
        named = {person.person for person in self.next}
        named |= {turned.cause.actor for turned in self.since.turned if turned.cause}
        for standing in self.status.standings:
            named |= {standing.owner, self.status.next_of(standing).person}
        if self.signing:
            named |= {each.person for role in self.signing.signatures.roles for each in role.signed}
            named |= set(self.status.view.project.policy.holders(frozenset(self.status.policy.signoffs)))
        return frozenset(person for person in named if person)
