import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from typer.testing import CliRunner

from bot import manifest
from bot.cli import app
from bot.commandline.examination import CHECKS, Finding, Patient, State, examine
from bot.commandline.reading import Now
from bot.config import Settings
from bot.slack.answers import Answer, Ok, Permanent, RateLimited, Retryable, refused
from storage.database import open_store
from storage.installations import SqlInstallations, key_id
from storage.migrations import migrate

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ALL = ",".join(manifest.scopes())


class AnswersByMethod:
    def __init__(self, **answers: Answer) -> None:
        self.answers = answers
        self.calls: list[str] = []

    async def call(
        self, token: str, method: str, payload: Mapping[str, Any], *, deadline: float | None = None
    ) -> Answer:
        self.calls.append(method)
        return self.answers[method.replace(".", "_")]


def who(scopes: str = ALL, at: datetime = NOW) -> Ok:
    data = {"team_id": "T1", "team": "Acme", "user_id": "UBOT", "bot_id": "B1"}
    return Ok(data, {"x-oauth-scopes": scopes, "date": format_datetime(at, usegmt=True)})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        slack_bot_token=SecretStr("xoxb-canary-1"),
        slack_app_token=SecretStr("xapp-canary-2"),
        data_dir=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'countersign.db'}",
    )


Diagnose = Callable[..., Any]


@pytest.fixture
def diagnose(settings: Settings) -> Diagnose:
    """Every finding by the name of its check, for these answers of Slack's and these changed settings."""

    async def run(slack: AnswersByMethod | None = None, **changed: Any) -> dict[str, Finding]:
        healthy = AnswersByMethod(auth_test=who(), apps_connections_open=Ok({"url": "wss://x"}))
        patient = Patient(settings.model_copy(update=changed), slack or healthy, lambda: NOW)
        return {finding.check: finding for finding in await examine(patient)}

    return run


async def test_a_token_that_no_key_opens_is_named_with_the_key_that_is_missing(
    diagnose: Diagnose, settings: Settings
) -> None:
    migrate(settings.database_url)
    store = open_store(settings.database_url)
    sealing, other = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    SqlInstallations(store, Now(), [sealing]).add("T2", "xoxb-of-another")
    await store.close()
    assert (await diagnose(encryption_keys=(SecretStr(sealing),)))["tokens"].state is State.OK
    for keys in ((), (SecretStr(other),)):
        found = (await diagnose(encryption_keys=keys))["tokens"]
        assert (found.state, f"T2 (key {key_id(sealing)})" in found.says) == (State.FAIL, True)


async def test_a_healthy_installation_is_ok_in_every_line(diagnose: Diagnose, settings: Settings) -> None:
    migrate(settings.database_url)
    found = await diagnose()
    assert len(found) == len(CHECKS)
    assert {name: finding.state for name, finding in found.items() if name != "database"} == dict.fromkeys(
        ("bot token", "scopes", "transport", "tokens", "clock", "time zones"), State.OK
    )
    assert found["bot token"].says == "Acme (T1), bot UBOT"


async def test_slack_is_asked_once_per_token(settings: Settings) -> None:
    slack = AnswersByMethod(auth_test=who(), apps_connections_open=Ok({}))
    await examine(Patient(settings, slack, lambda: NOW))
    assert slack.calls == ["auth.test", "apps.connections.open"]


async def test_without_tokens_each_line_says_where_they_come_from(diagnose: Diagnose) -> None:
    found = await diagnose(slack_bot_token=None, slack_app_token=None)
    assert (found["bot token"].state, found["transport"].state) == (State.FAIL, State.FAIL)
    assert "OAuth & Permissions" in found["bot token"].remedy
    assert "connections:write" in found["transport"].remedy
    assert "SLACK_SIGNING_SECRET" in found["transport"].remedy
    assert found["scopes"].state is State.NOTE
    assert found["clock"].state is State.NOTE


async def test_a_signing_secret_alone_means_http(diagnose: Diagnose) -> None:
    found = await diagnose(slack_app_token=None, slack_signing_secret=SecretStr("x" * 32))
    assert (found["transport"].state, found["transport"].says) == (
        State.OK,
        "HTTP on 127.0.0.1:3000, signatures verified",
    )


@pytest.mark.parametrize(
    ("answer", "says", "remedy"),
    [
        (refused("auth.test", "token_revoked"), "Slack refuses it: token_revoked", "OAuth & Permissions"),
        (Retryable("ClientConnectorError before sending"), "Slack cannot be reached: ClientConnector", "HTTPS_PROXY"),
        (RateLimited(3), "Slack cannot be reached: too many requests", "try again"),
        (Permanent("novel_code"), "Slack cannot be reached: novel_code", "try again"),
    ],
)
async def test_a_token_that_fails_is_told_apart_from_a_slack_that_is_away(
    diagnose: Diagnose, answer: Answer, says: str, remedy: str
) -> None:
    found = await diagnose(AnswersByMethod(auth_test=answer, apps_connections_open=Ok({})))
    assert found["bot token"].state is State.FAIL
    assert found["bot token"].says.startswith(says)
    assert remedy in found["bot token"].remedy


