import asyncio

import pytest

from handlers.later import Later


async def test_at_shutdown_what_is_soon_done_is_waited_for_and_the_rest_is_given_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    later, said = Later(), list[str]()

    async def soon() -> None:
        await asyncio.sleep(0)
        said.append("soon")

    async def never() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            said.append("given up")

    for work in (soon(), never(), never()):
        later.start(work)
    await asyncio.wait_for(later.end(0.05), 30)
    assert (said, later.busy) == (["soon", "given up", "given up"], False)
    assert "2 pieces of work after an answer were given up" in caplog.text
    await asyncio.wait_for(later.end(0.05), 30)


async def test_at_shutdown_nothing_is_given_up_that_ends_in_time(caplog: pytest.LogCaptureFixture) -> None:
    later, done = Later(), list[int]()

    async def work(number: int) -> None:
        await asyncio.sleep(0)
        done.append(number)

    for number in range(3):
        later.start(work(number))
    await later.end(60)
    assert (sorted(done), later.busy, caplog.text) == ([0, 1, 2], False, "")
