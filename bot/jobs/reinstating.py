"""Slack tells nobody that it takes a token again: it is asked, less and less often, and what waits goes out."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from bot.jobs.ports import Tokens
from bot.services.context import Clock
from bot.services.roads import KeyMissing, Refusal, Refusals
from bot.slack.answers import Ok, SlackPort

_log = structlog.get_logger(__name__)

FIRST = timedelta(seconds=5)
# What waits leaves so long after the token is good again, at the latest; the price is a call for each who refuses it.
LONGEST = timedelta(minutes=5)
AT_ONCE = 4  # workspaces that are asked about at one time
PATIENCE = 10.0  # seconds for one answer
REMEDY = "`countersign doctor` says what to do. Slack is asked again every few minutes; what could not be sent is kept."


class Reinstating:
    """`refusals` reads the store; `opened` is told of a workspace that takes our token again."""

    def __init__(
        self,
        refusals: Callable[[], Awaitable[Refusals]],
        tokens: Tokens,
        slack: SlackPort,
        opened: Callable[[str], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self._refusals = refusals
        self._tokens = tokens
        self._slack = slack
        self._opened = opened
        self._clock = clock
        self._room = asyncio.Semaphore(AT_ONCE)
        # When each is asked next, and how long that was waited for.
        self._turns: dict[str, tuple[datetime, timedelta]] = {}

    async def run(self) -> int:
        """How many workspaces were asked about."""
        refused = (await self._refusals()).of
        self._forget({each.team_id for each in refused})
        due = [each for each in refused if self._is_due(each)]
        await asyncio.gather(*(self._ask(each.team_id) for each in due))
        return len(due)

    def _forget(self, refused: set[str]) -> None:
        """Whoever takes the token and none of our messages is refused again at once: their pauses go on growing."""
        now = self._clock.now()
        self._turns = {team: turn for team, turn in self._turns.items() if team in refused or turn[0] > now}

    def _is_due(self, refusal: Refusal) -> bool:
        now, team = self._clock.now(), refusal.team_id
        if team not in self._turns:
            _log.error("token_refused", team=team, code=refusal.code, remedy=REMEDY)
            self._turns[team] = now + FIRST, FIRST
        at, pause = self._turns[team]
        if at > now:
            return False
        pause = min(2 * pause, LONGEST)
        self._turns[team] = now + pause, pause
        return True

    async def _ask(self, team: str) -> None:
        async with self._room:
            try:
                token = await self._tokens.token(team)
            except KeyMissing:
                return
            if token and isinstance(await self._slack.call(token, "auth.test", {}, deadline=PATIENCE), Ok):
                await self._opened(team)