async def test_a_refused_app_token_is_its_own_line(diagnose: Diagnose) -> None:
    slack = AnswersByMethod(auth_test=who(), apps_connections_open=refused("x", "not_allowed_token_type"))
    found = await diagnose(slack)
    assert found["transport"].says == "Slack refuses it: not_allowed_token_type"
    assert found["bot token"].state is State.OK


@pytest.mark.parametrize(
    ("granted", "state", "says"),
    [
        (ALL.replace("files:write,", ""), State.FAIL, "missing: files:write"),
        (ALL + ",admin", State.NOTE, "more than is needed: admin"),
        (",".join(manifest.scopes(True)), State.NOTE, "mentions only: acts in threads need the mention"),
        ("app_mentions:read", State.FAIL, "missing: channels:join"),
        ("", State.FAIL, "missing: channels:history"),
    ],
)
async def test_scopes_are_compared_with_the_manifest(diagnose: Diagnose, granted: str, state: State, says: str) -> None:
    found = await diagnose(AnswersByMethod(auth_test=who(granted), apps_connections_open=Ok({})))
    assert found["scopes"].state is state
    assert found["scopes"].says.startswith(says)
    assert found["scopes"].remedy


@pytest.mark.parametrize(
    ("ahead", "state", "says"),
    [
        (0, State.OK, "0 s"),
        (60, State.OK, "60 s ahead"),
        (61, State.FAIL, "61 s ahead"),
        (-400, State.FAIL, "400 s behind"),
    ],
)
async def test_a_clock_is_off_past_a_minute(diagnose: Diagnose, ahead: int, state: State, says: str) -> None:
    slack = AnswersByMethod(auth_test=who(at=NOW - timedelta(seconds=ahead)), apps_connections_open=Ok({}))
    found = await diagnose(slack)
    assert found["clock"].state is state
    assert found["clock"].says.startswith(says)


async def test_a_store_that_is_not_there_is_not_created_by_looking(diagnose: Diagnose, tmp_path: Path) -> None:
    found = await diagnose()
    assert (found["database"].state, found["database"].remedy) == (State.FAIL, "run `countersign migrate`")
    assert not (tmp_path / "countersign.db").exists()


async def test_a_store_of_another_version_is_told_to_be_migrated(diagnose: Diagnose, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "countersign.db") as store:
        store.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        store.execute("INSERT INTO alembic_version VALUES ('of_long_ago')")
    store.close()
    found = await diagnose()
    assert found["database"].says.startswith("at revision of_long_ago, this version needs ")
    assert (found["database"].state, found["database"].remedy) == (State.FAIL, "run `countersign migrate`")


async def test_a_file_that_is_no_database_is_told_in_the_drivers_words(diagnose: Diagnose, tmp_path: Path) -> None:
    (tmp_path / "countersign.db").write_text("x" * 4096)
    found = await diagnose()
    assert found["database"].state is State.FAIL
    assert "not a database" in found["database"].says


async def test_a_server_that_is_away_is_told_without_the_password(diagnose: Diagnose) -> None:
    found = await diagnose(database_url="postgresql+psycopg://bot:canary@127.0.0.1:1/x")
    assert found["database"].state is State.FAIL
    assert "cannot be read" in found["database"].says
    assert "canary" not in str(found["database"])


def test_the_command_ends_with_one_when_a_check_fails_and_shows_no_secret(tmp_path: Path) -> None:
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-canary-1",
        "SLACK_APP_TOKEN": "",
        "SLACK_SIGNING_SECRET": "canary-signing",
        "COUNTERSIGN_DATA_DIR": str(tmp_path),
        "COUNTERSIGN_SLACK_API_URL": "http://127.0.0.1:1/api/",
    }
    shell = CliRunner()
    plain = shell.invoke(app, ["doctor"], env=environment)
    as_json = shell.invoke(app, ["doctor", "--json"], env=environment)
    assert (plain.exit_code, as_json.exit_code) == (1, 1)
    assert "FAIL  bot token   Slack cannot be reached" in plain.output
    assert "-> run `countersign migrate`" in plain.output
    assert {row["check"]: row["state"] for row in json.loads(as_json.output)}["transport"] == "ok"
    assert "canary" not in plain.output + as_json.output
