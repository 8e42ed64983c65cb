"""The criteria that a gate file may name beside the three that hold by default."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.builds import Build
from bot.domain.criteria import JUDGES, Covered, Matched, Recency, assess
from bot.domain.gates import ARGUMENTS, DEFAULT, Criterion, GatePolicy, Rule, changed
from bot.domain.readiness import Evidence, Gate, Value, Verdict, Why
from bot.domain.results import NOTHING, Outcome, Tally
from bot.domain.standing import Standing, standing_of
from bot.domain.values import Severity
from bot.services.criteria import CRITERIA
from bot.slack.mrkdwn import our_words
from tests.domain.defects import MONDAY, filed

RC3 = Build("b-3", "r-1", "2.4.0-rc3", 3, MONDAY)
GRAVE = standing_of(filed())._replace(severity=Severity.S1, bounces=2)


def judged(
    criterion: Criterion, own: object, *standings: Standing, builds: tuple[Build, ...] = (RC3,), **said: int
) -> Gate:
    rule = Rule("it", criterion, said)
    evidence = Evidence(standings, builds, bool(builds), {"it": own}, MONDAY.date(), date(2026, 12, 18))
    return assess(evidence, (rule,)).gate("it")


def test_a_grave_defect_that_bounced_twice_needs_a_note() -> None:
    assert judged(Criterion.BOUNCED_TWICE, frozenset(), GRAVE).offenders[0].why is Why.BOUNCED
    assert judged(Criterion.BOUNCED_TWICE, frozenset({GRAVE.id}), GRAVE).value is Value.PASS


@pytest.mark.parametrize("harmless", [GRAVE._replace(bounces=1), GRAVE._replace(severity=Severity.S3)])
def test_one_bounce_or_a_small_defect_needs_none(harmless: Standing) -> None:
    assert judged(Criterion.BOUNCED_TWICE, frozenset(), harmless).value is Value.PASS


@pytest.mark.parametrize(
    ("minutes", "value", "why"), [(0, Value.PASS, None), (1, Value.PASS, None), (-1, Value.UNDEFINED, Why.STALE)]
)
def test_old_evidence_is_undefined_and_never_a_pass(minutes: int, value: Value, why: Why | None) -> None:
    gate = judged(Criterion.EVIDENCE_FRESH, Recency(MONDAY + timedelta(minutes=minutes), MONDAY), hours=24)
    assert (gate.value, gate.why) == (value, why)


def test_missing_evidence_is_undefined() -> None:
    assert judged(Criterion.EVIDENCE_FRESH, Recency(None, MONDAY), hours=24).why is Why.NO_RESULTS
    assert judged(Criterion.EVIDENCE_FRESH, Recency(None, MONDAY), builds=(), hours=24).why is Why.NO_BUILDS
    assert judged(Criterion.TESTS_PASSED, NOTHING, rate=90).why is Why.NO_RESULTS
    assert judged(Criterion.TESTS_PASSED, NOTHING, builds=(), rate=90).why is Why.NO_BUILDS


@pytest.mark.parametrize(
    ("passed", "failed", "skipped", "value"),
    [
        (9, 1, 0, Value.PASS),
        (8, 2, 0, Value.FAIL),
        (8, 1, 1, Value.UNDEFINED),
        (8, 0, 2, Value.UNDEFINED),
        (7, 2, 1, Value.FAIL),
    ],
)
def test_a_pass_rate_is_undefined_while_what_was_skipped_could_still_reach_it(
    passed: int, failed: int, skipped: int, value: Value
) -> None:
    tally = Tally({Outcome.PASSED: passed, Outcome.FAILED: failed, Outcome.SKIPPED: skipped})
    gate = judged(Criterion.TESTS_PASSED, tally, rate=90)
    assert (gate.value, gate.measured) == (value, {"passed": passed, "all": 10})


@pytest.mark.parametrize("criterion", [Criterion.REQUIREMENTS_COVERED, Criterion.PLAN_EXECUTED])
@pytest.mark.parametrize(
    ("silent", "never", "value"),
    [(0, 0, Value.PASS), (1, 0, Value.PASS), (2, 0, Value.UNDEFINED), (1, 1, Value.UNDEFINED), (0, 2, Value.FAIL)],
)
def test_what_was_not_tested_may_still_be_unless_nothing_would_show_it(
    criterion: Criterion, silent: int, never: int, value: Value
) -> None:
    gate = judged(criterion, Covered(10, silent, never), rate=90)
    assert (gate.value, gate.measured["done"]) == (value, 10 - silent - never)


def test_nothing_to_test_is_no_pass() -> None:
    assert judged(Criterion.REQUIREMENTS_COVERED, Covered(0, 0), rate=90).why is Why.NO_REQUIREMENTS
    assert judged(Criterion.PLAN_EXECUTED, Covered(0, 0), rate=90).why is Why.NO_PLAN
    assert judged(Criterion.PLAN_EXECUTED, Covered(1, 1), builds=(), rate=90).why is Why.NO_BUILDS


def test_a_query_passes_up_to_its_limit_and_counts_beyond_what_it_names() -> None:
    assert judged(Criterion.QUERY, Matched(2, (GRAVE, GRAVE)), limit=2).offenders == ()
    gate = judged(Criterion.QUERY, Matched(300, (GRAVE,)), limit=2)
    assert (gate.value, gate.number, len(gate.offenders)) == (Value.FAIL, 300, 1)


def test_a_gate_that_stops_makes_the_release_not_ready_before_its_day() -> None:
    rule = Rule("cart", Criterion.QUERY, {"limit": 0}, stops=True)
    evidence = Evidence((), (RC3,), True, {"cart": Matched(1, (GRAVE,))}, MONDAY.date(), None)
    assert assess(evidence, (rule,)).verdict is Verdict.NOT_READY
    assert assess(evidence, (replace(rule, stops=False),)).verdict is Verdict.AT_RISK


def test_every_criterion_has_its_judge_its_evidence_and_its_arguments() -> None:
    assert set(JUDGES) == set(CRITERIA) == set(ARGUMENTS) == set(Criterion)
    assert our_words().blocks("release/explain") >= {"headline", "evidence", "who"}


def test_an_edit_says_what_it_touches() -> None:
    stricter = (*DEFAULT.rules[:2], replace(DEFAULT.rules[2], arguments={"hours": 8}), Rule("cart", Criterion.QUERY))
    assert changed(DEFAULT, GatePolicy(stricter)) == ("triaged", "cart")
    assert changed(GatePolicy(stricter), GatePolicy(stricter[:3])) == ("cart",)
    assert changed(DEFAULT, DEFAULT) == ()
