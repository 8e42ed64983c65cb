"""Rules that may have said no to a release, for a defect that escaped it: the closest to the defect first."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.defect import Defect
from bot.domain.gates import Criterion, Rule
from bot.domain.query import Exact, Missing, Query, Term, print_query
from bot.domain.results import BAD, Outcome
from bot.domain.traceability import CONCLUSIVE, case_key, requirement_key
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus
from bot.services.views import DefectView

# Of a component: what was known of it then, and the end of the rule's name.
_WEAK = (
    ("open", "status:open"),
    ("put_off", "status:deferred"),
    ("bounced", "bounce>=1"),
    ("wont_fix", "resolution:wont_fix"),
)
_LONGEST = 20  # characters of a component in a rule's name


@dataclass(frozen=True, slots=True)
class Ties:
    """What a defect is tied to, as that was when the release shipped: keys. `results`: of the cases, on its candidate;
    one that is not there was not run. `planned`: the cases that were to run."""

    requirements: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    results: Mapping[str, Outcome] | None = None

    def outcome(self, case: str) -> Outcome | None:
        return (self.results or {}).get(case)

    @property
    def untested(self) -> bool:
        """It has a requirement, and nothing conclusive was known of it."""
        return bool(self.requirements) and not any(self.outcome(case) in CONCLUSIVE for case in self.cases)

    @property
    def not_run(self) -> bool:
        return any(self.outcome(case) not in CONCLUSIVE for case in self.planned)

    @property
    def failed(self) -> bool:
        return any(self.outcome(case) in BAD for case in self.cases)


def ties_of(questions: Questions, view: DefectView, stood: ReleaseStatus) -> Ties:
    """A requirement that it is linked to, or that a case of it shows; a case likewise."""
    traces, project, at = questions.traces, view.project.id, stood.at
    direct = [traces.case(project, key, at) for key in view.links if case_key(key)]
    cases = {case.key: case for case in direct if case is not None}
    shown = traces.shown_by(project, [case.id for case in cases.values()], at)
    linked = [key for key in view.links if requirement_key(key) and traces.requirement(project, key, at)]
    needed = tuple(dict.fromkeys([*linked, *(each.key for tied in shown.values() for each in tied)]))
    for tied in traces.cases_of(project, needed, at).values():
        cases |= {case.key: case for case in tied}
    ids = [case.id for case in cases.values()]
    found = traces.results(stood.candidate.id, ids, at) if stood.candidate and ids else {}
    planned = tuple(key for key, case in cases.items() if stood.release.name in traces.planned_in(case.id, at))
    results = {key: found[case.id].outcome for key, case in cases.items() if case.id in found}
    return Ties(needed, tuple(cases), planned, results)


def candidates(defect: Defect, ties: Ties, stood: ReleaseStatus) -> Iterator[Rule]:
    """None of them is tried yet."""
    if ties.failed:
        yield _whole(Criterion.TESTS_PASSED)
    if ties.not_run:
        yield _whole(Criterion.PLAN_EXECUTED)
    if ties.untested:
        yield _whole(Criterion.REQUIREMENTS_COVERED)
    if defect.component:
        yield from (_of_component(defect.component, end, asked) for end, asked in _WEAK)
    if stood.tests.all:
        yield _whole(Criterion.TESTS_PASSED)
    yield Rule(Criterion.EVIDENCE_FRESH, Criterion.EVIDENCE_FRESH, {"hours": 24})


def _whole(criterion: Criterion) -> Rule:
    return Rule(criterion, criterion, {"rate": 100})


def _of_component(component: str, end: str, asked: str) -> Rule:
    called = re.sub(r"[^a-z0-9]+", "_", component.lower()).strip("_")[:_LONGEST]
    name = f"{called if called[:1].isalpha() else 'part'}_{end}"
    return Rule(name, Criterion.QUERY, {"query": f"{of_component(component.casefold())} {asked}", "limit": 0})


def of_component(name: str) -> str:
    """As a query says it; "" is none."""
    return print_query(Query((Term("component", (Exact(name) if name else Missing(),)),)))


def written(rules: tuple[Rule, ...]) -> str:
    """As a gate file; the lines below the first are what somebody pastes into theirs. Ends with a newline."""
    return "\n".join(["gates:", *(line for rule in rules for line in _lines(rule))]) + "\n"


def _lines(rule: Rule) -> Iterator[str]:
    """JSON's strings and numbers are YAML's."""
    yield f"  {rule.name}:"
    for name, value in rule.arguments.items():
        yield f"    {name}: {json.dumps(value, ensure_ascii=False)}"
