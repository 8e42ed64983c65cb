"""The store does not answer for two seconds while people open forms, whose triggers live for three."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import text

from bot.sandbox.faults import FaultKind
from tests.faults.outcome import Outcome, Row
from tests.faults.serving import Shop, bots, shop
from tests.faults.stage import Stage, until
from tests.owner import as_owner
from tests.scenarios.reading import words

STALL = 2.0  # seconds
AT_ONCE = 5
TITLE, WAITING, PRESS_AGAIN = "File a defect", "One moment.", "again"


async def stalled(stage: Stage, size: int) -> Outcome:
    """`size` forms, some at once; and one whose trigger comes too late whatever we do."""
    with stage.postgres() as url:
        async with shop() as town, bots(town, stage.room(), url):
            outcome = Outcome(0)
            for start in range(0, size, AT_ONCE):
                people = town.people[: min(AT_ONCE, size - start)]
                async with _stalled(url):
                    results = await asyncio.gather(*(town.act.shortcuts.globally(one, "new_defect") for one in people))
                outcome.injected += len(people)
                outcome.check(all(result.ok for result in results), "a shortcut was not acknowledged")
                await _filled(town, people)
            refused = [call["_error"] for name, call in town.space.calls if name == "views.open" and not call["_ok"]]
            outcome.check(not refused, f"{len(refused)} forms did not open: {refused[:3]}")
            await _too_late(town, outcome)
            return outcome


@asynccontextmanager
async def _stalled(url: str) -> AsyncIterator[None]:
    """For everybody who asks for a project, from within the database itself."""
    with as_owner(url) as connection:
        connection.execute(text("LOCK TABLE projects IN ACCESS EXCLUSIVE MODE"))
        began = asyncio.get_running_loop().time()
        yield
        await asyncio.sleep(max(0.0, began + STALL - asyncio.get_running_loop().time()))


async def _filled(town: Shop, people: Sequence[str]) -> None:
    """Each has the whole form before them; they close it."""

    async def all_there() -> bool:
        views = [town.act.forms.shown(person) for person in people]
        return all(view and TITLE in words(view) and WAITING not in words(view) for view in views)

    await until(all_there, "every form is filled")
    for person in people:
        await town.act.forms.close(person)


async def _too_late(town: Shop, outcome: Outcome) -> None:
    """Nothing opens, and the person is asked to press again."""
    town.space.faults.plan("message_action", FaultKind.EXPIRE)
    person, channel = town.people[0], town.channels[0]
    ts = town.act.talk.say(person, channel, "the total is wrong")
    await town.act.shortcuts.on_message(person, channel, ts, "file_defect")

    async def told() -> bool:
        mine = [each for each in town.space.state.ephemerals.values() if each["_user"] == person]
        return any(PRESS_AGAIN in words(each) for each in mine)

    await until(told, "whoever pressed too early is asked to press again")
    outcome.injected += 1
    outcome.check(town.act.forms.shown(person) is None, "a form opened from an expired trigger")


ROWS = (Row("triggers", "forms opened while the store does not answer for 2 s", stalled, 20, 1_000),)
