"""Three gates, three values, one verdict (docs/readiness.md is this module in words)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from bot.domain.builds import Build, Contains, Fix, contains, may_hold
from bot.domain.standing import Standing
from bot.domain.values import OPEN, Resolution, Severity, Status


class GateName(StrEnum):
    OPEN_S1_S2 = "open_s1_s2"
    FIXES_VERIFIED = "fixes_verified"
    TRIAGED = "triaged"


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
    NO_BUILDS = "no_builds"


@dataclass(frozen=True, slots=True)
class Offender:
    standing: Standing
    why: Why


@dataclass(frozen=True, slots=True)
class Gate:
    """`offenders`: the worst first. `why` is set when the release itself, not a defect, leaves it undefined."""

    name: GateName
    value: Value
    offenders: tuple[Offender, ...] = ()
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the gates read of a release at one instant.

    `untriaged_before`: what was filed earlier has waited too long (working_hours.reaches_back). `today` and
    `ships_on` are dates in the project's zone. `builds` are the release's; `project_has_builds`: any release's.
    """

    standings: Sequence[Standing]
    builds: Sequence[Build]
    project_has_builds: bool
    untriaged_before: datetime
    today: date
    ships_on: date | None


@dataclass(frozen=True, slots=True)
class Readiness:
    verdict: Verdict
    gates: tuple[Gate, ...]

    def gate(self, name: GateName) -> Gate:
        return next(gate for gate in self.gates if gate.name is name)


def assess(evidence: Evidence) -> Readiness:
    gates = tuple(judge(evidence) for judge in GATES.values())
    return Readiness(verdict(gates, due=evidence.ships_on is not None and evidence.today >= evidence.ships_on), gates)


def verdict(gates: Sequence[Gate], *, due: bool) -> Verdict:
    """`due`: the ship date has come."""
    failing = {gate.name for gate in gates if gate.value is Value.FAIL}
    if GateName.OPEN_S1_S2 in failing or (failing and due):
        return Verdict.NOT_READY
    if any(gate.value is Value.UNDEFINED for gate in gates):
        return Verdict.UNDEFINED
    return Verdict.AT_RISK if failing else Verdict.READY


def open_s1_s2(evidence: Evidence) -> Gate:
    """An untriaged defect could be an S1, so while there is one, no red is not yet green."""
    still_open = [standing for standing in evidence.standings if standing.status in OPEN]
    grave = [s for s in still_open if s.severity in {Severity.S1, Severity.S2}]
    if grave:
        return _gate(GateName.OPEN_S1_S2, Value.FAIL, (Offender(s, Why.OPEN) for s in grave))
    unknown = [Offender(s, Why.COULD_BE_S1) for s in still_open if not s.triaged]
    return _gate(GateName.OPEN_S1_S2, Value.UNDEFINED if unknown else Value.PASS, unknown)


def fixes_verified(evidence: Evidence) -> Gate:
    """Every `fixed` verified on a build that holds its fix, every other resolution confirmed."""
    offenders = tuple(_unproved(evidence))
    if offenders:
        return _gate(GateName.FIXES_VERIFIED, Value.FAIL, offenders)
    if evidence.project_has_builds and not evidence.builds:
        return Gate(GateName.FIXES_VERIFIED, Value.UNDEFINED, why=Why.NO_BUILDS)
    return Gate(GateName.FIXES_VERIFIED, Value.PASS)


def triaged(evidence: Evidence) -> Gate:
    waiting = (s for s in evidence.standings if s.status in OPEN and not s.triaged)
    late = [Offender(s, Why.UNTRIAGED) for s in waiting if s.created_at < evidence.untriaged_before]
    return _gate(GateName.TRIAGED, Value.FAIL if late else Value.PASS, late)


GATES: Mapping[GateName, Callable[[Evidence], Gate]] = MappingProxyType(
    {GateName.OPEN_S1_S2: open_s1_s2, GateName.FIXES_VERIFIED: fixes_verified, GateName.TRIAGED: triaged}
)


def _unproved(evidence: Evidence) -> Iterator[Offender]:
    by_id = {build.id: build for build in evidence.builds}
    for standing in evidence.standings:
        # A duplicate is as proved as its original.
        if standing.resolution is Resolution.DUPLICATE:
            continue
        if standing.status is Status.RESOLVED:
            yield Offender(standing, _waits_for(standing, evidence))
        elif standing.status is Status.VERIFIED and _lacks_fix(standing, by_id, evidence.builds):
            yield Offender(standing, Why.LACKS_FIX)


def _waits_for(standing: Standing, evidence: Evidence) -> Why:
    if standing.blocked:
        return Why.BLOCKED
    if standing.resolution is not Resolution.FIXED:
        return Why.UNCONFIRMED
    awaits = evidence.project_has_builds and awaits_build(standing, evidence.builds)
    return Why.AWAITS_BUILD if awaits else Why.UNVERIFIED


def awaits_build(standing: Standing, builds: Sequence[Build]) -> bool:
    """None of `builds`, the release's own in order, can hold its fix."""
    by_id = {build.id: build for build in builds}
    return not may_hold(builds, Fix(_fixed_in(standing, by_id), standing.fix_commit, standing.release_id))


def _lacks_fix(standing: Standing, by_id: Mapping[str, Build], builds: Sequence[Build]) -> bool:
    """`unknown` is no lack: the verifier was asked and said that they had looked, which is on record."""
    build = by_id.get(standing.verified_on or "")
    if standing.resolution is not Resolution.FIXED or build is None:
        return False
    fix = Fix(_fixed_in(standing, by_id), standing.fix_commit)
    return contains(build, fix, builds) is Contains.NO


def _fixed_in(standing: Standing, by_id: Mapping[str, Build]) -> Build | None:
    if standing.fixed_in is None or standing.fixed_in in by_id:
        return by_id.get(standing.fixed_in or "")
    return Build(standing.fixed_in, "another release", "", 0, standing.since)


def _gate(name: GateName, value: Value, offenders: Sequence[Offender] | Iterator[Offender]) -> Gate:
    worst_first = sorted(offenders, key=lambda o: (o.standing.severity, o.standing.since, o.standing.key))
    return Gate(name, value, tuple(worst_first))
