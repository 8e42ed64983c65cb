"""One slot for each local date, on plain days and on those when clocks change."""

import os
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.local_time import exists, instant
from bot.domain.schedule import LATE, next_slot, too_late

WEEK = frozenset(range(1, 8))
OFFICE_DAYS = frozenset({1, 2, 3, 4, 5})
BERLIN = ZoneInfo("Europe/Berlin")
# Half-hour changes, changes at midnight and before it, a southern autumn, Ramadan's two changes, none at all.
SOME = ("Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "America/Nuuk", "Africa/Casablanca", "Asia/Kolkata")
ZONES = sorted(available_timezones()) if os.environ.get("COUNTERSIGN_TEST_FULL") else SOME


def changes(zone: ZoneInfo) -> list[date]:
    """Every local date from 2025 to 2028 on which the zone's offset changes."""
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(4 * 365 + 1)]
    noon = [datetime.combine(day, time(12), zone).utcoffset() for day in days]
    return [day for day, before, after in zip(days[1:], noon, noon[1:], strict=False) if before != after]


def test_the_next_slot_is_today_while_its_time_has_not_come() -> None:
    slot = next_slot(datetime(2026, 11, 23, 7, 59, tzinfo=UTC), time(9), BERLIN, OFFICE_DAYS)
    assert (slot.day, slot.at) == (date(2026, 11, 23), datetime(2026, 11, 23, 8, tzinfo=UTC))


def test_a_slot_is_strictly_after_the_instant_it_is_asked_for() -> None:
    assert next_slot(datetime(2026, 11, 23, 8, tzinfo=UTC), time(9), BERLIN, OFFICE_DAYS).day == date(2026, 11, 24)


def test_after_friday_comes_monday() -> None:
    assert next_slot(datetime(2026, 11, 27, 12, tzinfo=UTC), time(9), BERLIN, OFFICE_DAYS).day == date(2026, 11, 30)


def test_a_time_that_the_clock_jumps_over_becomes_the_first_valid_minute() -> None:
    assert instant(date(2026, 3, 29), time(2, 30), BERLIN).astimezone(BERLIN).time() == time(3)


def test_a_time_that_comes_twice_means_its_first_occurrence() -> None:
    assert instant(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_date_that_a_zone_left_out_has_no_slot() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert not exists(date(2011, 12, 30), apia)
    slot = next_slot(datetime(2011, 12, 30, 5, tzinfo=UTC), time(9), apia, WEEK)
    assert slot.day == date(2011, 12, 31)


def test_what_is_due_in_a_gap_comes_with_the_first_second_after_it() -> None:
    zone = ZoneInfo("Europe/Berlin")
    came = instant(date(2026, 3, 29), time(2, 17, 43), zone)
    assert came == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert came.astimezone(zone).utcoffset() != (came - timedelta(seconds=1)).astimezone(zone).utcoffset()


def test_a_digest_is_late_for_four_hours_and_then_skipped() -> None:
    due = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert not too_late(due, due + timedelta(hours=4))
    assert too_late(due, due + timedelta(hours=4, seconds=1))


def test_without_days_there_is_no_next_slot() -> None:
    with pytest.raises(ValueError, match="no day"):
        next_slot(datetime(2026, 11, 23, tzinfo=UTC), time(9), BERLIN, frozenset())


def test_four_hours_late_is_late_enough_and_no_more() -> None:
    due = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert not too_late(due, due + LATE)
    assert too_late(due, due + LATE + timedelta(seconds=1))


@pytest.mark.parametrize("name", ZONES)
def test_around_every_change_each_local_date_has_exactly_one_slot(name: str) -> None:
    zone = ZoneInfo(name)
    for change in changes(zone) or [date(2026, 7, 1)]:
        for at in (time(0), time(0, 30), time(1, 59), time(2), time(2, 30), time(3), time(9), time(23, 45)):
            days = [change + timedelta(days=n) for n in range(-2, 3)]
            moment = instant(days[0], at, zone) - timedelta(microseconds=1)
            slots = []
            for _ in days:
                slot = next_slot(moment, at, zone, WEEK)
                slots.append(slot)
                moment = slot.at
            assert [slot.day for slot in slots] == days
            assert len({slot.at for slot in slots}) == len(days)


@given(
    st.sampled_from(SOME).map(ZoneInfo),
    st.timedeltas(timedelta(0), timedelta(days=1461)).map(lambda passed: datetime(2025, 1, 1, tzinfo=UTC) + passed),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.frozensets(st.integers(1, 7), min_size=1),
)
def test_a_slot_is_on_a_chosen_weekday_at_its_local_time_or_right_after_a_gap(
    zone: ZoneInfo, after: datetime, at: time, days: frozenset[int]
) -> None:
    slot = next_slot(after, at, zone, days)
    local = slot.at.astimezone(zone)
    assert slot.at > after
    assert slot.day.isoweekday() in days
    if local.time() != at or local.date() != slot.day:
        before = (slot.at - timedelta(seconds=1)).astimezone(zone)
        assert before.utcoffset() != local.utcoffset()
        assert before.replace(tzinfo=None) < datetime.combine(slot.day, at) < local.replace(tzinfo=None)


def test_a_gap_over_midnight_does_not_swallow_the_day_before() -> None:
    nuuk = ZoneInfo("America/Nuuk")
    for change in changes(nuuk):
        for at in (time(22, 30), time(23, 30)):
            day = change - timedelta(days=1)
            assert next_slot(instant(day, at, nuuk) - timedelta(seconds=1), at, nuuk, WEEK).day == day
