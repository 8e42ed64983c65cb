"""When a waiver stands: from its approval until its end, which comes by itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.builds import Build
from bot.domain.gates import DEFAULT
from bot.domain.readiness import Gate, Offender, Value, Verdict, Why, excepted, verdict
from bot.domain.standing import standing_of
from bot.domain.waivers import Stage, Waiver, in_force
from tests.domain.defects import filed

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata"), UTC]
WAIVER = Waiver("w-1", "r-1", 1, "triaged", None, None, "later", "UTESS", MONDAY)
HOURS = st.integers(0, 24 * 40)


def at(hours: int) -> datetime:
    return MONDAY + timedelta(hours=hours)


def build(name: str, hours: int) -> Build:
    return Build(name, "r-1", name, 1, at(hours))


@given(HOURS, HOURS, HOURS, st.integers(0, 40), st.sampled_from(ZONES))
def test_it_holds_from_its_approval_through_its_day_and_never_else(
    approved: int, asked_for: int, ended: int, days: int, zone: ZoneInfo
) -> None:
    until = MONDAY.date() + timedelta(days=days)
    waiver = replace(WAIVER, approved_by="URUTH", approved_at=at(approved), until_day=until)
    holds = waiver in in_force([waiver], at(asked_for), (), zone)
    assert holds is (asked_for >= approved and at(asked_for).astimezone(zone).date() <= until)
    taken_back = replace(waiver, ended_by="URUTH", ended_at=at(ended))
    assert (taken_back in in_force([taken_back], at(asked_for), (), zone)) is (holds and asked_for < ended)


@given(HOURS, HOURS, st.lists(st.tuples(st.sampled_from(["2.4-rc4", "2.4-rc5", "rc5", "2.4-arc5"]), HOURS), max_size=5))
def test_it_holds_until_the_build_arrives_that_it_names(
    approved: int, asked_for: int, arriving: list[tuple[str, int]]
) -> None:
    waiver = replace(WAIVER, approved_by="URUTH", approved_at=at(approved), until_build="rc5")
    builds = [build(name, hours) for name, hours in arriving]
    arrived = [name for name, hours in arriving if name in ("2.4-rc5", "rc5") and 0 < hours <= asked_for]
    assert bool(in_force([waiver], at(asked_for), builds, BERLIN)) is (asked_for >= approved and not arrived)
    any_build = replace(waiver, until_build="next")
    came = any(0 < hours <= asked_for for _, hours in arriving)
    assert bool(in_force([any_build], at(asked_for), builds, BERLIN)) is (asked_for >= approved and not came)


@given(st.lists(HOURS, min_size=2, max_size=8), st.integers(0, 30))
def test_what_is_over_never_comes_back(instants: list[int], days: int) -> None:
    waiver = replace(WAIVER, approved_at=at(2), until_day=date(2026, 11, 23) + timedelta(days=days))
    stages = [waiver.stage(at(hours), (), BERLIN) for hours in sorted(instants)]
    over = [stage is Stage.EXPIRED for stage in stages]
    assert over == sorted(over)


@pytest.mark.parametrize(
    ("waiver", "stage"),
    [
        (replace(WAIVER, until_day=date(2026, 11, 24)), Stage.ASKED),
        (replace(WAIVER, until_day=date(2026, 11, 22)), Stage.EXPIRED),
        (replace(WAIVER, until_day=date(2026, 11, 24), ended_at=MONDAY), Stage.ENDED),
        (replace(WAIVER, asked_at=at(1), until_build="next"), None),
    ],
)
def test_each_stage(waiver: Waiver, stage: Stage | None) -> None:
    assert waiver.stage(MONDAY, (), BERLIN) is stage


def test_a_build_that_was_there_before_ends_nothing() -> None:
    waiver = replace(WAIVER, approved_at=MONDAY, until_build="next")
    assert waiver.stage(at(1), [build("2.4-rc1", -1)], BERLIN) is Stage.IN_FORCE


def held(*keys: str, value: Value = Value.FAIL, waivers: Sequence[Waiver] = ()) -> Gate:
    offenders = tuple(Offender(standing_of(filed())._replace(id=key, key=key), Why.OPEN) for key in keys)
    return excepted(Gate(DEFAULT.rules[1], value, offenders), waivers)


def of_defect(key: str) -> Waiver:
    return replace(WAIVER, gate=None, defect_id=key, key=key)


def test_a_gate_is_waived_whole_or_by_every_defect_that_holds_it_back() -> None:
    whole = replace(WAIVER, gate="fixes_verified")
    assert held("A", "B", waivers=[whole]).waived
    assert held("A", "B", waivers=[of_defect("A"), of_defect("B")]).waived
    assert not held("A", "B", waivers=[of_defect("A"), of_defect("C")]).waived
    assert not held("A", waivers=[WAIVER]).waived


def test_a_waived_gate_stops_nothing_and_is_no_pass() -> None:
    whole = replace(WAIVER, gate="fixes_verified")
    for value in (Value.FAIL, Value.UNDEFINED):
        gate = held(value=value, waivers=[whole])
        assert (gate.value, verdict([gate], due=True)) == (value, Verdict.AT_RISK)
    passing = held(value=Value.PASS, waivers=[whole])
    assert (passing.waivers, verdict([passing], due=True)) == ((), Verdict.READY)
