"""Whose request is it? One bot token serves one workspace; auth.test is asked once, never on the way to an ack.

Bolt's own single-token authorization takes the team from whatever the payload names. Here the tenant is the workspace
of the token. A payload that names only others belongs to a tenant of that name while ours is the only token, so that no
workspace ever sees another's records; where the store keeps those of others it is refused: ours means nothing there. An
organisation-wide token speaks for the workspace that the payload names.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.answers import Answer, Ok, Permanent, SlackPort

REFUSAL = "Countersign is not installed for this workspace. Somebody who manages its apps can install it."
PATIENCE = 2.0  # seconds for auth.test, inside Slack's 3 s for an answer
PAUSE = 5.0  # seconds between two attempts after a failure
NAMED = "countersign_named_teams"
FAREWELL = "countersign_farewell"
_FAREWELLS = frozenset({"app_uninstalled", "tokens_revoked"})


@dataclass(frozen=True, slots=True)
class Installation:
    """What auth.test says of the bot token; `team_id` is the tenant of everything that it serves."""

    team_id: str
    enterprise_id: str | None
    team_name: str
    team_url: str
    bot_id: str
    bot_user_id: str
    scopes: frozenset[str]
    org_wide: bool = False

    def tenant(self, named: Collection[str], first: str | None, *, alone: bool = False) -> str | None:
        """Whose request that names these teams is; None when it is not ours. `first`: the team that Bolt reads;
        `alone`: there is no token but ours."""
        if not self.org_wide and (self.team_id in named or not named):
            return self.team_id
        return first or min(named, default=None) if self.org_wide or alone else None


class WorkspaceUnknown(Exception):
    """auth.test has not succeeded yet; `answer` is its last answer. People are told in words
    (bot.transports.nameless), and events come again."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"auth.test: {answer}")
        self.answer = answer


class OneWorkspace(AsyncAuthorize):
    """The `authorize` of a bot with one token. `clock`: seconds that only grow; `alone`: the bot has no other."""

    def __init__(
        self, slack: SlackPort, token: str, clock: Callable[[], float] = monotonic, *, alone: bool = True
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._slack = slack
        self.token = token
        self._alone = alone
        self._clock = clock
        self._lock = asyncio.Lock()
        self._installation: Installation | None = None
        self._failure: tuple[float, Answer] | None = None

    async def installation(self) -> Installation:
        """Asked once and kept; raises WorkspaceUnknown, and after a failure asks again every few seconds at most."""
        async with self._lock:
            if self._installation is None:
                self._installation = await self._ask()
            return self._installation

    @property
    def refusal(self) -> str | None:
        """The code with which Slack refuses to say whose token this is, as it last answered."""
        answer = self._failure[1] if self._failure else None
        return answer.code if isinstance(answer, Permanent) else None

    def forget(self) -> None:
        """Asks again before the next request, for whoever saw Slack refuse the token."""
        self._installation = None

    async def _ask(self) -> Installation:
        if self._failure and self._clock() - self._failure[0] < PAUSE:
            raise WorkspaceUnknown(self._failure[1])
        answer = await self._slack.call(self.token, "auth.test", {}, deadline=PATIENCE)
        if not isinstance(answer, Ok):
            self._failure = (self._clock(), answer)
            raise WorkspaceUnknown(answer)
        self._failure = None
        return installation_of(answer)

    async def __call__(
        self, *, context: AsyncBoltContext, team_id: str | None, user_id: str | None, **_: object
    ) -> AuthorizeResult | None:
        """The result's `team_id` is the tenant, also where the payload names the actor's own team."""
        ours = self._installation or await self.installation()
        named = context.get(NAMED) or tuple(filter(None, (team_id,)))
        tenant = ours.tenant(named, team_id, alone=self._alone)
        if not tenant:
            return None
        return AuthorizeResult(
            enterprise_id=ours.enterprise_id,
            team_id=tenant,
            bot_id=ours.bot_id,
            bot_user_id=ours.bot_user_id,
            bot_token=self.token,
            user_id=user_id,
        )


def installation_of(answer: Ok) -> Installation:
    """From auth.test's answer; the scopes come in a header of every Web API answer."""
    data, scopes = answer.data, answer.headers.get("x-oauth-scopes", "")
    return Installation(
        team_id=str(data.get("team_id") or ""),
        enterprise_id=data.get("enterprise_id"),
        team_name=str(data.get("team") or ""),
        team_url=str(data.get("url") or ""),
        bot_id=str(data.get("bot_id") or ""),
        bot_user_id=str(data.get("user_id") or ""),
        org_wide=bool(data.get("is_enterprise_install")),
        scopes=frozenset(filter(None, (scope.strip() for scope in scopes.split(",")))),
    )


async def note_teams(body: Mapping[str, Any], context: AsyncBoltContext, next: Callable[[], Awaitable[None]]) -> None:
    """A middleware before authorization, which is shown the context alone."""
    context[NAMED] = named_teams(body)
    event = body.get("event")
    context[FAREWELL] = isinstance(event, Mapping) and event.get("type") in _FAREWELLS
    await next()


def named_teams(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The teams that the payload may be addressed to, the likeliest first.

    In a channel shared with another company an interaction names the *actor's* team, and our own only as the team
    of our message or view (docs.slack.dev/apis/slack-connect); an event names its installation in `authorizations`.
    """
    installed = tuple(str(one["team_id"]) for one in body.get("authorizations") or () if one.get("team_id"))
    if installed:
        return installed
    view, message = body.get("view") or {}, body.get("message") or {}
    team = body.get("team")
    named = (
        view.get("app_installed_team_id"),
        # Only our own messages have buttons of ours.
        message.get("team") if body.get("type") == "block_actions" else None,
        body.get("team_id"),
        team.get("id") if isinstance(team, Mapping) else team,
        view.get("team_id"),
        message.get("team"),
        body.get("context_team_id"),
    )
    return tuple(dict.fromkeys(str(name) for name in named if name))
