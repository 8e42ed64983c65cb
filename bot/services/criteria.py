"""What each criterion asks of the store, and the list of defects behind it: one row per criterion.

A row more is a new criterion: its judge is in `bot/domain/criteria.py`, its arguments in `bot/domain/gates.py`, its
sentence in `templates/macros.j2`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.builds import Build
from bot.domain.criteria import Covered, Matched, Recency, often_bounced
from bot.domain.gates import Criterion, Rule
from bot.domain.project import Project
from bot.domain.query import parse
from bot.domain.query.parser import MOST
from bot.domain.readiness import Gate, Value, Why
from bot.domain.release import Release
from bot.domain.results import NOTHING, Tally
from bot.domain.standing import Standing, standing_of
from bot.domain.traceability import Gap
from bot.domain.working_hours import reaches_back
from bot.services.questions import Questions
from bot.services.tracing import Scope

# Defects that a query gate names; it counts all of them.
NAMED = 100


@dataclass(frozen=True, slots=True)
class Scene:
    """A release at one instant. `at` None: now, which is `moment`. `builds`: those of then."""

    project: Project
    release: Release
    builds: tuple[Build, ...]
    standings: tuple[Standing, ...]
    at: datetime | None
    moment: datetime

    @property
    def candidate(self) -> Build | None:
        return self.release.candidate(self.builds)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.project.timezone)

    @property
    def scope(self) -> str:
        """Of a query: what counts in this release."""
        return f"counts:{self.project.prefix}/{self.release.name}"

    def reaches_back(self, hours: int) -> datetime:
        """So many of the project's working hours ago; a whole minute, which people and queries can write."""
        span = timedelta(hours=hours)
        return reaches_back(span, self.moment, self.zone, self.project.policy.hours).replace(second=0, microsecond=0)


def _nothing(_: Questions, __: Scene, ___: Rule) -> None:
    return None


def untriaged_before(_: Questions, scene: Scene, rule: Rule) -> datetime:
    return scene.reaches_back(rule.number("hours") or scene.project.policy.untriaged_hours)


def _explained(questions: Questions, scene: Scene, _: Rule) -> frozenset[str]:
    return questions.explained([standing.id for standing in often_bounced(scene.standings)], scene.at)


def _tested(questions: Questions, scene: Scene, rule: Rule) -> Recency:
    oldest = scene.reaches_back(rule.number("hours") or 24)
    return Recency(questions.tested_at(scene.candidate.id, scene.at) if scene.candidate else None, oldest)


def tally(questions: Questions, scene: Scene, _: Rule | None = None) -> Tally:
    return questions.tally(scene.candidate.id, scene.at) if scene.candidate else NOTHING


def _requirements(questions: Questions, scene: Scene, _: Rule) -> Covered:
    needed = questions.traces.judged_count(scene.project.id, scene.moment)
    found = questions.traces.gap_counts((Gap.UNTESTED, Gap.NO_CASE), _gaps(scene))
    return Covered(needed, found[Gap.UNTESTED], found[Gap.NO_CASE])


def _plan(questions: Questions, scene: Scene, _: Rule) -> Covered:
    planned = questions.traces.planned_count(scene.release.id, scene.moment)
    return Covered(planned, questions.traces.gap_counts((Gap.NOT_RUN,), _gaps(scene))[Gap.NOT_RUN])


def _gaps(scene: Scene) -> Scope:
    build_id = scene.candidate.id if scene.candidate else ""
    return Scope(scene.project.id, scene.release.id, (), build_id, scene.moment)


def _matched(questions: Questions, scene: Scene, rule: Rule) -> Matched:
    query = parse(f"{rule.arguments['query']} {scene.scope}")
    page = questions.matching(query, None, None, 0, NAMED, at=scene.at, zone=scene.zone)
    return Matched(page.total, tuple(standing_of(view.defect) for view in page.items))


def _open_s1_s2(scene: Scene, gate: Gate) -> str:
    return f"{'is:untriaged' if gate.value is Value.UNDEFINED else 'status:open sev:S1..S2'} {scene.scope}"


def _fixes_verified(scene: Scene, gate: Gate) -> str:
    """Whether a build lacks a fix no query can ask."""
    if any(offender.why is Why.LACKS_FIX for offender in gate.offenders):
        return _named(scene, gate)
    return f"status:resolved -resolution:duplicate {scene.scope} sort:wait"


def _named(_: Scene, gate: Gate) -> str:
    """The defects themselves, as many as a query takes."""
    keys = [offender.standing.key for offender in gate.offenders]
    return f"key:{'|'.join(keys)}" if 0 < len(keys) <= MOST else ""


def _triaged(scene: Scene, gate: Gate) -> str:
    hours = gate.rule.number("hours") or scene.project.policy.untriaged_hours
    return (
        f"is:untriaged filed<{scene.reaches_back(hours).astimezone(scene.zone):%Y-%m-%dT%H:%M} {scene.scope} sort:age"
    )


def _query(scene: Scene, gate: Gate) -> str:
    return f"{gate.rule.arguments['query']} {scene.scope}"


@dataclass(frozen=True, slots=True)
class Row:
    """`evidence`: what the judge gets beside the release itself. `behind`: the query that finds what holds it back."""

    evidence: Callable[[Questions, Scene, Rule], object] = _nothing
    behind: Callable[[Scene, Gate], str] = _named


CRITERIA: Mapping[Criterion, Row] = MappingProxyType(
    {
        Criterion.OPEN_S1_S2: Row(behind=_open_s1_s2),
        Criterion.FIXES_VERIFIED: Row(behind=_fixes_verified),
        Criterion.TRIAGED: Row(untriaged_before, _triaged),
        Criterion.BOUNCED_TWICE: Row(_explained),
        Criterion.EVIDENCE_FRESH: Row(_tested),
        Criterion.TESTS_PASSED: Row(tally),
        Criterion.REQUIREMENTS_COVERED: Row(_requirements),
        Criterion.PLAN_EXECUTED: Row(_plan),
        Criterion.QUERY: Row(_matched, _query),
    }
)


def evidence_of(questions: Questions, scene: Scene, rules: tuple[Rule, ...]) -> dict[str, object]:
    """What each gate's own evidence query finds."""
    return dict(_asked(questions, scene, rules))


def _asked(questions: Questions, scene: Scene, rules: tuple[Rule, ...]) -> Iterator[tuple[str, object]]:
    for rule in rules:
        yield rule.name, CRITERIA[rule.criterion].evidence(questions, scene, rule)
