"""The owner of the tables migrates; the bot's role serves, and says what to do where it cannot."""

import json
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool
from typer.testing import CliRunner, Result

from bot.cli import app
from storage.condition import condition
from storage.database import open_store
from tests.conftest import serving_url
from tests.owner import owner_url
from tests.storage.acting import Workspace, file


@pytest.fixture
def empty(postgres_url: str) -> Iterator[str]:
    """A database without tables, as its owner. The server has the bot's role already."""
    name = f"t_{uuid.uuid4().hex}"
    engine = create_engine(owner_url(postgres_url), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(owner_url(postgres_url)).set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def run(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(
        app, list(words), env={f"COUNTERSIGN_{name.upper()}": environment[name] for name in environment}
    )


def test_the_owner_migrates_and_the_other_role_works(empty: str) -> None:
    urls = {"database_url": serving_url(empty), "migration_url": empty}
    moved = json.loads(run("migrate", "--json", **urls).stdout)
    assert (moved["from"], moved["to"]) == (None, condition(empty).newest)
    assert run("migrate", **urls).stdout == "The store is up to date.\n"
    assert (condition(empty).unbound, condition(urls["database_url"]).unbound) == (True, False)
    store = open_store(urls["database_url"])
    assert Workspace(store).act(file()) == "DEF-1"
    store.close_sync()


def test_a_role_that_may_not_migrate_says_who_must(empty: str) -> None:
    slack = {"SLACK_BOT_TOKEN": "xoxb-1-secret", "SLACK_SIGNING_SECRET": "s" * 32}
    environment = {"COUNTERSIGN_DATABASE_URL": serving_url(empty), **slack}
    for words in (["serve"], ["migrate"]):
        refused = CliRunner().invoke(app, words, env=environment)
        assert (refused.exit_code, refused.stdout) == (4, "")
        assert "countersign_serving may not" in refused.stderr
        assert "COUNTERSIGN_MIGRATION_URL" in refused.stderr
