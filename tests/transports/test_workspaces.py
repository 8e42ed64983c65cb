"""Whose token serves whom, where the store holds one of another workspace."""

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.answers import Ambiguous, Answer, Ok
from bot.transports.authorization import note_teams
from bot.transports.workspaces import Workspaces

TEAMS = {"xoxb-own": "T1", "xoxb-stored": "T2", "xoxb-stored-too": "T4"}


class Known:
    """A Slack that knows the tokens, until it is `away`."""

    away = False

    async def call(
        self, token: str, method: str, payload: Mapping[str, Any], *, deadline: float | None = None
    ) -> Answer:
        await asyncio.sleep(0)
        return Ambiguous("TimeoutError") if self.away else Ok({"team_id": TEAMS[token], "user_id": f"U{TEAMS[token]}"})


class Kept:
    def __init__(self) -> None:
        self.tokens = {"T2": "xoxb-stored"}

    async def token(self, team_id: str) -> str | None:
        await asyncio.sleep(0)
        return self.tokens.get(team_id)

    async def teams(self) -> list[str]:
        return list(self.tokens)

    async def remove(self, team_id: str) -> bool:
        return self.tokens.pop(team_id, None) is not None


async def served(workspaces: Workspaces, body: Mapping[str, Any]) -> tuple[str | None, str | None] | None:
    """The tenant and the token; None when it is refused."""
    context = AsyncBoltContext()

    async def done() -> None:
        pass

    await note_teams(body, context, done)
    result = await workspaces(context=context, team_id=body.get("team_id"), user_id="U1")
    return (result.team_id, result.bot_token) if result else None


async def test_each_workspace_is_served_by_its_own_token_until_it_leaves() -> None:
    workspaces = Workspaces(Known(), "xoxb-own", Kept())
    assert await served(workspaces, {"team_id": "T1"}) == ("T1", "xoxb-own")
    assert await served(workspaces, {"team_id": "T2"}) == ("T2", "xoxb-stored")
    assert await served(workspaces, {"team_id": "T3"}) is None
    assert [await workspaces.token(team) for team in ("T1", "T2", "T3")] == ["xoxb-own", "xoxb-stored", None]
    await workspaces.leave("T2")
    assert await served(workspaces, {"team_id": "T2"}) is None
    assert await workspaces.token("T2") is None


async def test_workspaces_that_ask_at_once_each_get_their_own_token() -> None:
    kept = Kept()
    kept.tokens["T4"] = "xoxb-stored-too"
    workspaces = Workspaces(Known(), "xoxb-own", kept)
    asked = ["T2", "T4", "T1"] * 20
    tokens = {team: token for token, team in TEAMS.items()}
    answers = await asyncio.gather(*(served(workspaces, {"team_id": team}) for team in asked))
    assert answers == [(team, tokens[team]) for team in asked]
    assert await asyncio.gather(*map(workspaces.token, asked)) == [tokens[team] for team in asked]


async def test_a_click_in_a_channel_of_both_belongs_to_whose_message_it_was() -> None:
    workspaces = Workspaces(Known(), "", Kept())
    kept = Workspaces(Known(), "xoxb-own", Kept())
    click = {"type": "block_actions", "team": {"id": "T1"}, "message": {"team": "T2"}}
    assert await served(kept, click) == ("T2", "xoxb-stored")
    assert await served(workspaces, click) == ("T2", "xoxb-stored")


async def test_a_farewell_is_heard_though_its_token_is_dead() -> None:
    slack = Known()
    slack.away = True
    workspaces = Workspaces(slack, "xoxb-own", Kept())
    farewell = {"authorizations": [{"team_id": "T2"}], "event": {"type": "app_uninstalled"}}
    assert await served(workspaces, farewell) == ("T2", None)


async def test_while_slack_is_away_messages_keep_the_token_of_the_environment() -> None:
    slack = Known()
    slack.away = True
    assert await Workspaces(slack, "xoxb-own", Kept()).token("T1") == "xoxb-own"
