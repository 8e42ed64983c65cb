import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.manifest import build_manifest

SLOW = ("pydantic", "slack_sdk", "slack_bolt", "sqlalchemy", "starlette", "matplotlib", "jinja2", "apscheduler")


@pytest.fixture
def shell() -> CliRunner:
    return CliRunner()


def test_help_is_quick_because_it_imports_nothing_that_takes_time() -> None:
    script = "import sys; import bot.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {module.partition(".")[0] for module in loaded} & set(SLOW)


def test_python_dash_m_bot_is_the_command_line_and_documents_its_exit_codes() -> None:
    answer = subprocess.run([sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, check=False)
    assert answer.returncode == 0
    assert "3 configuration" in " ".join(answer.stdout.split())


def test_every_command_has_help(shell: CliRunner) -> None:
    for words in (["--help"], ["manifest", "--help"], ["config", "--help"], ["config", "show", "--help"]):
        answer = shell.invoke(app, words)
        assert (answer.exit_code, "Usage" in answer.output) == (0, True)


def test_manifest_prints_json_that_slack_takes(shell: CliRunner) -> None:
    answer = shell.invoke(app, ["manifest", "--url", "https://bot.example.com", "--prefix", "acme-", "--mentions-only"])
    assert answer.exit_code == 0
    assert json.loads(answer.output) == build_manifest(
        url="https://bot.example.com", prefix="acme-", mentions_only=True
    )


def test_manifest_refuses_a_plain_http_address_as_wrong_usage(shell: CliRunner) -> None:
    answer = shell.invoke(app, ["manifest", "--url", "http://bot.example.com"])
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "https" in answer.stderr


def test_config_show_masks_secrets_and_names_the_source(shell: CliRunner) -> None:
    environment = {"SLACK_BOT_TOKEN": "xoxb-canary-canary"}
    plain = shell.invoke(app, ["config", "show"], env=environment)
    rows = json.loads(shell.invoke(app, ["config", "show", "--json"], env=environment).output)
    assert {"name": "SLACK_BOT_TOKEN", "value": "xoxb-********", "source": "environment"} in rows
    assert "canary" not in f"{plain.output} {rows}"
    assert "SLACK_BOT_TOKEN" in plain.output


def test_a_bad_setting_ends_with_the_configuration_code_and_a_sentence(shell: CliRunner) -> None:
    answer = shell.invoke(app, ["config", "show"], env={"COUNTERSIGN_HTTP_PORT": "http"})
    assert (answer.exit_code, answer.stdout) == (3, "")
    assert answer.stderr.startswith("COUNTERSIGN_HTTP_PORT cannot be used")
