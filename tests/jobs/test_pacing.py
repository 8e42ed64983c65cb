from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.buckets import Pace, Parking
from bot.jobs.counters import Counters
from bot.jobs.retry import BASE, CAP, backoff

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CHANNEL = ("T1", "C1")


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@given(attempts=st.integers(0, 10_000), chance=st.floats(0, 1))
def test_backing_off_stays_between_half_a_second_and_a_minute(attempts: int, chance: float) -> None:
    assert seconds(BASE / 2) <= backoff(attempts, chance) <= seconds(CAP)


def test_backing_off_doubles() -> None:
    assert [backoff(n, 0).total_seconds() for n in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_parked_bucket_opens_at_its_time_and_a_shorter_word_does_not_open_it_earlier() -> None:
    parking = Parking()
    bucket = ("T1", "chat.postMessage", "C1")
    parking.park(bucket, NOW + seconds(30))
    parking.park(bucket, NOW + seconds(10))
    assert parking.wait(bucket, NOW + seconds(29)) == NOW + seconds(30)
    assert parking.wait(("T1", "chat.update", "C1"), NOW) is None
    assert parking.wait(bucket, NOW + seconds(30)) is None


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_no_channel_gets_more_than_its_burst_and_then_one_a_second(gaps: list[float]) -> None:
    pace, now, sent = Pace(), NOW, []
    for number, gap in enumerate(gaps):
        now += seconds(gap)
        turn = pace.turn(CHANNEL, f"row-{number}", now, bulk=False)
        sent.append(max(turn, now))
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            span = (sent[last] - sent[first]).total_seconds()
            assert last - first + 1 <= span + pace.burst.total_seconds() + 1.000001


def test_a_row_keeps_the_turn_it_was_given_and_bulk_gets_none_ahead_of_its_time() -> None:
    pace = Pace()
    for number in range(9):
        assert pace.turn(CHANNEL, f"now-{number}", NOW, bulk=False) <= NOW
    given_turn = pace.turn(CHANNEL, "late", NOW, bulk=False)
    assert given_turn == NOW + seconds(1)
    assert pace.turn(CHANNEL, "bulk", NOW, bulk=True) > NOW
    assert pace.turn(CHANNEL, "late", NOW, bulk=False) == given_turn
    assert pace.turn(CHANNEL, "later", NOW, bulk=False) == NOW + seconds(2)
    assert pace.turn(CHANNEL, "late", given_turn, bulk=False) == given_turn
    assert pace.turn(("T1", "C2"), "elsewhere", NOW, bulk=True) <= NOW


def test_what_is_remembered_of_channels_is_bounded() -> None:
    pace = Pace()
    for number in range(10_050):
        pace.turn(("T1", f"C{number}"), f"row-{number}", NOW + seconds(number), bulk=False)
    assert len(pace._next) < 10_010


def test_counters_bear_the_names_that_metrics_show() -> None:
    counted = Counters(ambiguous=2).named()
    assert counted["outbox_ambiguous_total"] == 2
    assert set(counted.values()) == {0, 2}
