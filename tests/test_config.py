import base64
from pathlib import Path

import pytest

from bot.config import ConfigurationError, Settings, load, variable

BOT_TOKEN = "xoxb-1111-2222-abcdefghij"
KEY = base64.urlsafe_b64encode(b"k" * 32).decode()


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine reaches a test; the data directory is the test's own."""
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
        monkeypatch.delenv(f"{variable(field)}_FILE", raising=False)
    monkeypatch.delenv("COUNTERSIGN_CONFIG", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def test_without_any_setting_the_store_is_sqlite_in_the_data_directory_and_slack_is_slack(tmp_path: Path) -> None:
    settings = load()
    assert settings.data_dir == tmp_path / "countersign"
    assert settings.database_url == f"sqlite:///{tmp_path}/countersign/countersign.db"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 3000)
    assert settings.slack_bot_token is None


def test_a_relative_xdg_directory_is_ignored_as_its_specification_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "here")
    monkeypatch.setenv("HOME", "/home/tess")
    assert load().data_dir == Path("/home/tess/.local/share/countersign")


def test_slacks_settings_have_slacks_names_and_ours_have_our_prefix() -> None:
    assert {variable(field) for field in Settings.model_fields} - {"COUNTERSIGN_ORIGINS"} == {
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SLACK_SIGNING_SECRET",
        "COUNTERSIGN_DATA_DIR",
        "COUNTERSIGN_MIGRATION_URL",
        "COUNTERSIGN_DATABASE_URL",
        "COUNTERSIGN_SLACK_API_URL",
        "COUNTERSIGN_HTTP_HOST",
        "COUNTERSIGN_HTTP_PORT",
        "COUNTERSIGN_METRICS_READERS",
        "COUNTERSIGN_INGEST_TOKEN",
        "COUNTERSIGN_ENCRYPTION_KEYS",
    }


def test_the_environment_wins_over_a_secret_file_and_that_over_the_toml_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "countersign").mkdir()
    toml = tmp_path / "countersign" / "countersign.toml"
    toml.write_text('slack_bot_token = "xoxb-from-toml"\nslack_app_token = "xapp-from-toml"\nhttp_port = 8080\n')
    secret = tmp_path / "app_token"
    secret.write_text("xapp-from-secret-file\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN", BOT_TOKEN)
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "/nowhere/unread because the variable itself is set")
    monkeypatch.setenv("SLACK_APP_TOKEN_FILE", str(secret))
    settings = load()
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == BOT_TOKEN
    assert settings.slack_app_token is not None
    assert settings.slack_app_token.get_secret_value() == "xapp-from-secret-file"
    assert settings.http_port == 8080
    origin = {name: source for name, _, source in settings.masked()}
    assert origin["SLACK_BOT_TOKEN"] == "environment"
    assert origin["SLACK_APP_TOKEN"] == str(secret)
    assert origin["COUNTERSIGN_HTTP_PORT"] == str(toml)
    assert origin["COUNTERSIGN_HTTP_HOST"] == "default"


def test_unprefixed_variables_of_other_programs_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PORT", "1")
    monkeypatch.setenv("DATABASE_URL", "mysql://x")
    assert load().http_port == 3000


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "")
    assert load().slack_app_token is None


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@db/x", "postgresql+psycopg://u:p@db/x"),
        ("postgresql://u:p@db/x", "postgresql+psycopg://u:p@db/x"),
        ("postgresql+psycopg://db/x", "postgresql+psycopg://db/x"),
        ("sqlite:////var/lib/countersign.db", "sqlite:////var/lib/countersign.db"),
    ],
)
def test_every_spelling_of_postgresql_goes_through_psycopg(
    monkeypatch: pytest.MonkeyPatch, given: str, used: str
) -> None:
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", given)
    assert load().database_url == used


