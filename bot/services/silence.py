"""Why no gate spoke of a defect that escaped, and the rule that would have (docs/quality.md says why so)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from bot.domain.criteria import GRAVE
from bot.domain.gates import Criterion, GatePolicy, Rule
from bot.domain.query import parse
from bot.domain.readiness import Gate, Value
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus, just_before_shipping, status
from bot.services.speaking import Ties, candidates, ties_of, written
from bot.services.views import DefectView, ReleaseView

# Escaped defects that are looked into one by one, and instants of one at which a query is asked of it.
MOST, MOST_INSTANTS = 20, 20


@dataclass(frozen=True, slots=True)
class Silence:
    """`silent`: gates that passed when it shipped and could have seen it; `spoke`: those that could, and did, and were
    waived or passed over. `rule`: what would have said no on what was known then, None where nothing would."""

    view: DefectView
    ties: Ties
    silent: tuple[Gate, ...]
    spoke: tuple[Gate, ...]
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class _Case:
    """One defect before the release that it escaped, `stood` as that was just before it shipped."""

    questions: Questions
    view: DefectView
    ties: Ties
    stood: ReleaseStatus


def silences(questions: Questions, view: ReleaseView, at: datetime | None) -> tuple[Silence, ...]:
    """Of a release that has shipped; the most severe first. `at` None is now."""
    stood = just_before_shipping(questions, view)
    query = parse(f"is:escaped found:{view.named}")
    escaped = questions.matching(query, None, None, 0, MOST, at=at).items
    known: dict[str, bool] = {}
    return tuple(_silence(_Case(questions, each, ties_of(questions, each, stood), stood), known) for each in escaped)


def _silence(case: _Case, known: dict[str, bool]) -> Silence:
    seeing = [gate for gate in case.stood.readiness.gates if _SEES[gate.criterion](case, gate.rule)]
    silent = tuple(gate for gate in seeing if gate.value is Value.PASS)
    spoke = tuple(gate for gate in seeing if gate.value is not Value.PASS)
    return Silence(case.view, case.ties, silent, spoke, None if spoke else _rule(case, known))


def _rule(case: _Case, known: dict[str, bool]) -> Rule | None:
    """The first that says no, tried on the release as it was; `known`: what was tried already."""
    held = [(rule.criterion, dict(rule.arguments)) for rule in case.stood.policy.rules]
    for rule in candidates(case.view.defect, case.ties, case.stood):
        if (rule.criterion, dict(rule.arguments)) in held:
            continue
        words = written((rule,))
        if words not in known:
            known[words] = speaks(case.questions, case.stood, rule)
        if known[words]:
            return rule
    return None


def speaks(questions: Questions, stood: ReleaseStatus, rule: Rule) -> bool:
    """Whether a policy of this rule alone would not have let the release pass at that instant."""
    would = status(questions, stood.view, stood.at, stood.standings, GatePolicy((rule,)))
    return would.readiness.gates[0].value is not Value.PASS


def _never(_: _Case, __: Rule) -> bool:
    return False


def _grave(case: _Case, _: Rule) -> bool:
    return case.view.defect.severity in GRAVE


def _matched(case: _Case, rule: Rule) -> bool:
    """At any instant of its life: it was triaged after it was filed, and is closed by now."""
    query = parse(f"{rule.arguments['query']} key:{case.view.defect.key}")
    told = [entry.at for entry in case.questions.history(case.view.defect.key) if entry.event.changes]
    zone = case.stood.scene.zone
    return any(
        case.questions.matching(query, None, None, 0, 0, at=moment, zone=zone).total
        for moment in dict.fromkeys(told[:MOST_INSTANTS])
    )


# Whether a gate of that criterion could have seen it: by the defect, had somebody filed it in time, or by the tests of
# what it is tied to. The rest reads how known defects were handled, or when tests ran, and not what they found.
_SEES: Mapping[Criterion, Callable[[_Case, Rule], bool]] = MappingProxyType(
    {
        Criterion.OPEN_S1_S2: _grave,
        Criterion.QUERY: _matched,
        Criterion.TESTS_PASSED: lambda case, _: bool(case.ties.cases),
        Criterion.REQUIREMENTS_COVERED: lambda case, _: bool(case.ties.requirements),
        Criterion.PLAN_EXECUTED: lambda case, _: bool(case.ties.planned),
        Criterion.FIXES_VERIFIED: _never,
        Criterion.TRIAGED: _never,
        Criterion.BOUNCED_TWICE: _never,
        Criterion.EVIDENCE_FRESH: _never,
    }
)
