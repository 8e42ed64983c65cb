"""`countersign config suggestions`: when a workspace shows possible duplicates to who did not ask."""

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.services import requests as ask
from bot.services import setup
from storage.database import open_store
from tests.storage.acting import TESS, Workspace


def told(*words: str) -> Result:
    return CliRunner().invoke(app, ["config", "suggestions", *words])


def test_it_says_and_changes_what_is_chosen_whoever_is_admin_in_slack(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", sqlite_url)
    store = open_store(sqlite_url)
    Workspace(store).act(lambda uow: setup.set_up(uow, ask.SetUp("C1", "DEF", admins=(TESS,))))
    store.close_sync()
    answers = [told(*words) for words in ((), ("button",), (), ("sometimes",), ())]
    assert [answer.exit_code for answer in answers] == [0, 0, 0, 2, 0]
    assert [answer.stdout.strip() for answer in answers if not answer.exit_code] == ["typing", *["button"] * 3]
