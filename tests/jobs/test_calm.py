"""People are answered first; a card waits for a quiet moment, but not for ever."""

import asyncio

from bot.jobs.calm import QUIET, Calm
from bot.services.delivery import State
from tests.jobs.post import Post, until

ALWAYS = 1e9  # seconds; longer than any test


class SetClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def came(coming: "asyncio.Task[None]") -> bool:
    """Whether it came, given all the time that it may need to."""
    await asyncio.sleep(3 * QUIET)
    return coming.done()


async def test_what_nobody_waits_for_begins_at_once_where_it_is_quiet() -> None:
    await asyncio.wait_for(Calm(patience=ALWAYS).come(0), 20)


async def test_it_waits_while_a_request_is_under_way_and_a_moment_longer() -> None:
    clock = SetClock()
    calm = Calm(clock, patience=ALWAYS)
    with calm.answering():
        coming = asyncio.create_task(calm.come(0))
        with calm.answering():
            pass
        assert not await came(coming)
    assert not await came(coming)
    clock.now += QUIET
    await asyncio.wait_for(coming, 20)


async def test_it_goes_ahead_when_it_has_waited_long_enough() -> None:
    clock = SetClock()
    calm = Calm(clock, patience=10)
    with calm.answering():
        await asyncio.wait_for(calm.come(waited=10), 20)
        coming = asyncio.create_task(calm.come(waited=4))
        assert not await came(coming)
        clock.now += 5.9
        assert not await came(coming)
        clock.now += 0.2
        await asyncio.wait_for(coming, 20)


async def test_a_card_is_posted_when_the_requests_are_answered(post: Post) -> None:
    post.office.calm = Calm(patience=ALWAYS)
    running = asyncio.create_task(post.delivery.run())
    with post.office.calm.answering():
        row = post.card(post.defect())
        post.delivery.nudge()
        assert not await came(running)
        assert post.calls("chat.postMessage") == []
    await until(lambda: row.state is State.SENT, 20)
    post.delivery.stop()
    await asyncio.wait_for(running, 20)
    assert len(post.calls("chat.postMessage")) == 1


async def test_a_card_is_posted_however_long_the_requests_last(post: Post) -> None:
    post.office.calm = Calm(patience=0.05)
    running = asyncio.create_task(post.delivery.run())
    with post.office.calm.answering():
        row = post.card(post.defect())
        post.delivery.nudge()
        await until(lambda: row.state is State.SENT, 20)
    post.delivery.stop()
    await asyncio.wait_for(running, 20)
