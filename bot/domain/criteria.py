"""The exit criteria: what each reads of a release's evidence, and when it passes, fails or cannot be told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from bot.domain.builds import Build, Contains, Fix, contains, may_hold
from bot.domain.gates import DEFAULT, Criterion, Rule
from bot.domain.readiness import Evidence, Gate, Offender, Readiness, Value, Why, excepted, verdict
from bot.domain.results import Outcome, Tally
from bot.domain.standing import Standing
from bot.domain.values import OPEN, Resolution, Severity, Status

GRAVE = frozenset({Severity.S1, Severity.S2})
BOUNCES = 2
_WORST_FIRST = attrgetter("standing.severity", "standing.since", "standing.key")
# Whoever ran these cases cannot say whether they would pass.
_INCONCLUSIVE = (Outcome.BLOCKED, Outcome.SKIPPED)


@dataclass(frozen=True, slots=True)
class Matched:
    """`standings`: the worst of the `number` that a query found."""

    number: int
    standings: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class Covered:
    """Of `all` so many are `silent`: nothing conclusive is known of them on the candidate; and so many can `never` be
    known, as nothing would show them."""

    all: int
    silent: int
    never: int = 0


@dataclass(frozen=True, slots=True)
class Recency:
    """When results of the candidate came in last, and the instant before which they are too old."""

    last: datetime | None
    oldest: datetime


def assess(evidence: Evidence, rules: Sequence[Rule] = DEFAULT.rules) -> Readiness:
    judged = (JUDGES[rule.criterion](rule, evidence, evidence.own.get(rule.name)) for rule in rules)
    gates = tuple(excepted(gate, evidence.waivers) for gate in judged)
    return Readiness(verdict(gates, due=evidence.due), gates)


def open_s1_s2(rule: Rule, evidence: Evidence, _: None) -> Gate:
    """An untriaged defect could be an S1, so while there is one, no red is not yet green."""
    still_open = [standing for standing in evidence.standings if standing.status in OPEN]
    grave = [s for s in still_open if s.severity in GRAVE]
    if grave:
        return _gate(rule, Value.FAIL, (Offender(s, Why.OPEN) for s in grave))
    unknown = [Offender(s, Why.COULD_BE_S1) for s in still_open if not s.triaged]
    return _gate(rule, Value.UNDEFINED if unknown else Value.PASS, unknown)


def fixes_verified(rule: Rule, evidence: Evidence, _: None) -> Gate:
    """Every `fixed` verified on a build that holds its fix, every other resolution confirmed."""
    offenders = tuple(_unproved(evidence))
    if offenders:
        return _gate(rule, Value.FAIL, offenders)
    if evidence.project_has_builds and not evidence.builds:
        return Gate(rule, Value.UNDEFINED, why=Why.NO_BUILDS)
    return Gate(rule, Value.PASS)


def triaged(rule: Rule, evidence: Evidence, before: datetime) -> Gate:
    """`before`: what was filed earlier has waited too long (working_hours.reaches_back)."""
    waiting = (s for s in evidence.standings if s.status in OPEN and not s.triaged)
    late = [Offender(s, Why.UNTRIAGED) for s in waiting if s.created_at < before]
    return _gate(rule, Value.FAIL if late else Value.PASS, late)


def bounced_twice(rule: Rule, evidence: Evidence, explained: frozenset[str]) -> Gate:
    """`explained`: the defects that somebody commented on since they last bounced."""
    silent = [Offender(s, Why.BOUNCED) for s in often_bounced(evidence.standings) if s.id not in explained]
    return _gate(rule, Value.FAIL if silent else Value.PASS, silent)


def often_bounced(standings: Sequence[Standing]) -> Iterator[Standing]:
    return (s for s in standings if s.severity in GRAVE and s.bounces >= BOUNCES and s.status is not Status.CLOSED)


def evidence_fresh(rule: Rule, evidence: Evidence, tested: Recency) -> Gate:
    """Old evidence says nothing, neither good nor bad."""
    if not evidence.builds:
        return Gate(rule, Value.UNDEFINED, why=Why.NO_BUILDS)
    if tested.last is None:
        return Gate(rule, Value.UNDEFINED, why=Why.NO_RESULTS)
    return Gate(rule, Value.PASS) if tested.last >= tested.oldest else Gate(rule, Value.UNDEFINED, why=Why.STALE)


def tests_passed(rule: Rule, evidence: Evidence, tally: Tally) -> Gate:
    """What was blocked or skipped may still pass: it leaves the rate undefined, where it could reach the limit."""
    if not evidence.builds:
        return Gate(rule, Value.UNDEFINED, why=Why.NO_BUILDS)
    if not tally.all:
        return Gate(rule, Value.UNDEFINED, why=Why.NO_RESULTS)
    rate, passed = rule.number("rate") or 100, tally.of(Outcome.PASSED)
    measured = {"passed": passed, "all": tally.all}
    if passed * 100 >= rate * tally.all:
        return Gate(rule, Value.PASS, measured=measured)
    reachable = passed + sum(map(tally.of, _INCONCLUSIVE))
    value = Value.UNDEFINED if reachable * 100 >= rate * tally.all else Value.FAIL
    return Gate(rule, value, measured=measured)


def requirements_covered(rule: Rule, evidence: Evidence, covered: Covered) -> Gate:
    """A requirement without a case can never be covered; one whose cases said nothing yet may be."""
    if not covered.all:
        return Gate(rule, Value.UNDEFINED, why=Why.NO_REQUIREMENTS)
    return _reached(rule, evidence, covered)


def plan_executed(rule: Rule, evidence: Evidence, covered: Covered) -> Gate:
    if not covered.all:
        return Gate(rule, Value.UNDEFINED, why=Why.NO_PLAN)
    return _reached(rule, evidence, covered)


def _reached(rule: Rule, evidence: Evidence, covered: Covered) -> Gate:
    if not evidence.builds:
        return Gate(rule, Value.UNDEFINED, why=Why.NO_BUILDS)
    wanted = (rule.number("rate") or 100) * covered.all
    done = covered.all - covered.silent - covered.never
    measured = {"done": done, "all": covered.all, "silent": covered.silent, "never": covered.never}
    if measured["done"] * 100 >= wanted:
        return Gate(rule, Value.PASS, measured=measured)
    value = Value.UNDEFINED if (covered.all - covered.never) * 100 >= wanted else Value.FAIL
    return Gate(rule, value, measured=measured)


def within_limit(rule: Rule, _: Evidence, matched: Matched) -> Gate:
    offenders = tuple(Offender(standing, Why.MATCHES) for standing in matched.standings)
    passes = matched.number <= (rule.number("limit") or 0)
    measured = {"number": matched.number}
    return Gate(rule, Value.PASS if passes else Value.FAIL, () if passes else offenders, measured=measured)


Judge = Callable[[Rule, Evidence, Any], Gate]
JUDGES: Mapping[Criterion, Judge] = MappingProxyType(
    {
        Criterion.OPEN_S1_S2: open_s1_s2,
        Criterion.FIXES_VERIFIED: fixes_verified,
        Criterion.TRIAGED: triaged,
        Criterion.BOUNCED_TWICE: bounced_twice,
        Criterion.EVIDENCE_FRESH: evidence_fresh,
        Criterion.TESTS_PASSED: tests_passed,
        Criterion.REQUIREMENTS_COVERED: requirements_covered,
        Criterion.PLAN_EXECUTED: plan_executed,
        Criterion.QUERY: within_limit,
    }
)


def _unproved(evidence: Evidence) -> Iterator[Offender]:
    by_id = {build.id: build for build in evidence.builds}
    for standing in evidence.standings:
        # A duplicate is as proved as its original.
        if standing.status in OPEN or standing.resolution is Resolution.DUPLICATE:
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


def _gate(rule: Rule, value: Value, offenders: Sequence[Offender] | Iterator[Offender]) -> Gate:
    return Gate(rule, value, tuple(sorted(offenders, key=_WORST_FIRST)))
