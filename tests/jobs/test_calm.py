"""People are answered first; a card waits for a quiet moment, but not for ever."""

import asyncio
from typing import Any

from bot.jobs.calm import PINCH, QUIET, SHARE, Calm, UnhurriedUnits
from bot.services.delivery import State
from tests.jobs.post import Post, until

ALWAYS = 1e9  # seconds; longer than any test


class SetClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def came(coming: "asyncio.Task[Any]") -> bool:
    """Whether it came, given all the time that it may need to."""
    await asyncio.sleep(3 * QUIET)
    return coming.done()


async def step(calm: Calm, waited: float = 0.0) -> None:
    async with calm.turn(waited):
        pass


async def test_what_nobody_waits_for_begins_at_once_where_it_is_quiet() -> None:
    await asyncio.wait_for(step(Calm(patience=ALWAYS)), 60)


async def test_it_waits_while_a_request_is_under_way_and_a_moment_longer() -> None:
    clock = SetClock()
    calm = Calm(clock, patience=ALWAYS)
    with calm.answering():
        coming = asyncio.create_task(step(calm))
        with calm.answering():
            pass
        assert not await came(coming)
    assert not await came(coming)
    clock.now += QUIET
    await asyncio.wait_for(coming, 60)


async def evenly(calm: Calm, clock: SetClock, apart: float) -> None:
    """Steps take a quarter of what lies between two requests, and so does each answer."""
    for _ in range(40):
        async with calm.turn():
            clock.now += apart / 4
    for _ in range(40):
        with calm.answering():
            clock.now += apart / 4
        clock.now += 3 * apart / 4
    with calm.answering():
        clock.now += apart / 4


async def test_a_step_that_would_meet_the_next_request_begins_when_that_is_answered() -> None:
    clock = SetClock()
    calm = Calm(clock, patience=ALWAYS)
    await evenly(calm, clock, 0.08)
    clock.now += 0.045
    coming = asyncio.create_task(step(calm))
    assert not await came(coming)
    clock.now += 0.015
    with calm.answering():
        assert not await came(coming)
        clock.now += 0.02
    clock.now += QUIET
    await asyncio.wait_for(coming, 60)


async def test_a_request_that_does_not_come_holds_nothing_up() -> None:
    clock = SetClock()
    calm = Calm(clock, patience=ALWAYS)
    await evenly(calm, clock, 0.08)
    clock.now += 0.1
    coming = asyncio.create_task(step(calm))
    assert not await came(coming)
    clock.now += 0.05
    await asyncio.wait_for(coming, 60)


async def test_it_goes_ahead_when_it_has_waited_long_enough() -> None:
    clock = SetClock()
    calm = Calm(clock, patience=10)
    with calm.answering():
        await asyncio.wait_for(step(calm, 10), 60)
        coming = asyncio.create_task(step(calm, 4))
        assert not await came(coming)
        clock.now += 5.9
        assert not await came(coming)
        clock.now += 0.2
        await asyncio.wait_for(coming, 60)


async def test_of_those_that_have_waited_long_enough_one_goes_at_a_time_while_the_crowd_stays() -> None:
    clock = SetClock()
    calm = Calm(clock, patience=10)
    with calm.answering():
        await asyncio.wait_for(step(calm, 10), 60)
        coming = [asyncio.create_task(step(calm, 60)) for _ in range(2)]
        assert not await came(coming[0])
        clock.now += PINCH
        await asyncio.wait_for(coming[0], 60)
        assert not await came(coming[1])
        clock.now += PINCH
        await asyncio.wait_for(coming[1], 60)


async def test_what_took_long_is_followed_the_later() -> None:
    clock = SetClock()
    calm = Calm(clock, patience=0)
    with calm.answering():
        async with calm.turn():
            clock.now += 10 * PINCH
        coming = asyncio.create_task(step(calm))
        clock.now += PINCH
        assert not await came(coming)
        clock.now += 10 * PINCH / SHARE
        await asyncio.wait_for(coming, 60)


async def test_a_request_that_waits_for_such_a_step_does_not_hold_it_up() -> None:
    calm = Calm(patience=ALWAYS)
    with calm.answering():
        coming = asyncio.create_task(step(calm))
        assert not await came(coming)
        waiting = asyncio.create_task(calm.pause(60))
        await asyncio.wait_for(coming, 60)
        waiting.cancel()
        await asyncio.wait([waiting])
        coming = asyncio.create_task(step(calm))
        assert not await came(coming)
    await asyncio.wait_for(coming, 60)


async def test_one_step_ends_before_the_next_begins() -> None:
    calm = Calm(patience=ALWAYS)
    async with calm.turn():
        coming = asyncio.create_task(step(calm))
        assert not await came(coming)
    await asyncio.wait_for(coming, 60)


async def test_what_is_asked_unhurriedly_waits_for_those_who_are_answered(post: Post) -> None:
    calm = Calm(patience=ALWAYS)
    unhurried = UnhurriedUnits(post.office.units, calm)
    with calm.answering():
        asking = asyncio.create_task(unhurried.ask(post.space.team_id, lambda questions: questions.closed_roads()))
        assert not await came(asking)
    assert await asyncio.wait_for(asking, 60) == []


async def test_a_card_is_posted_when_the_requests_are_answered(post: Post) -> None:
    post.office.calm = Calm(patience=ALWAYS)
    running = asyncio.create_task(post.delivery.run())
    with post.office.calm.answering():
        row = post.card(post.defect())
        post.delivery.nudge()
        assert not await came(running)
        assert post.calls("chat.postMessage") == []
    await until(lambda: row.state is State.SENT, 60)
    post.delivery.stop()
    await asyncio.wait_for(running, 60)
    assert len(post.calls("chat.postMessage")) == 1


async def test_a_card_is_posted_however_long_the_requests_last(post: Post) -> None:
    post.office.calm = Calm(patience=0.05)
    running = asyncio.create_task(post.delivery.run())
    with post.office.calm.answering():
        row = post.card(post.defect())
        post.delivery.nudge()
        await until(lambda: row.state is State.SENT, 60)
    post.delivery.stop()
    await asyncio.wait_for(running, 60)


async def test_a_step_that_a_program_waits_for_begins_when_nobody_is_being_answered() -> None:
    calm = Calm()
    with calm.answering():
        with calm.answering():
            step = asyncio.create_task(calm.gap())
            await asyncio.sleep(0)
        assert not step.done()
    await step


async def test_a_crowd_without_a_pause_does_not_hold_up_what_a_program_waits_for() -> None:
    calm = Calm()
    with calm.answering():
        await asyncio.wait_for(calm.gap(), 20)
