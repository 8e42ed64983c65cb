"""`countersign digest` and `countersign export` read a real store and end with the documented codes."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.commandline.export_rows import COLUMNS
from bot.domain.values import Severity
from bot.services import filing
from bot.services import requests as ask
from bot.services.filing import file_defect
from storage.database import open_store
from storage.people import remember
from storage.tenant import Tenant
from tests.services.test_releases import build, file, fix, plan
from tests.storage.acting import START, TESS, Workspace

HOSTILE = '=HYPERLINK("http://evil")'


@pytest.fixture
def store_path(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", sqlite_url)
    return sqlite_url


@pytest.fixture
def workspace(store_path: str) -> Iterator[Workspace]:
    """Two defects in 2.4, one of them fixed in the next build; one in 2.5, with a title like a formula."""
    store = open_store(store_path)
    made = Workspace(store)
    plan(made)
    plan(made, "2.5")
    file(made, "Card declined twice")
    fix(made, file(made, "Total, wrong"))
    request = ask.FileDefect(HOSTILE, severity=Severity.S1, component="-cart", release="2.5", home="C1")
    made.act(lambda uow: file_defect(uow, request))
    yield made
    store.close_sync()


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.mark.usefixtures("workspace")
def test_the_digest_is_printed_as_markdown_and_nothing_is_recorded() -> None:
    answer = run("digest", "2.4", "--stdout")
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout.startswith("**Release 2.4: UNDEFINED** · no ship date\n\n")
    assert "**So far**  2 filed · 1 fixed" in answer.stdout
    assert "- UTESS: verify DEF-2\n- Anybody: triage DEF-1\n" in answer.stdout
    assert answer.stdout == run("digest", "2.4", "--stdout").stdout


@pytest.mark.usefixtures("workspace")
def test_the_digest_s_facts_come_as_json() -> None:
    facts = json.loads(run("digest", "2.5", "--json").stdout)
    assert (facts["release"], facts["verdict"], facts["since"]["filed"]) == ("2.5", "NOT READY", ["DEF-3"])
    assert [gate["gate"] for gate in facts["gates"]] == ["open_s1_s2", "fixes_verified", "triaged"]
    assert facts["blockers"][0]["next"] == {"act": "triage", "person": None}
    assert facts["head"].split(":")[0].isdigit()


@pytest.mark.usefixtures("workspace")
def test_with_check_a_release_that_is_not_ready_ends_with_one() -> None:
    assert run("digest", "2.5", "--stdout", "--check").exit_code == 1


def test_a_ready_release_passes_the_check(workspace: Workspace) -> None:
    plan(workspace, "3.0")
    build(workspace, "3.0.0-rc1", "3.0")
    assert run("digest", "3.0", "--stdout", "--check").exit_code == 0


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["digest", "2.4"], "--stdout"),
        (["digest", "2.44", "--stdout"], "Did you mean 2.4?"),
        (["digest", "2.4", "--stdout", "--project", "SHOP"], "Known: DEF"),
        (["digest", "2.4", "--stdout", "--team", "T9"], "Known: T1"),
        (["export", "--query", "sevrity:S1"], "did you mean severity?"),
        (["export", "--query", "owner:@me"], "nobody is `me`"),
        (
            ["export", "--query", "open rel:2.44"],
            "open rel:2.44\n         ^^^^\nno release is called 2.44 here; did you mean 2.4?",
        ),
        (["export", "--query", "text:card", "--as-of", "2026-11-20"], "only the present is known"),
        (["export", "--as-of", "soon"], "soon is no moment"),
        (["export", "--as-of", "9000-01-01"], "still to come"),
    ],
)
def test_what_cannot_be_meant_ends_with_two_and_the_way_out(words: list[str], said: str) -> None:
    answer = run(*words)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert said in answer.stderr


def test_without_a_store_it_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    answer = run("digest", "2.4", "--stdout")
    assert (answer.exit_code, answer.stdout) == (4, "")
    assert "countersign migrate" in answer.stderr
    assert not (tmp_path / "none.db").exists()


@pytest.mark.usefixtures("store_path")
def test_an_empty_store_says_so() -> None:
    assert "empty" in run("export").stderr


@pytest.mark.usefixtures("workspace")
def test_export_writes_a_json_object_a_line() -> None:
    rows = [json.loads(line) for line in run("export").stdout.splitlines()]
    assert {row["key"] for row in rows} == {"DEF-1", "DEF-2", "DEF-3"}
    assert all(list(row) == list(COLUMNS) for row in rows)
    hostile = next(row for row in rows if row["key"] == "DEF-3")
    assert (hostile["title"], hostile["release"], hostile["triaged"]) == (HOSTILE, "2.5", False)


@pytest.mark.usefixtures("workspace")
def test_export_takes_a_query() -> None:
    keys = [json.loads(line)["key"] for line in run("export", "--query", "status:open rel:2.4").stdout.splitlines()]
    assert keys == ["DEF-1"]


def test_export_writes_one_json_array_and_finds_people_by_their_names(workspace: Workspace) -> None:
    workspace.store.run_sync(lambda connection: remember(Tenant(connection, "T1", START), {TESS: "Tess"}))
    assert "did you mean Tess?" in run("export", "--query", "owner:@tss").stderr
    rows = json.loads(run("export", "--format", "json", "--query", "reporter:@tess sort:-key").stdout)
    assert [row["key"] for row in rows] == ["DEF-3", "DEF-2", "DEF-1"]
    assert json.loads(run("export", "--format", "json", "--query", "status:closed").stdout) == []


def test_export_of_an_instant_shows_what_stood_then(workspace: Workspace) -> None:
    before = workspace.clock.at
    workspace.clock.forward(hours=2)
    edit = ask.Edit("DEF-1", title="Card declined once", component="pay", severity=Severity.S1)
    workspace.act(lambda uow: filing.edit(uow, edit))
    asked = ("export", "--query", "sev:S3 comp:none sort:key", "--format", "json", "--as-of")
    (then,) = json.loads(run(*asked, before.isoformat()).stdout)[:1]
    assert (then["key"], then["title"], then["severity"], then["component"]) == (
        "DEF-1",
        "Card declined twice",
        "S3",
        None,
    )
    now = json.loads(run(*asked, (before + timedelta(hours=3)).isoformat()).stdout)
    assert "DEF-1" not in [row["key"] for row in now]
    assert json.loads(run(*asked, "2020-01-01 09:00").stdout) == []


@pytest.mark.usefixtures("workspace")
def test_in_csv_no_cell_of_people_begins_like_a_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(run("export", "--format", "csv", "--project", "def").stdout)))
    assert [row["key"] for row in rows if row["key"] == "DEF-3"] == ["DEF-3"]
    hostile = next(row for row in rows if row["key"] == "DEF-3")
    assert (hostile["title"], hostile["component"]) == (f"'{HOSTILE}", "'-cart")
    assert next(row for row in rows if row["key"] == "DEF-2")["title"] == "Total, wrong"
    for row in rows:
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


@pytest.mark.usefixtures("workspace")
def test_csv_of_nothing_has_its_head() -> None:
    answer = run("export", "--format", "csv", "--query", "status:closed")
    assert answer.stdout.strip().split(",") == list(COLUMNS)
