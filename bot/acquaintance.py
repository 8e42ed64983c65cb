"""What is learned at a start, beside the first requests: whose our tokens are, which channels we are in, who is who,
and that Slack takes our messages again. The first command already depends on it."""

import asyncio
from collections.abc import Sequence

import structlog

from bot.services.roads import KeyMissing
from bot.slack.answers import Answer, Permanent
from bot.transports.authorization import PAUSE, OneWorkspace, WorkspaceUnknown
from bot.transports.workspaces import Workspaces
from handlers.desk import Desk

_log = structlog.get_logger(__name__)

AT_ONCE = 4  # workspaces that are asked about at one time
LOST_KEY = (
    "Add that key at the end of COUNTERSIGN_ENCRYPTION_KEYS and start again, or hand the token to `countersign "
    "workspace add`; what could not be sent meanwhile is kept and will be."
)
# Whatever the token: the process goes on, so that whoever acts is told, and the operator reads this once.
REFUSED = (
    "Install the app again and give its Bot User OAuth Token as SLACK_BOT_TOKEN, then start again (for a workspace of "
    "its own: `countersign workspace add`); `countersign doctor` tells what Slack says of it."
)
AWAY = "It is asked again every few seconds. Check the network, HTTPS_PROXY and COUNTERSIGN_SLACK_API_URL."


LONGEST = 300.0  # seconds between two attempts where the token is refused


def _say(unknown: Answer) -> None:
    if isinstance(unknown, Permanent):
        _log.error("token_refused", code=unknown.code, remedy=REFUSED)
    else:
        _log.warning("slack_away", why=str(unknown), remedy=AWAY)


class Acquaintance:
    def __init__(self, workspaces: Workspaces, desk: Desk) -> None:
        self._workspaces = workspaces
        self._desk = desk
        self._room = asyncio.Semaphore(AT_ONCE)

    async def make(self) -> None:
        """With every workspace that we have a token of; goes on asking while Slack is away or refuses us. One that
        fails is logged, and learned at its first request."""
        stored = await self._workspaces.stored()
        await asyncio.gather(self._own(stored), *map(self._of, stored))

    async def _own(self, stored: Sequence[str]) -> None:
        own = self._workspaces.own
        if own.token:
            await self._learn(own, but=stored)

    async def _of(self, team: str) -> None:
        try:
            if one := await self._workspaces.of(team):
                await self._learn(one)
        except KeyMissing as error:
            _log.warning("key_missing", team=team, key=error.key_id, remedy=LOST_KEY)

    async def _learn(self, one: OneWorkspace, but: Sequence[str] = ()) -> None:
        said: set[type[Answer]] = set()
        pause = PAUSE
        while unknown := await self._unknown(one, but):
            if type(unknown) not in said:
                _say(unknown)
            said.add(type(unknown))
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST) if isinstance(unknown, Permanent) else PAUSE

    async def _unknown(self, one: OneWorkspace, but: Sequence[str]) -> Answer | None:
        """What Slack answers in the place of whose token that is. `but`: who has a token of their own in the store."""
        async with self._room:
            try:
                team = (await one.installation()).team_id
            except WorkspaceUnknown as unknown:
                return unknown.answer
            if team not in but:
                await self._about(one.token, team)
            return None

    async def _about(self, token: str, team: str) -> None:
        desk = self._desk
        learning = desk.channels.learn(token, team), desk.people.learn(token, team)
        for failure in await asyncio.gather(desk.roads.open(team), *learning, return_exceptions=True):
            if isinstance(failure, Exception):
                _log.warning("not_learned", team=team, exc_info=failure)
