"""Gates and verdict: the tables of docs/readiness.md."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from bot.domain.builds import Build
from bot.domain.criteria import assess
from bot.domain.defect import Defect
from bot.domain.gates import DEFAULT, Criterion
from bot.domain.readiness import Evidence, Gate, Readiness, Value, Verdict, Why, verdict
from bot.domain.standing import Standing, standing_of
from bot.domain.values import Priority, Resolution, Severity, Status
from tests.domain.defects import DEVON, MONDAY, OMAR, TESS, filed, fixed, later, resolved, triaged, verified

RC3 = Build("b-3", "r-1", "2.4.0-rc3", 3, MONDAY)
WAITED: dict[str, object] = {Criterion.TRIAGED: MONDAY}
RC2 = Build("b-2", "r-1", "2.4.0-rc2", 2, MONDAY)


def of(*defects: Defect | Standing, builds: tuple[Build, ...] = (RC2, RC3), has_builds: bool = True) -> Readiness:
    standings = tuple(d if isinstance(d, Standing) else standing_of(d) for d in defects)
    return assess(Evidence(standings, builds, has_builds, WAITED, MONDAY.date(), date(2026, 12, 18)))


def offenders(gate: Gate) -> list[tuple[str, Why]]:
    return [(o.standing.key, o.why) for o in gate.offenders]


def known(severity: Severity) -> Defect:
    defect = filed()
    defect.triage(later(1), severity=severity, priority=Priority.P2, release_id="r-1")
    return defect


@pytest.mark.parametrize("severity", [Severity.S1, Severity.S2])
def test_an_open_s1_or_s2_makes_the_release_not_ready(severity: Severity) -> None:
    readiness = of(known(severity))
    assert offenders(readiness.gate(Criterion.OPEN_S1_S2)) == [("SHOP-42", Why.OPEN)]
    assert readiness.verdict is Verdict.NOT_READY


def test_an_open_s3_that_was_triaged_stops_nothing() -> None:
    assert of(known(Severity.S3)).verdict is Verdict.READY


def test_an_untriaged_defect_could_be_an_s1_so_the_gate_is_undefined() -> None:
    gate = of(filed()).gate(Criterion.OPEN_S1_S2)
    assert gate.value is Value.UNDEFINED
    assert offenders(gate) == [("SHOP-42", Why.COULD_BE_S1)]


def test_a_certain_failure_outweighs_what_is_not_known() -> None:
    gate = of(filed(), standing_of(known(Severity.S1))._replace(key="SHOP-43")).gate(Criterion.OPEN_S1_S2)
    assert gate.value is Value.FAIL
    assert offenders(gate) == [("SHOP-43", Why.OPEN)]


def test_the_worst_offender_comes_first() -> None:
    minor = standing_of(known(Severity.S2))._replace(key="SHOP-1")
    assert [o.standing.key for o in of(minor, known(Severity.S1)).gate(Criterion.OPEN_S1_S2).offenders] == [
        "SHOP-42",
        "SHOP-1",
    ]


def test_a_fix_that_nobody_verified_fails_before_the_ship_date_as_a_risk() -> None:
    readiness = of(fixed())
    assert offenders(readiness.gate(Criterion.FIXES_VERIFIED)) == [("SHOP-42", Why.UNVERIFIED)]
    assert readiness.verdict is Verdict.AT_RISK


def test_a_fix_in_the_next_build_waits_for_that_build() -> None:
    assert offenders(of(fixed(build=None)).gate(Criterion.FIXES_VERIFIED)) == [("SHOP-42", Why.AWAITS_BUILD)]


def test_a_project_without_builds_waits_for_none() -> None:
    readiness = of(fixed(build=None), builds=(), has_builds=False)
    assert offenders(readiness.gate(Criterion.FIXES_VERIFIED)) == [("SHOP-42", Why.UNVERIFIED)]


def test_a_blocked_verification_says_that_it_is_blocked() -> None:
    defect = fixed()
    defect.block_verification(later(5), OMAR, facts={}, note="staging is down")
    assert offenders(of(defect).gate(Criterion.FIXES_VERIFIED)) == [("SHOP-42", Why.BLOCKED)]


@pytest.mark.parametrize("resolution", [Resolution.WONT_FIX, Resolution.CANNOT_REPRODUCE, Resolution.NOT_A_DEFECT])
def test_another_resolution_must_be_confirmed(resolution: Resolution) -> None:
    assert offenders(of(resolved(resolution)).gate(Criterion.FIXES_VERIFIED)) == [("SHOP-42", Why.UNCONFIRMED)]


def test_a_duplicate_follows_its_original_and_does_not_count() -> None:
    assert of(resolved(Resolution.DUPLICATE)).verdict is Verdict.READY


def test_a_verified_fix_is_ready() -> None:
    assert of(verified()).verdict is Verdict.READY


def test_a_verification_on_a_build_that_lacks_the_fix_is_none() -> None:
    wrong = standing_of(verified())._replace(verified_on="b-2")
    assert offenders(of(wrong).gate(Criterion.FIXES_VERIFIED)) == [("SHOP-42", Why.LACKS_FIX)]


def test_a_commit_that_was_reverted_is_no_fix() -> None:
    reverted = replace(RC3, reverts=frozenset({"abc1234ffff"}))
    readiness = of(verified(), builds=(RC2, reverted))
    assert offenders(readiness.gate(Criterion.FIXES_VERIFIED)) == [("SHOP-42", Why.LACKS_FIX)]


@pytest.mark.parametrize(
    ("fixed_in", "verified_on"), [("b-of-2.3", "b-3"), ("b-3", "b-of-2.3"), (None, None), ("b-3", None)]
)
def test_where_nobody_can_know_the_verifiers_word_stands(fixed_in: str | None, verified_on: str | None) -> None:
    assert of(standing_of(verified())._replace(fixed_in=fixed_in, verified_on=verified_on)).verdict is Verdict.READY


def test_a_release_without_builds_in_a_project_that_registers_them_proves_nothing() -> None:
    readiness = of(builds=())
    assert readiness.gate(Criterion.FIXES_VERIFIED) == Gate(DEFAULT.rules[1], Value.UNDEFINED, (), Why.NO_BUILDS)
    assert readiness.verdict is Verdict.UNDEFINED


def test_a_deferred_defect_counts_nowhere() -> None:
    defect = triaged()
    defect.defer(later(9), "r-1", "too late")
    assert of(defect).verdict is Verdict.READY


def test_only_what_has_waited_too_long_fails_to_be_triaged() -> None:
    late = filed(created_at=MONDAY - timedelta(minutes=1))
    just = standing_of(filed())._replace(key="SHOP-43")
    assert offenders(of(late, just).gate(Criterion.TRIAGED)) == [("SHOP-42", Why.UNTRIAGED)]


def test_what_was_resolved_needs_no_triage_any_more() -> None:
    quick = standing_of(fixed())._replace(triaged=False, created_at=MONDAY - timedelta(days=9))
    assert of(quick).gate(Criterion.TRIAGED).value is Value.PASS


def test_an_empty_release_is_ready() -> None:
    assert of().verdict is Verdict.READY


def expected(values: tuple[Value, ...], due: bool) -> Verdict:
    if values[0] is Value.FAIL or (due and Value.FAIL in values):
        return Verdict.NOT_READY
    if Value.UNDEFINED in values:
        return Verdict.UNDEFINED
    return Verdict.AT_RISK if Value.FAIL in values else Verdict.READY


def test_the_verdict_follows_its_table_for_all_values_of_all_gates() -> None:
    seen = set()
    for values in product(Value, repeat=3):
        gates = [Gate(rule, value) for rule, value in zip(DEFAULT.rules, values, strict=True)]
        for due in (False, True):
            assert verdict(gates, due=due) is expected(values, due)
            seen.add(verdict(gates, due=due))
    assert seen == set(Verdict)


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 12, 17), Verdict.AT_RISK),
        (date(2026, 12, 18), Verdict.NOT_READY),
        (date(2027, 1, 2), Verdict.NOT_READY),
    ],
)
def test_from_the_ship_date_on_any_failing_gate_is_not_ready(today: date, said: Verdict) -> None:
    evidence = Evidence((standing_of(fixed()),), (RC3,), True, WAITED, today, date(2026, 12, 18))
    assert assess(evidence).verdict is said


def test_a_release_without_a_ship_date_is_never_late() -> None:
    evidence = Evidence((standing_of(fixed()),), (RC3,), True, WAITED, date(2030, 1, 1), None)
    assert assess(evidence).verdict is Verdict.AT_RISK


def test_a_standing_copies_its_defect() -> None:
    standing = standing_of(verified())
    assert (standing.status, standing.verified_on, standing.fixers) == (Status.VERIFIED, "b-3", frozenset({DEVON}))
    assert standing.reporter == TESS
