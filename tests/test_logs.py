"""What a log line may say."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import HIDDEN, redacted

LOUD = """
import logging, structlog
from bot import logs
logs.configure()
token = "xoxb-111-222-canary"
try:
    raise KeyError(f"user of {token}")
except KeyError:
    structlog.get_logger("ours").exception("outbox_failed", url="postgresql://u:canary@h/db")
    logging.getLogger("theirs").exception("failed with %s", token)
"""


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-111-222-canary",
        "xapp-1-A0-3-canary",
        "xoxe.xoxb-1-canary",
        "https://hooks.slack.com/commands/T0/1/canary",
        "wss://wss-primary.slack.com/link/?ticket=canary",
        "postgresql://bot:canary@db/countersign",
    ],
)
def test_a_secret_is_hidden_wherever_it_stands(secret: str) -> None:
    assert "canary" not in redacted(f"calling with {secret} failed")
    assert HIDDEN in redacted(secret)


@given(st.text())
def test_other_words_stay(text: str) -> None:
    assert redacted(redacted(text)) == redacted(text)


def test_an_exception_is_logged_as_json_without_values_and_without_secrets() -> None:
    run = subprocess.run([sys.executable, "-c", LOUD], capture_output=True, text=True, check=True)
    ours, theirs = map(json.loads, run.stderr.splitlines())
    assert "canary" not in run.stderr
    assert (ours["event"], ours["level"], theirs["level"]) == ("outbox_failed", "error", "error")
    assert "KeyError" in ours["exception"]
    assert "KeyError" in theirs["exception"]
