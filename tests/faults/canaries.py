"""Secrets and people's words on their way into the log: in calls, in objects, in exceptions, from every library."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from pydantic import BaseModel
from sqlalchemy import create_engine, text

from bot import logs
from bot.config import Settings
from storage.errors import StoreUnavailable
from tests.faults.outcome import Outcome, Row
from tests.faults.stage import Stage

OTHERS = ("slack_sdk.web", "slack_bolt.App", "uvicorn.error", "aiohttp.client", "sqlalchemy.pool", "psycopg", "asyncio")
# With {} in the place of the canary; known by their shape, wherever they stand.
SHAPES = (
    "xoxb-1-{}",
    "xapp-1-A-{}",
    "xoxe.xoxp-1-{}",
    "https://hooks.slack.com/commands/T1/1/{}",
    "https://hooks.slack.com/services/T1/B1/{}",
    "wss://wss-primary.slack.com/link/?ticket={}",
    "postgresql+psycopg://bot:{}@db:5432/shop",
)


class _Form(BaseModel):
    number: int


def _plain(words: str) -> None:
    raise ValueError(f"cannot mean {words!r}")


def _caused(words: str) -> None:
    try:
        _plain(words)
    except ValueError as error:
        raise RuntimeError("it failed") from error


def _of_a_key(words: str) -> None:
    dict[str, str]()[words]


def _of_a_form(words: str) -> None:
    _Form.model_validate({"number": words})


def _of_sql(words: str) -> None:
    with create_engine("sqlite://").connect() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": words})


def _of_the_store(words: str) -> None:
    raise StoreUnavailable(f"Failing row contains ({words})")


def _with_a_note(words: str) -> None:
    error = OSError(28, words)
    error.add_note(words)
    raise error


def _of_a_group(words: str) -> None:
    raise ExceptionGroup(words, [ValueError(words), KeyError(words)])


FAILURES: tuple[Callable[[str], None], ...] = (
    *(_plain, _caused, _of_a_key, _of_a_form, _of_sql, _of_the_store, _with_a_note, _of_a_group),
)


def _fails(failure: Callable[[str], None], words: str, chosen: random.Random) -> None:
    """As ours log a failure, and as Bolt and asyncio do, whose message repeats the exception."""
    try:
        failure(words)
    except Exception as error:
        name = chosen.choice(OTHERS)
        way = chosen.randrange(4)
        if way == 0:
            structlog.get_logger("ours").exception("outbox_failed")
        elif way == 1:
            logging.getLogger(name).exception("Failed to run listener function (error: %s)", error)
        elif way == 2:
            logging.getLogger(name).error(f"Task exception was never retrieved: {error!r}", exc_info=error)
        else:
            logging.getLogger(name).error("failed", exc_info=(type(error), error, error.__traceback__))


def _calls(secret: str, chosen: random.Random) -> None:
    name = chosen.choice(OTHERS)
    ways: tuple[Callable[[], object], ...] = (
        lambda: structlog.get_logger("ours").warning("called", url=secret),
        lambda: structlog.get_logger("ours").warning(
            f"called {secret}", headers={"authorization": [f"Bearer {secret}"]}
        ),
        lambda: structlog.get_logger("ours").warning("called", body=secret.encode(), given=(secret, {secret})),
        lambda: logging.getLogger(name).error("called with %s", secret),
        lambda: logging.getLogger(name).error("called with %(token)s", {"token": secret}),
        lambda: logging.getLogger(name).error(json.dumps({"token": secret})),
    )
    chosen.choice(ways)()


@contextmanager
def _listening(secrets: Iterator[str] | list[str]) -> Iterator[io.StringIO]:
    """The log of a serving process, which is otherwise this one's stderr."""
    root, kept, err = logging.getLogger(), logging.getLogger().handlers[:], sys.stderr
    level, heard, muted = root.level, io.StringIO(), root.manager.disable
    before = structlog.get_config()
    logging.disable(logging.NOTSET)
    sys.stderr = heard
    try:
        logs.configure(secrets=secrets)
        yield heard
    finally:
        sys.stderr = err
        root.handlers[:] = kept
        root.setLevel(level)
        logging.disable(muted)
        structlog.configure(**before)
        logs.forget_secrets()


async def canaries(stage: Stage, size: int) -> Outcome:
    chosen = random.Random(16)
    own = ["signing-canary-secret", "ingest-canary-token-16", "p%40ss-canary"]
    settings = Settings(
        slack_signing_secret=own[0],
        ingest_token=own[1],
        database_url=f"postgresql://bot:{own[2]}@db/x",
        data_dir=stage.room(),
    )
    with _listening(list(settings.secrets())) as heard:
        for number in range(size):
            canary = f"canary{number}x"
            secret = chosen.choice([shape.format(canary) for shape in SHAPES] + own[:2] + ["p@ss-canary"])
            _calls(secret, chosen)
            _fails(chosen.choice(FAILURES), chosen.choice([secret, f"The {canary} was declined"]), chosen)
        await asyncio.sleep(0)
    lines = heard.getvalue().splitlines()
    outcome = Outcome(2 * size, notes=[f"{len(lines)} lines"])
    shown = [line for line in lines if "canary" in line]
    outcome.check(len(lines) >= 2 * size, f"only {len(lines)} lines were logged")
    outcome.check(not shown, f"{len(shown)} lines show a canary, such as {shown[:1]}")
    outcome.check(all(isinstance(json.loads(line), dict) for line in lines), "a line is no JSON")
    return outcome


ROWS = (Row("canaries", "secrets and words on their way into the log", canaries, 100, 1_000),)
