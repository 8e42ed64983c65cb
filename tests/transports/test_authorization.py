import asyncio
import logging

import pytest
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.answers import Ambiguous, Ok, Permanent
from bot.transports.authorization import PAUSE, OneWorkspace, WorkspaceUnknown, named_teams
from tests.transports.slack import TOKEN, Heard, KnowsOneToken, Settings, event, tiny_app


class Hands:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_slack_is_asked_once_however_many_come_at_once() -> None:
    slack = KnowsOneToken()
    workspace = OneWorkspace(slack, TOKEN)
    found = await asyncio.gather(*(workspace.installation() for _ in range(20)))
    assert slack.calls == ["auth.test"]
    assert {one.team_id for one in found} == {"T1"}
    assert found[0].scopes == {"commands", "chat:write"}


async def test_a_failure_is_not_kept_and_not_hammered() -> None:
    hands = Hands()
    slack = KnowsOneToken(Ambiguous("TimeoutError"))
    workspace = OneWorkspace(slack, TOKEN, hands)
    for _ in range(3):
        with pytest.raises(WorkspaceUnknown, match="TimeoutError"):
            await workspace.installation()
    assert slack.calls == ["auth.test"]
    hands.now += PAUSE
    assert (await workspace.installation()).team_id == "T1"
    assert slack.calls == ["auth.test"] * 2


async def test_a_token_that_was_refused_elsewhere_is_asked_about_again() -> None:
    slack = KnowsOneToken()
    workspace = OneWorkspace(slack, TOKEN)
    await workspace.installation()
    workspace.forget()
    slack.answers.append(Permanent("token_revoked"))
    with pytest.raises(WorkspaceUnknown):
        await workspace.installation()


async def test_the_tenant_is_the_installations_team_and_the_token_ours() -> None:
    workspace = OneWorkspace(KnowsOneToken(), TOKEN)
    result = await workspace(context=AsyncBoltContext(), team_id="T1", user_id="U1", enterprise_id=None)
    assert result is not None
    assert (result.team_id, result.bot_token, result.bot_user_id, result.user_id) == ("T1", TOKEN, "UBOT", "U1")


async def test_a_payload_that_names_only_another_workspace_belongs_to_that_tenant() -> None:
    workspace = OneWorkspace(KnowsOneToken(), TOKEN)
    result = await workspace(context=AsyncBoltContext(), team_id="T2", user_id="U1", enterprise_id=None)
    assert result is not None
    assert (result.team_id, result.bot_token) == ("T2", TOKEN)


async def test_where_there_are_other_tokens_it_is_not_ours() -> None:
    workspace = OneWorkspace(KnowsOneToken(), TOKEN, alone=False)
    assert await workspace(context=AsyncBoltContext(), team_id="T2", user_id="U1", enterprise_id=None) is None


async def test_an_organisation_wide_token_speaks_for_the_workspace_that_is_named() -> None:
    slack = KnowsOneToken(Ok({"team_id": "", "enterprise_id": "E1", "is_enterprise_install": True}))
    workspace = OneWorkspace(slack, TOKEN)
    result = await workspace(context=AsyncBoltContext(), team_id="T2", user_id="U1", enterprise_id="E1")
    assert result is not None
    assert (result.team_id, result.enterprise_id) == ("T2", "E1")


async def test_an_event_before_the_workspace_is_known_gets_500_and_comes_again() -> None:
    from slack_bolt.async_app import AsyncBoltRequest

    heard = Heard()
    app = tiny_app(heard, KnowsOneToken(Ambiguous("TimeoutError")))
    logging.getLogger("countersign.bolt").setLevel(logging.CRITICAL)
    response = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=event()))
    assert response.status == 500
    assert heard.events == []


def test_bolt_is_built_to_process_before_it_answers_and_never_to_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "of the environment")
    app = tiny_app(Heard())
    assert app.process_before_response
    assert app.client.retry_handlers == []
    assert app.client.base_url == Settings.slack_api_url
    assert app._signing_secret != "of the environment"


async def test_nothing_of_a_payload_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    from slack_bolt.async_app import AsyncBoltRequest

    caplog.set_level(logging.DEBUG)
    heard = Heard()
    app = tiny_app(heard)
    await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=event(text="canary")))
    await app.async_dispatch(AsyncBoltRequest(body='{"type":"event_callback","text":"canary"}'))
    await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body={**event(), "event": {"type": "canary"}}))
    assert len(heard.events) == 1
    assert "canary" not in caplog.text


def test_teams_are_read_from_every_place_that_names_an_installation() -> None:
    assert set(named_teams({"authorizations": [{"team_id": "T1"}], "team_id": "T2"})) == {"T1"}
    assert set(named_teams({"team": {"id": "T2"}, "message": {"team": "T1"}})) == {"T1", "T2"}
    assert set(named_teams({"team": None, "view": {"team_id": "T2", "app_installed_team_id": "T1"}})) == {"T1", "T2"}
    assert set(named_teams({"team_id": "T1"})) == {"T1"}
    assert named_teams({}) == ()
