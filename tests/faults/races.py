"""Two to eight people do at the same instant what can be done once: one does it, each other is told by whom."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass

from sqlalchemy import select

from bot.domain.events import Kind
from bot.sandbox.people.acting import Result
from storage.tables import defects, events
from tests.faults import books
from tests.faults.history import History
from tests.faults.outcome import Outcome, Row
from tests.faults.people import threads
from tests.faults.serving import Shop, bots, shop
from tests.faults.stage import Stage, until
from tests.scenarios.reading import words

CHANNELS = 24
REPLICAS = 2
RECEIPT = "Undo"  # what nobody but the one who did it is offered
BESIDE = 3  # races of different defects at the same time
LONGER = "Still at it."  # its true answer follows


@dataclass(frozen=True)
class Act:
    """What is typed, and the event that it leaves once."""

    typed: str
    kind: Kind


# Each can be done again only after the other.
FIX = Act("fixed {key}", Kind.DEFECT_FIXED)
FAIL = Act("verify {key} fail still wrong", Kind.VERIFICATION_FAILED)


@dataclass
class Defect:
    key: str
    fixer: str = ""
    races: int = 0

    @property
    def act(self) -> Act:
        return FAIL if self.fixer else FIX


async def raced(stage: Stage, size: int) -> Outcome:
    with stage.postgres() as url:
        async with shop(CHANNELS) as town, bots(town, stage.room(), url, REPLICAS):
            await threads(town, CHANNELS, History())
            there = [Defect(f"DEF-{number + 1}") for number in range(CHANNELS)]
            outcome, dice = Outcome(0), random.Random(size)
            while outcome.injected < size:
                field = there[outcome.injected % CHANNELS :][: min(BESIDE, size - outcome.injected)]
                told = await asyncio.gather(*(_race(town, defect, dice) for defect in field))
                outcome.injected += len(field)
                outcome.wrong += [sentence for each in told for sentence in each]
            await books.drained(url)
            return _judged(url, town, there, outcome)


async def _race(town: Shop, defect: Defect, dice: random.Random) -> list[str]:
    """What is wrong with it. Who fixed a defect may not verify it, and does not take part."""
    act = defect.act
    able = [person for person in town.people if person != defect.fixer]
    field = dice.sample(able, dice.randint(2, min(8, len(able))))
    typed = f"/defect {act.typed}".format(key=defect.key)
    results = await asyncio.gather(*(town.act.commands.slash(person, town.channels[0], typed) for person in field))
    told = [await _in_the_end(town, defect, *each) for each in zip(field, results, strict=True)]
    heard = dict(zip(field, told, strict=True))
    winners = [person for person, said in heard.items() if said.endswith(RECEIPT)]
    defect.races += 1
    if len(winners) != 1:
        return [f"{typed}: {len(winners)} winners: {list(heard.values())}"]
    defect.fixer = winners[0] if act is FIX else ""
    losers = {person: said for person, said in heard.items() if person not in winners}
    return [f"{typed}: somebody hears {said!r}" for said in losers.values() if f"<@{winners[0]}>" not in said]


async def _in_the_end(town: Shop, defect: Defect, person: str, result: Result) -> str:
    """What follows, where the answer in time was that there is none yet."""
    said = words(result.shown)
    if not said.startswith(LONGER):
        return said
    told: list[str] = []

    async def known() -> bool:
        since = [each for each in town.space.state.ephemerals.values() if each["ts"] > result.shown["ts"]]
        mine = [words(each) for each in since if each["_user"] == person]
        told[:] = [each for each in mine if defect.key in each]
        return bool(told)

    await until(known, f"{person} hears what came of it")
    return told[0]


def _judged(url: str, town: Shop, there: list[Defect], outcome: Outcome) -> Outcome:
    kept = select(defects.c.key, events.c.kind).join(
        events, (events.c.team_id == defects.c.team_id) & (events.c.subject_id == defects.c.id)
    )
    won = (FIX.kind.value, FAIL.kind.value)
    log = books.read(url, lambda connection: [(row.key, row.kind) for row in connection.execute(kept)])
    for defect in there:
        counts = tuple(log.count((defect.key, kind)) for kind in won)
        expected = ((defect.races + 1) // 2, defect.races // 2)
        outcome.check(counts == expected, f"{defect.key} was fixed and failed {counts} times, not {expected}")
    outcome.findings += books.spoken(url, town.space)
    outcome.wrong += books.unsound(url, town.space.team_id)
    return outcome


ROWS = (Row("races", "two to eight people act at once", raced, 200, 1_000),)
