"""What happens on roads that Slack has closed for good: nothing more is sent there until somebody has mended it, one
person hears, and what could not be sent is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.jobs.remedy import Closing
from bot.services.delivery import Claimed, Settled, State
from bot.services.ports import UnitsOfWork
from bot.services.roads import ALL, KEY_MISSING, REMOVED, ClosedRoad
from bot.slack.answers import FATES, TOKEN_IS_DEAD, Fate, Permanent

# Not everything that is mended is told to us: so long after the last try one row tries again.
PAUSE = timedelta(hours=6)
# What another replica found out holds here after this.
FRESH = timedelta(seconds=15)
# Why a row ends where nobody has given us a token.
NOT_HERE = "not installed there"
TOKENLESS = TOKEN_IS_DEAD | {KEY_MISSING, NOT_HERE}


def reason_of(road: str, code: str) -> str:
    return f"{code} in {road}" if road != ALL else code


def road_of(answer: Permanent, method: str, channel: str) -> str | None:
    """What that refusal closes; None when it concerns one message only."""
    if answer.code in TOKEN_IS_DEAD:
        return ALL
    return {Fate.INSTALLATION: method, Fate.ROUTE: channel or None}.get(answer.fate)


def belonging(road: str, closed: Iterable[ClosedRoad]) -> tuple[frozenset[str], frozenset[str]]:
    """The roads that open with this one, and all that a row may have died of on them. Whoever is installed anew has new
    rights, so the methods' roads open with the workspace's."""
    opening = [each for each in closed if each.road == road or (road == ALL and "." in each.road)]
    codes = TOKENLESS if road == ALL else {code for code, fate in FATES.items() if fate is Fate.ROUTE}
    reasons = {reason_of(road, code) for code in codes} | {reason_of(each.road, each.code) for each in opening}
    return frozenset({road, *(each.road for each in opening)}), frozenset(reasons)


@dataclass
class Pauses:
    """What the store knows of closed roads, remembered for FRESH."""

    units: UnitsOfWork
    _known: dict[str, tuple[datetime, dict[str, ClosedRoad]]] = field(default_factory=dict)

    async def closed(self, team_id: str, roads: Sequence[str], now: datetime, trying: set[str]) -> ClosedRoad | None:
        """The first of these that is closed. After PAUSE one row is let through, for all its calls, which is written
        down in its `trying`; what the others would say is kept until it has found out."""
        known = await self._of(team_id, now)
        for closed in (known[road] for road in roads if road in known and road not in trying):
            # Whoever carries a row has its token in hand: the key is back.
            waits = closed.code != KEY_MISSING and now - closed.tried_at < PAUSE
            if closed.code == REMOVED or waits:
                return closed
            known[closed.road] = replace(closed, tried_at=now)
            trying.add(closed.road)
        return None

    async def _of(self, team_id: str, now: datetime) -> dict[str, ClosedRoad]:
        read_at, known = self._known.get(team_id, (None, {}))
        if read_at is None or now - read_at >= FRESH:
            found = await self.units.ask(team_id, lambda questions: questions.closed_roads())
            known = {each.road: each for each in found}
            self._known[team_id] = (now, known)
        return known

    def among(self, team_id: str, roads: Iterable[str]) -> frozenset[str]:
        """Those of them that were closed when we last looked."""
        return frozenset(roads) & self._known.get(team_id, (None, {}))[1].keys()

    def forget(self, team_id: str) -> None:
        """One was opened or closed: the store knows."""
        self._known.pop(team_id, None)

    def end_of(self, row: Claimed, road: str, answer: Permanent, now: datetime) -> Settled:
        """The row's end; the first one on that road tells somebody."""
        closed = ClosedRoad(road, answer.code, now, now)
        self._known.setdefault(row.team_id, (now, {}))[1].setdefault(road, closed)
        return Settled(State.DEAD, reason_of(road, answer.code), Closing(row, road, answer.code, answer.detail))
