"""`countersign decision`: a record that people read, that leaves the store, and that no change survives."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.domain.decisions import hash_of
from bot.services import requests as ask
from bot.services import shipping, signing, waiving
from storage.database import open_store
from storage.people import remember
from storage.tenant import Tenant
from tests.owner import as_owner
from tests.services.test_releases import build, file, plan
from tests.storage.acting import DEVON, RUTH, START, TESS, Workspace


@pytest.fixture
def workspace(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """2.4 was refused once, then went with a waiver."""
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", sqlite_url)
    store = open_store(sqlite_url)
    made = Workspace(store)
    plan(made)
    build(made, "2.4.0-rc1")
    key = file(made, "Card *declined* twice")
    made.act(lambda uow: signing.sign_off(uow, ask.SignOff("2.4", False, "refunds fail")), RUTH)
    made.clock.forward(hours=1)
    made.act(lambda uow: waiving.ask_waiver(uow, ask.Waive("2.4", key, "next", "the provider fixes it")), TESS)
    made.act(lambda uow: waiving.approve_waiver(uow, ask.ApproveWaiver("2.4", 1)), RUTH)
    made.act(lambda uow: signing.sign_off(uow, ask.SignOff("2.4", True, "tried it")), DEVON)
    made.act(lambda uow: signing.sign_off(uow, ask.SignOff("2.4", True)), RUTH)
    made.act(lambda uow: shipping.ship(uow, ask.Ship("2.4")), RUTH)
    store.run_sync(lambda connection: remember(Tenant(connection, "T1", START), {RUTH: "Ruth", TESS: "Tess"}))
    yield made
    store.close_sync()


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.mark.usefixtures("workspace")
def test_a_record_reads_as_markdown() -> None:
    said = run("decision", "2.4").stdout
    assert said.startswith("# 2.4: shipped\n\n- decided 2026-11-23T10:00:00+00:00 by Ruth\n- verdict **AT RISK**")
    assert "- open\\_s1\\_s2: undefined, waived: DEF-1 could be s1\n" in said
    assert "- go: UDEVON, 2026-11-23T10:00:00+00:00: tried it\n" in said
    assert "- 1 DEF-1 until next, approved by Ruth, asked by Tess: the provider fixes it\n" in said
    assert "- DEF-1 S3 new: Card \\*declined\\* twice\n" in said
    assert "0 closed, 1 left open: DEF-1." in said


def exported(folder: Path) -> tuple[Path, dict[str, Any]]:
    path = folder / "decisions.json"
    path.write_text(run("decision", "2.4", "--format", "json").stdout, encoding="utf-8")
    return path, json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.usefixtures("workspace")
def test_the_export_verifies_without_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, told = exported(tmp_path)
    assert [each["record"]["kind"] for each in told["decisions"]] == ["no_go", "go", "go", "ship"]
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", "sqlite:///nowhere/at/all.db")
    answer = run("audit", "verify", "--decision", str(path))
    assert (answer.exit_code, answer.stdout.startswith(f"{path}: 4 decisions hold; the last is ship")) == (0, True)


def _verdict(told: dict[str, Any]) -> None:
    told["decisions"][1]["record"]["verdict"] = "READY"


def _resealed(told: dict[str, Any]) -> None:
    told["decisions"][1]["record"]["verdict"] = "READY"
    told["decisions"][1]["hash"] = hash_of(told["decisions"][1]["record"])


def _reworded(told: dict[str, Any]) -> None:
    told["decisions"][0]["texts"]["note"]["text"] = "all is well"


def _invented(told: dict[str, Any]) -> None:
    told["decisions"][0]["texts"]["extra"] = {"salt": "00", "text": "all is well"}


CHANGES: list[tuple[Callable[[dict[str, Any]], Any], str]] = [
    (_verdict, "decision 2 does not have the content"),
    (_resealed, "decision 3 does not follow"),
    (_reworded, "decision 1 has a text beside it"),
    (_invented, "decision 1 has a text beside it"),
    (lambda told: told["decisions"].pop(0), "decision 1 does not have its place"),
    (lambda told: told["decisions"].reverse(), "decision 1 does not have its place"),
    (lambda told: told["decisions"][0]["record"].update(format="other"), "decision 1 is of no format"),
]


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(("change", "words"), CHANGES)
def test_every_change_of_an_export_is_found(
    tmp_path: Path, change: Callable[[dict[str, Any]], Any], words: str
) -> None:
    path, told = exported(tmp_path)
    change(told)
    path.write_text(json.dumps(told), encoding="utf-8")
    answer = run("audit", "verify", "--decision", str(path))
    assert answer.exit_code == 1
    assert words in answer.stdout


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("content", ["", "[]", "{}", '{"decisions": [1]}', '{"decisions": []}', "\x00"])
def test_what_no_export_wrote_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "decisions.json"
    path.write_text(content, encoding="utf-8")
    answer = run("audit", "verify", "--decision", str(path))
    assert (answer.exit_code, answer.stdout) == (2, "")


@pytest.mark.usefixtures("workspace")
def test_a_text_that_was_erased_leaves_the_seal_whole(tmp_path: Path) -> None:
    path, told = exported(tmp_path)
    del told["decisions"][0]["texts"]["note"]
    path.write_text(json.dumps(told), encoding="utf-8")
    assert run("audit", "verify", "--decision", str(path)).exit_code == 0


def test_in_the_store_the_event_log_vouches_for_each_record(workspace: Workspace, sqlite_url: str) -> None:
    assert "4 decisions hold" in run("audit", "verify", "--decision", "2.4").stdout
    with as_owner(sqlite_url) as connection:
        with pytest.raises(Exception, match="never changed"):
            connection.execute(text("UPDATE decisions SET body = '{}'"))
        connection.execute(text("DELETE FROM decision_texts WHERE number = 4"))
        connection.execute(text("DELETE FROM decisions WHERE number = 4"))
    answer = run("audit", "verify", "--decision", "2.4")
    assert (answer.exit_code, "decision 4 is missing" in answer.stdout) == (1, True)


@pytest.mark.usefixtures("workspace")
def test_who_wrote_can_be_erased_and_the_seal_holds() -> None:
    assert run("erase", TESS, "--yes").exit_code == 0
    said = run("decision", "2.4").stdout
    assert "the provider fixes it" not in said
    assert "Card" not in said
    assert "4 decisions hold" in run("audit", "verify", "--decision", "2.4").stdout


def test_a_release_that_nobody_decided_says_so(workspace: Workspace) -> None:
    plan(workspace, "2.5")
    assert "Nothing was decided about 2.5 yet" in run("decision", "2.5").stderr
    assert "Did you mean 2.4?" in run("decision", "2.44").stderr
