"""Gates with three values, one verdict (docs/readiness.md is this module and criteria.py in words)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from bot.domain.builds import Build
from bot.domain.gates import Criterion, Rule
from bot.domain.standing import Standing
from bot.domain.waivers import Waiver


class Value(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    UNDEFINED = "undefined"


class Verdict(StrEnum):
    READY = "READY"
    AT_RISK = "AT RISK"
    NOT_READY = "NOT READY"
    UNDEFINED = "UNDEFINED"


class Why(StrEnum):
    """What is the matter with one defect, or with the whole release."""

    OPEN = "open"
    COULD_BE_S1 = "could_be_s1"
    AWAITS_BUILD = "awaits_build"
    UNVERIFIED = "unverified"
    BLOCKED = "blocked"
    UNCONFIRMED = "unconfirmed"
    LACKS_FIX = "lacks_fix"
    UNTRIAGED = "untriaged"
    BOUNCED = "bounced"
    MATCHES = "matches"
    NO_BUILDS = "no_builds"
    NO_RESULTS = "no_results"
    NO_REQUIREMENTS = "no_requirements"
    NO_PLAN = "no_plan"
    STALE = "stale"


class Offender(NamedTuple):
    standing: Standing
    why: Why


@dataclass(frozen=True, slots=True)
class Gate:
    """`offenders`: the worst first. `why` is set when the release itself, not a defect, leaves it undefined.
    `measured`: the numbers that it was judged by, by name. `waivers`: those in force that except it, or a defect that
    holds it back."""

    rule: Rule
    value: Value
    offenders: tuple[Offender, ...] = ()
    why: Why | None = None
    measured: Mapping[str, int] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()

    @property
    def waived(self) -> bool:
        """It does not pass, and all that holds it back is excepted."""
        if self.value is Value.PASS or not self.waivers:
            return False
        excepted = {waiver.defect_id for waiver in self.waivers}
        named = len(self.offenders) == self.number and bool(self.offenders)
        return None in excepted or (named and all(o.standing.id in excepted for o in self.offenders))

    @property
    def stands(self) -> bool:
        """Nothing speaks against it, or a waiver does for it."""
        return self.value is Value.PASS or self.waived

    @property
    def name(self) -> str:
        return self.rule.name

    @property
    def criterion(self) -> Criterion:
        return self.rule.criterion

    @property
    def number(self) -> int:
        """How many defects hold it back; not all of them need be among the offenders."""
        return self.measured.get("number", len(self.offenders))


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the gates read of a release at one instant.

    `own`: what each gate's own evidence query found, by the gate's name. `waivers`: those in force. `today` and
    `ships_on` are dates in the project's zone. `builds` are the release's; `project_has_builds`: any release's.
    """

    standings: Sequence[Standing]
    builds: Sequence[Build]
    project_has_builds: bool
    own: Mapping[str, Any]
    today: date
    ships_on: date | None
    waivers: tuple[Waiver, ...] = ()

    @property
    def due(self) -> bool:
        """The ship date has come."""
        return self.ships_on is not None and self.today >= self.ships_on


@dataclass(frozen=True, slots=True)
class Readiness:
    verdict: Verdict
    gates: tuple[Gate, ...]

    def gate(self, name: str) -> Gate:
        return next(gate for gate in self.gates if gate.name == name)


def excepted(gate: Gate, waivers: Sequence[Waiver]) -> Gate:
    """With the waivers that are about it."""
    held = {offender.standing.id for offender in gate.offenders}
    own = tuple(waiver for waiver in waivers if waiver.gate == gate.name or waiver.defect_id in held)
    return replace(gate, waivers=own) if own and gate.value is not Value.PASS else gate


def verdict(gates: Sequence[Gate], *, due: bool) -> Verdict:
    """A gate that is waived stops nothing, and is no pass: the release is AT RISK with it."""
    open_ones = [gate for gate in gates if not gate.stands]
    failing = [gate for gate in open_ones if gate.value is Value.FAIL]
    if any(gate.rule.stops for gate in failing) or (failing and due):
        return Verdict.NOT_READY
    if any(gate.value is Value.UNDEFINED for gate in open_ones):
        return Verdict.UNDEFINED
    return Verdict.READY if all(gate.value is Value.PASS for gate in gates) else Verdict.AT_RISK