def test_the_secrets_of_a_compatible_server_may_be_short(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "secret"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = load()
    kept = (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    assert [secret and secret.get_secret_value() for secret in kept] == [*given.values()]


def test_the_api_address_always_ends_in_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_SLACK_API_URL", "http://127.0.0.1:8765/api")
    assert load().slack_api_url == "http://127.0.0.1:8765/api/"


def test_encryption_keys_are_a_comma_list_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_ENCRYPTION_KEYS", f"{KEY}, {KEY}")
    assert [key.get_secret_value() for key in load().encryption_keys] == [KEY, KEY]


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("SLACK_BOT_TOKEN", "xapp-not-the-bot-token", "starts with xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-not-the-app-token", "starts with xapp-"),
        ("SLACK_SIGNING_SECRET", "two words", "Signing Secret"),
        ("COUNTERSIGN_DATABASE_URL", "mysql://root:hunter22@db/x", "sqlite:///"),
        ("COUNTERSIGN_SLACK_API_URL", "ftp://files.slack.com/", "http or https"),
        ("COUNTERSIGN_HTTP_PORT", "70000", "0 to 65535"),
        ("COUNTERSIGN_HTTP_PORT", "http", "0 to 65535"),
        ("COUNTERSIGN_INGEST_TOKEN", "short", "16 characters"),
        ("COUNTERSIGN_ENCRYPTION_KEYS", "nonsense!", "Fernet"),
        ("COUNTERSIGN_ENCRYPTION_KEYS", KEY[:20], "Fernet"),
        ("COUNTERSIGN_ENCRYPTION_KEYS", base64.urlsafe_b64encode(b"too short").decode(), "Fernet"),
    ],
)
def test_a_bad_value_gets_one_sentence_with_its_name_and_remedy_and_is_never_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, remedy: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        load()
    assert len(caught.value.sentences) == 1
    assert name in str(caught.value)
    assert remedy in str(caught.value)
    assert value not in str(caught.value)
    assert caught.value.__context__ is None


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "x")
    monkeypatch.setenv("COUNTERSIGN_HTTP_PORT", "x")
    with pytest.raises(ConfigurationError) as caught:
        load()
    assert len(caught.value.sentences) == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('databse_url = "sqlite:///x"', "did you mean `database_url`?"),
        ("[zzz]", "`zzz` in the configuration file is not a setting: known are slack_bot_token"),
        ("http_port = ", "is not valid TOML"),
    ],
)
def test_a_mistake_in_the_toml_file_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, sentence: str
) -> None:
    toml = tmp_path / "other.toml"
    toml.write_text(text)
    monkeypatch.setenv("COUNTERSIGN_CONFIG", str(toml))
    with pytest.raises(ConfigurationError, match=sentence.replace("?", r"\?")):
        load()


@pytest.mark.parametrize("name", ["COUNTERSIGN_CONFIG", "SLACK_BOT_TOKEN_FILE"])
def test_a_file_that_was_named_but_cannot_be_read_is_an_error(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "/nowhere/at/all")
    with pytest.raises(ConfigurationError, match=rf"{name} names /nowhere/at/all.*No such file"):
        load()


def test_a_file_that_is_not_text_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    monkeypatch.setenv("COUNTERSIGN_CONFIG", str(tmp_path / "binary"))
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        load()


def test_nothing_secret_is_shown_by_masked_repr_or_str(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": "xapp-1-canary-app",
        "SLACK_SIGNING_SECRET": "canary-signing",
        "COUNTERSIGN_INGEST_TOKEN": "canary-ingest-token",
        "COUNTERSIGN_ENCRYPTION_KEYS": KEY,
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", "postgres://bot:can@ry:x@db:5432/x?sslmode=require&password=canary2")
    settings = load()
    shown = f"{settings.masked()} {settings!r} {settings}"
    for value in (*secrets.values(), "can@ry", "ry:x", "canary2"):
        assert value not in shown
    rows = {name: value for name, value, _ in settings.masked()}
    assert rows["SLACK_BOT_TOKEN"] == "xoxb-********"
    assert rows["COUNTERSIGN_DATABASE_URL"] == (
        "postgresql+psycopg://bot:********@db:5432/x?sslmode=require&password=********"
    )
    assert rows["COUNTERSIGN_ENCRYPTION_KEYS"] == "********"


def test_values_given_in_code_win_over_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_HTTP_PORT", "1")
    assert Settings(http_port=2).http_port == 2
