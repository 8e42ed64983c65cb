"""A connection is reset at every step of the outbox, before and after the effect of each call to Slack."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from sqlalchemy import select

from bot.sandbox.faults import FaultKind
from bot.services.delivery import State
from bot.services.outgoing import Sort
from storage.tables import outbox
from tests.faults import books
from tests.faults.day import lived, stands, whispered
from tests.faults.history import Effect, Findings, History
from tests.faults.outcome import Outcome, Row
from tests.faults.stage import Stage
from tests.scenarios.conftest import built
from tests.scenarios.town import Town

# What only the delivery calls; the rest is asked on other ways too.
METHODS = (
    "chat.postMessage",
    "chat.update",
    "chat.postEphemeral",
    "reactions.add",
    "conversations.join",
    "conversations.open",
    "views.publish",
    "files.getUploadURLExternal",
    "upload",
    "files.completeUploadExternal",
)
TOGETHER = 6  # resets in one day
DIRECT = "directmessage"
FOUND = ("lost", "phantom", "twice", "reordered")
HISTORY = ("channels:history", "groups:history")


@dataclass(frozen=True)
class Step:
    """The `place`-th call of a method."""

    method: str
    place: int
    kind: FaultKind


@asynccontextmanager
async def _day(stage: Stage, cache: Path, steps: Sequence[Step], *, readable: bool) -> AsyncIterator[tuple[Town, str]]:
    url = stage.sqlite()
    async with built("http", url, cache) as town:
        if not readable:
            scopes = town.space.app["manifest"]["oauth_config"]["scopes"]["bot"]
            scopes[:] = [scope for scope in scopes if scope not in HISTORY]
        for step in steps:
            town.space.faults.plan(step.method, step.kind, skip=step.place)
        await lived(town)
        yield town, url


async def reset(stage: Stage, size: int) -> Outcome:
    """Days until `size` resets happened, TOGETHER planned for each; every third day Slack's history cannot be read."""
    cache, outcome, unknown = stage.room(), Outcome(0), 0
    async with _day(stage, cache, (), readable=True) as (town, _):
        usual, answers = stands(town), Counter(whispered(town))
        counts = Counter(name for name, _ in town.space.calls)
    steps = _steps(counts | {"upload": counts["files.getUploadURLExternal"]}, size)
    for number in count():
        if outcome.injected >= size:
            break
        readable = number % 3 < 2
        async with _day(stage, cache, tuple(islice(steps, TOGETHER)), readable=readable) as (town, url):
            unknown += _compared(town, url, usual, outcome, readable=readable)
            again = Counter(whispered(town)) - answers
            outcome.check(not again, f"said to one person more than once: {again}")
    outcome.notes.append(f"{unknown} counted as outbox_ambiguous")
    return outcome


def _steps(counts: Mapping[str, int], seed: int) -> Iterator[Step]:
    """Every call of every method, before and after its effect, in any order, and so again without end."""
    kinds = (FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER)
    steps = [Step(name, place, kind) for name in METHODS for place in range(counts[name]) for kind in kinds]
    dice = random.Random(seed)
    while True:
        yield from dice.sample(steps, len(steps))


def _compared(town: Town, url: str, usual: Sequence[Effect], outcome: Outcome, *, readable: bool) -> int:
    """How many messages nobody can know of, which the bot counts itself."""
    outcome.injected += len(town.space.faults.happened)
    outcome.wrong += books.unsound(url, town.space.team_id)
    ended = books.read(url, lambda connection: [tuple(row) for row in connection.execute(_ENDED)])
    counted = town.bot.delivery.counters["outbox_ambiguous_total"]
    lost = [sort for state, sort, _ in ended if state == State.LOST]
    outcome.check(len(lost) == counted, f"{len(lost)} rows are lost, but {counted} were counted")
    given_up = [row for row in ended if row[0] == State.DEAD and not str(row[2]).startswith("is_archived")]
    outcome.check(not given_up, f"given up: {given_up}")
    outcome.findings += books.spoken(url, town.space)
    public, direct = _parted(_expected(usual).compare(stands(town)))
    if readable:
        outcome.findings += public
        _in_doubt(direct, lost.count(Sort.DIRECT.value), outcome)
    else:
        _in_doubt(public + direct, len(lost), outcome)
    return counted


def _parted(found: Findings) -> tuple[Findings, Findings]:
    """In channels, whose history the bot may read, and in direct messages, which it may not."""

    def part(*, direct: bool) -> Findings:
        return Findings(*(tuple(id for id in getattr(found, n) if id.startswith(DIRECT) is direct) for n in FOUND))

    return part(direct=False), part(direct=True)


def _in_doubt(found: Findings, unknown: int, outcome: Outcome) -> None:
    """What nobody can look up is lost or said twice only where the bot counted it; what stands on a lost message has no
    place, and is lost with it."""
    alone = [id for id in found.lost if not any(stands_on(id, other) for other in found.lost)]
    doubtful = len(alone) + len(found.twice) + len(found.phantom)
    outcome.check(doubtful <= unknown and not found.reordered, f"{found} where only {unknown} are in doubt")


def stands_on(effect: str, other: str) -> bool:
    """Whether it is a reply to that message, or a file or a reaction at it: `PLACE under WORDS: …`, `PLACE: … at WORDS`
    of `PLACE: WORDS`. Words may hold what looks like the end of a place."""
    cuts = [place for place in range(len(other)) if other.startswith(": ", place)]
    ways = [(other[:cut], other[cut + 2 :]) for cut in cuts]
    return effect != other and any(
        effect.startswith(f"{place} under {words}: ")
        or (effect.startswith(f"{place}: ") and effect.endswith(f" at {words}"))
        for place, words in ways
    )


def _expected(usual: Sequence[Effect]) -> History:
    history = History()
    for effect in usual:
        history.done(effect.id, effect.lane)
    return history


_ENDED = select(outbox.c.state, outbox.c.sort, outbox.c.reason)
# Beside the reference day this is three days, and every method in one of them.
ROWS = (Row("outbox", "a reset before or after each call of the outbox", reset, 18, 500),)
