"""What nobody waits for stands back from a request's arrival until its answer, whatever the request needs meanwhile."""

import asyncio
import time

from slack_bolt.async_app import AsyncBoltRequest

from bot.jobs.calm import QUIET, Calm
from tests.jobs.post import until
from tests.transports.slack import Heard, as_form, command, signed, tiny_app

ALWAYS = 1e9  # seconds


async def test_a_step_begins_when_the_request_is_answered() -> None:
    heard, calm = Heard(), Calm(time.monotonic, patience=ALWAYS)
    heard.hold = asyncio.Event()
    body, headers = as_form(command())
    request = AsyncBoltRequest(body=body.decode(), headers=headers | signed(body))  # type: ignore[arg-type]
    answering = asyncio.create_task(tiny_app(heard, around=calm.answering).async_dispatch(request))
    await until(lambda: bool(heard.commands), 60)

    async def step() -> bool:
        async with calm.turn():
            return answering.done()

    stepping = asyncio.create_task(step())
    await asyncio.sleep(3 * QUIET)
    assert not stepping.done()
    heard.hold.set()
    assert await asyncio.wait_for(stepping, 60)
    assert (await answering).status == 200
