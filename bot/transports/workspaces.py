"""Whose token serves a request or a message: that of its workspace in the store, else that of the environment."""

from collections.abc import Callable
from time import monotonic
from typing import Protocol

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.answers import SlackPort
from bot.transports.authorization import FAREWELL, NAMED, OneWorkspace, WorkspaceUnknown


class Vault(Protocol):
    """Where tokens of several workspaces are kept."""

    async def token(self, team_id: str) -> str | None: ...
    async def teams(self) -> list[str]: ...
    async def remove(self, team_id: str) -> bool: ...


class Workspaces(AsyncAuthorize):
    """`token`: of the environment, empty where there is none; without a `vault` there is no other.

    It is the authorization of requests, and bot.jobs.ports.Tokens.
    """

    def __init__(
        self, slack: SlackPort, token: str, vault: Vault | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.own = OneWorkspace(slack, token, clock, alone=vault is None)
        self._slack = slack
        self._vault = vault
        self._clock = clock
        self._stored: dict[str, OneWorkspace] = {}

    async def token(self, team_id: str) -> str | None:
        """None where nobody installed us. Raises what the vault raises."""
        if self._vault is None:
            # The only one there is; Slack refuses it where it does not belong.
            return self.own.token or None
        if stored := await self._vault.token(team_id):
            return stored
        if not self.own.token:
            return None
        try:
            ours = await self.own.installation()
        except WorkspaceUnknown:
            # Slack is away, or will refuse it where it does not belong: either is the delivery's business.
            return self.own.token
        return self.own.token if ours.tenant((team_id,), team_id) == team_id else None

    async def leave(self, team_id: str) -> None:
        """The token of a workspace that removed us is of no use to anybody but a thief."""
        self._stored.pop(team_id, None)
        self.own.forget()
        if self._vault is not None:
            await self._vault.remove(team_id)

    async def __call__(
        self, *, context: AsyncBoltContext, team_id: str | None, user_id: str | None, **_: object
    ) -> AuthorizeResult | None:
        """None for a workspace that is not ours. A farewell is heard without a token: it has just died."""
        named = context.get(NAMED) or tuple(filter(None, (team_id,)))
        if context.get(FAREWELL) and named:
            return AuthorizeResult(enterprise_id=None, team_id=named[0])
        for team in named if self._vault else ():
            if one := await self.of(team):
                return await one(context=context, team_id=team, user_id=user_id)
        return await self.own(context=context, team_id=team_id, user_id=user_id) if self.own.token else None

    async def stored(self) -> list[str]:
        """The workspaces whose token is in the store."""
        return await self._vault.teams() if self._vault else []

    async def of(self, team_id: str) -> OneWorkspace | None:
        """None where the store has no token of it. Raises what the vault raises."""
        token = await self._vault.token(team_id) if self._vault else None
        if token is None:
            return None
        known = self._stored.get(team_id)
        if known is None or known.token != token:
            known = self._stored[team_id] = OneWorkspace(self._slack, token, self._clock, alone=False)
        return known
