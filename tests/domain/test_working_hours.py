"""Working time is what people could have used, in any zone, over any clock change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.project import WorkingHours
from bot.domain.working_hours import reaches_back, working_time

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = WorkingHours()
NIGHT = WorkingHours(time(22), time(6), frozenset(range(1, 8)))
HOUR = timedelta(hours=1)

zones = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Nuuk", "Asia/Kathmandu"]
).map(ZoneInfo)
instants = st.timedeltas(timedelta(0), timedelta(days=1461)).map(
    lambda passed: datetime(2025, 1, 1, tzinfo=UTC) + passed
)
shifts = st.builds(WorkingHours, st.times(), st.times(), st.frozensets(st.integers(1, 7), min_size=1, max_size=7))


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[misc,arg-type]


def test_a_night_and_a_weekend_do_not_count() -> None:
    assert working_time(berlin(2026, 11, 20, 16), berlin(2026, 11, 23, 10), BERLIN, OFFICE) == 2 * HOUR


def test_what_was_filed_at_night_starts_to_wait_in_the_morning() -> None:
    assert working_time(berlin(2026, 11, 23, 2), berlin(2026, 11, 23, 9, 30), BERLIN, OFFICE) == HOUR / 2


def test_the_hours_are_local_whatever_zone_the_instants_come_in() -> None:
    start, end = datetime(2026, 11, 23, 7, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert working_time(start, end, BERLIN, OFFICE) == HOUR


def test_the_night_of_the_spring_change_is_an_hour_shorter_and_of_autumn_an_hour_longer() -> None:
    assert working_time(berlin(2026, 3, 28, 22), berlin(2026, 3, 29, 6), BERLIN, NIGHT) == 7 * HOUR
    assert working_time(berlin(2026, 10, 24, 22), berlin(2026, 10, 25, 6), BERLIN, NIGHT) == 9 * HOUR


def test_twenty_four_working_hours_are_three_office_days() -> None:
    assert reaches_back(24 * HOUR, berlin(2026, 11, 26, 12), BERLIN, OFFICE) == berlin(2026, 11, 23, 12)


def test_right_after_a_weekend_the_limit_reaches_into_the_week_before() -> None:
    assert reaches_back(8 * HOUR, berlin(2026, 11, 23, 9), BERLIN, OFFICE) == berlin(2026, 11, 19, 17)


def test_nothing_waits_where_nobody_works() -> None:
    idle = WorkingHours(days=frozenset())
    assert working_time(berlin(2026, 1, 1), berlin(2026, 2, 1), BERLIN, idle) == timedelta(0)
    assert reaches_back(HOUR, berlin(2026, 1, 1), BERLIN, idle) < berlin(1999, 1, 1)


@given(zones, shifts, instants, st.timedeltas(timedelta(0), timedelta(days=12)))
def test_working_time_is_never_more_than_the_time_that_passed(
    zone: ZoneInfo, hours: WorkingHours, start: datetime, length: timedelta
) -> None:
    assert timedelta(0) <= working_time(start, start + length, zone, hours) <= length


@given(zones, shifts, instants, st.timedeltas(timedelta(0), timedelta(days=9)), st.floats(0, 1))
def test_the_parts_of_a_wait_add_up_to_the_whole(
    zone: ZoneInfo, hours: WorkingHours, start: datetime, length: timedelta, share: float
) -> None:
    middle, end = start + length * share, start + length
    parts = working_time(start, middle, zone, hours) + working_time(middle, end, zone, hours)
    assert parts == working_time(start, end, zone, hours)


@given(zones, instants, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_round_the_clock_every_moment_counts(zone: ZoneInfo, start: datetime, length: timedelta) -> None:
    always = WorkingHours(time(0), time(0), frozenset(range(1, 8)))
    assert working_time(start, start + length, zone, always) == length


@given(zones, shifts, instants, st.integers(0, 40), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_the_limit_reaches_back_to_exactly_what_has_waited_longer(
    zone: ZoneInfo, hours: WorkingHours, now: datetime, limit: int, age: timedelta
) -> None:
    amount = limit * HOUR
    created = now - age
    assert (created < reaches_back(amount, now, zone, hours)) == (working_time(created, now, zone, hours) > amount)
