"""Gates as policy: which exit criteria a release is held to, with which arguments, and who signs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.domain.errors import NotFound
from bot.domain.nearest import nearest
from bot.domain.values import Role


class Criterion(StrEnum):
    OPEN_S1_S2 = "open_s1_s2"
    FIXES_VERIFIED = "fixes_verified"
    TRIAGED = "triaged"
    BOUNCED_TWICE = "bounced_twice"
    EVIDENCE_FRESH = "evidence_fresh"
    TESTS_PASSED = "tests_passed"
    REQUIREMENTS_COVERED = "requirements_covered"
    PLAN_EXECUTED = "plan_executed"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Argument:
    """A whole number within `least` and `most`, or words where `most` is None. `default` None: it must be said, unless
    it is `optional`."""

    least: int = 0
    most: int | None = None
    default: int | None = None
    optional: bool = False


YEAR_OF_HOURS = 2_000
"""Working hours."""

ARGUMENTS: Mapping[Criterion, Mapping[str, Argument]] = MappingProxyType(
    {
        Criterion.OPEN_S1_S2: {},
        Criterion.FIXES_VERIFIED: {},
        Criterion.TRIAGED: {"hours": Argument(1, YEAR_OF_HOURS, optional=True)},
        Criterion.BOUNCED_TWICE: {},
        Criterion.EVIDENCE_FRESH: {"hours": Argument(1, YEAR_OF_HOURS, 24)},
        Criterion.TESTS_PASSED: {"rate": Argument(1, 100, 100)},
        Criterion.REQUIREMENTS_COVERED: {"rate": Argument(1, 100, 100)},
        Criterion.PLAN_EXECUTED: {"rate": Argument(1, 100, 100)},
        Criterion.QUERY: {"query": Argument(), "limit": Argument(0, 1_000_000, 0)},
    }
)
"""What a policy may say of each criterion."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One gate. `stops`: while it fails the release is NOT READY, whatever the date. `says`: its sentence, where the
    criterion's own does not tell enough."""

    name: str
    criterion: Criterion
    arguments: Mapping[str, int | str] = field(default_factory=dict)
    stops: bool = False
    says: str = ""

    def number(self, argument: str) -> int | None:
        value = self.arguments.get(argument)
        return value if isinstance(value, int) else None


@dataclass
class UnknownGate(NotFound):
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """`version` 0 is what holds where nobody wrote a policy. `signoffs`: how many of each role must say go; none: a
    release manager decides alone. `text` is the file as it was written."""

    rules: tuple[Rule, ...]
    signoffs: Mapping[Role, int] = field(default_factory=dict)
    version: int = 0
    text: str = ""

    def rule(self, name: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.name == name), None)

    def called(self, word: str) -> Rule:
        """By its name, or by what only one of them begins with or has a word of: `verified`. Raises UnknownGate."""
        wanted = word.casefold().replace("-", "_").replace(" ", "_")
        for fits in (str.__eq__, str.startswith, _has_word):
            found = [rule for rule in self.rules if fits(rule.name, wanted)]
            if len(found) == 1:
                return found[0]
        names = tuple(rule.name for rule in self.rules)
        raise UnknownGate("gate", word, nearest(wanted, names), names)


def _has_word(name: str, wanted: str) -> bool:
    return any(part.startswith(wanted) for part in name.split("_"))


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """`since` None: the edit waits for the signatures of those whom the policy before it asks for."""

    policy: GatePolicy
    written_by: str
    written_at: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class GateSignature:
    """On an edit of the gates."""

    person: str
    role: Role
    at: datetime


DEFAULT_TEXT = """\
gates:
  open_s1_s2:
    stops: true
  fixes_verified:
  triaged:
"""
DEFAULT = GatePolicy(
    (
        Rule(Criterion.OPEN_S1_S2, Criterion.OPEN_S1_S2, stops=True),
        Rule(Criterion.FIXES_VERIFIED, Criterion.FIXES_VERIFIED),
        Rule(Criterion.TRIAGED, Criterion.TRIAGED),
    ),
    text=DEFAULT_TEXT,
)


def in_force(versions: list[PolicyVersion], at: datetime) -> GatePolicy:
    """The newest that held at that instant."""
    held = [each for each in versions if each.since is not None and each.since <= at]
    return max(held, key=lambda each: each.policy.version).policy if held else DEFAULT


def pending(versions: list[PolicyVersion]) -> PolicyVersion | None:
    """The newest edit, where it waits for signatures; it takes the place of any that waited before."""
    newest = max(versions, key=lambda each: each.policy.version, default=None)
    return newest if newest is not None and newest.since is None else None


def changed(old: GatePolicy, new: GatePolicy) -> tuple[str, ...]:
    """The gates that were added, taken out or altered; `signoffs`, where who signs was."""
    names = dict.fromkeys([*(rule.name for rule in old.rules), *(rule.name for rule in new.rules)])
    gates = [str(name) for name in names if old.rule(name) != new.rule(name)]
    return (*gates, *(["signoffs"] if dict(old.signoffs) != dict(new.signoffs) else []))
