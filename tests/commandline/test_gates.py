"""`countersign gates`: a file is checked to the column, applied as an event, and tried on what shipped."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.commandline.gate_file import read
from bot.domain.gates import DEFAULT, DEFAULT_TEXT
from bot.domain.project import Policy
from bot.domain.values import Priority, Role, Severity
from bot.services import filing
from bot.services import requests as ask
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.readiness import status
from bot.services.shipping import ship
from storage import tables
from storage.database import open_store
from storage.people import remember
from storage.tenant import Tenant
from tests.looking import look
from tests.services.test_releases import build, file, fix, plan
from tests.storage.acting import DEVON, RUTH, START, Workspace

STRICT = """\
gates:
  open_s1_s2:
    stops: true
  fixes_verified:
  old_ones:
    criterion: triaged
    hours: 8
  cart:
    query: status:open comp:cart
    limit: 0
    says: "nothing open in the <cart>"
"""


@pytest.fixture
def workspace(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """2.3 shipped with an open defect in the cart; 2.4 has one that waits for its build."""
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", sqlite_url)
    store = open_store(sqlite_url)
    made = Workspace(store)
    plan(made, "2.3")
    build(made, "2.3.0-rc1", "2.3")
    made.act(_in_cart, RUTH)
    made.clock.forward(hours=1)
    made.act(lambda uow: ship(uow, ask.Ship("2.3", anyway="the date")), RUTH)
    plan(made)
    fix(made, file(made, "Total, wrong"))
    store.run_sync(lambda connection: remember(Tenant(connection, "T1", START), {RUTH: "Ruth", DEVON: "Devon"}))
    yield made
    store.close_sync()


def _in_cart(uow: UnitOfWork) -> None:
    key = filing.file_defect(uow, ask.FileDefect("Cart", Severity.S3, component="cart", home="C1")).defect.key
    filing.triage(uow, ask.Triage(key, Severity.S3, Priority.P2, "2.3"))


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["gates", *map(str, words)])


@pytest.fixture
def strict(tmp_path: Path) -> Path:
    return written(tmp_path, STRICT)


def written(folder: Path, text: str) -> Path:
    path = folder / "gates.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("gates:\n  triaged:\n    hour: 8\n", "3:5", "I do not know the field `hour`; did you mean `hours`?"),
        ("gates:\n  triagd:\n", "2:3", "I do not know the criterion `triagd`; did you mean `triaged`?"),
        ("gates:\n  x:\n    criterion: nothing\n", "3:16", "I do not know the criterion `nothing`; there is `open_s1"),
        ("gates:\n  triaged:\n    hours: soon\n", "3:12", "`hours`: input should be a valid integer"),
        ("gates:\n  triaged:\n    hours: 0\n", "3:12", "`hours`: input should be greater than or equal to 1"),
        ("gates:\n  triaged:\n    stops: 1\n", "3:12", "`stops`: input should be a valid boolean"),
        ("gates:\n  Cart!:\n    query: status:open\n", "2:3", "a gate's name is small letters"),
        ("gates:\n  x:\n    criterion: query\n", "2:3", "`query` is missing"),
        ("gates:\n  x:\n    query: sevrity:S1\n", "3:12", "did you mean `severity`?"),
        ("gates:\n  x:\n    query: 'open sevrity:S1'\n", "3:18", "did you mean `severity`?"),
        ("gates:\n  x:\n    query: owner:@me\n", "3:12", "name people by their Slack id"),
        ("gates:\n  x:\n    query: open sort:age\n", "3:12", "leave out `sort:`"),
        ("gates:\n  x:\n    query: text:card\n", "3:12", "now only"),
        ("gate:\n  triaged:\n", "1:1", "I do not know the field `gate`; did you mean `gates`?"),
        ("gates:\n", "1:7", "`gates`: input should be a valid dictionary"),
        ("gates: {}\n", "1:8", "at least 1 item"),
        ("gates:\n  triaged:\n  triaged:\n", "3:3", "`triaged` stands here twice"),
        ("gates:\n  triaged: &a\n  x: *a\n", "3:6", "an alias is not read here"),
        ("gates: [\n", "2:1", "this is no YAML"),
        ("- one\n", "1:1", "a gate file begins with `gates:`"),
        ("", "1:1", "a gate file begins with `gates:`"),
        ("gates:\n  x: \x07\n", "1:1", "characters that no text has"),
        ("# " + "x" * 70_000, "1:1", "longer than"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_column(tmp_path: Path, text: str, place: str, words: str) -> None:
    path = written(tmp_path, text)
    answer = run("check", path)
    assert (answer.exit_code, answer.stdout) == (2, "")
    first, shown, carets = answer.stderr.splitlines()[:3]
    assert first.startswith(f"{path}:{place}: "), first
    assert words in first
    assert (len(carets) - len(carets.lstrip()), "^" in carets) == (int(place.split(":")[1]) - 1, True)
    assert shown in text


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "gates:\n  triagd:\n  fixes_verified:\n    hours: 3\n  tests_passed:\n    rate: 101\n")
    told = [line for line in run("check", path).stderr.splitlines() if line.startswith(str(path))]
    assert [line.split(":")[1] for line in told] == ["2", "4", "6"]


def test_the_default_is_a_file_like_any_other() -> None:
    read_back = read(DEFAULT_TEXT)
    assert read_back.rules == DEFAULT.rules
    assert read_back.text == DEFAULT.text


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gates.yaml"
    path.write_bytes(b"gates:\n  x\xff:\n")
    assert "no text in UTF-8" in run("check", path).stderr


def test_an_applied_file_judges_from_then_on_and_is_one_event(workspace: Workspace, strict: Path) -> None:
    before = workspace.clock.at + timedelta(seconds=1)
    assert run("show").stdout == DEFAULT_TEXT
    answer = run("apply", strict, "--by", "Ruth")
    assert answer.stdout == ("Version 1 of the gates of DEF holds from now on. Changed: triaged, old_ones, cart.\n"), (
        answer.stderr
    )
    assert run("show").stdout == STRICT
    (kept,) = json.loads(run("show", "--json").stdout)
    assert (kept["version"], kept["by"], kept["gates"]) == (
        1,
        RUTH,
        ["open_s1_s2", "fixes_verified", "old_ones", "cart"],
    )
    (event,) = events(workspace)
    assert (event.actor, json.loads(event.body)["facts"]["changed"]) == (RUTH, "triaged old_ones cart")
    names = workspace.ask(
        lambda q: [g.name for g in status(q, q.release("2.4", q.project_for(None)), before).readiness.gates]
    )
    assert names == ["open_s1_s2", "fixes_verified", "triaged"]


def gates_at(workspace: Workspace, at: datetime) -> list[str]:
    def ask(q: Questions) -> list[str]:
        return [gate.name for gate in status(q, q.release("2.4", q.project_for(None)), at).readiness.gates]

    return workspace.ask(ask)


def events(workspace: Workspace) -> list[Row[Any]]:
    table = tables.events
    return list(look(workspace.store, "T1", select(table).where(table.c.kind == "gates_changed")))


def test_a_file_with_a_mistake_is_not_applied(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, "gates:\n  open_s1_s2:\n  fixes_verified:\n    stopps: true\n")
    answer = run("apply", path, "--by", RUTH)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert f"{path}:4:5: " in answer.stderr
    assert "stopps" in answer.stderr
    assert (events(workspace), run("show").stdout) == ([], DEFAULT_TEXT)


def test_the_same_file_once_more_changes_nothing(workspace: Workspace, strict: Path) -> None:
    run("apply", strict, "--as-operator")
    assert "hold for DEF already" in run("apply", strict, "--as-operator").stdout
    assert [event.actor for event in events(workspace)] == ["operator"]


@pytest.mark.parametrize("who", [(), ("--by", "Ruth", "--as-operator")])
def test_an_edit_of_the_gates_says_who_answers_for_it(workspace: Workspace, strict: Path, who: tuple[str, ...]) -> None:
    answer = run("apply", strict, *who)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "Nothing was applied. Say who edits: --by NAME, or --as-operator" in answer.stderr
    assert (events(workspace), run("show").stdout) == ([], DEFAULT_TEXT)


def test_who_may_not_edit_the_gates_is_refused_and_nothing_is_kept(workspace: Workspace, strict: Path) -> None:
    def appoint(uow: UnitOfWork) -> None:
        project = uow.projects.default()
        project.policy = Policy(roles={Role.RELEASE_MANAGER: frozenset({RUTH}), Role.ADMIN: frozenset({RUTH})})
        uow.projects.save(project)

    workspace.act(appoint)
    answer = run("apply", strict, "--by", DEVON)
    assert (answer.exit_code, "gates is for admins and release managers here" in answer.stderr.replace("`", "")) == (
        2,
        True,
    )
    assert "Did you mean Ruth?" in run("apply", strict, "--by", "Rth").stderr
    assert (events(workspace), run("show").stdout) == ([], DEFAULT_TEXT)


@pytest.mark.parametrize("written", ["U0NEWHERE1", "@U0NEWHERE1"])
def test_whoever_the_bot_has_not_heard_of_is_named_by_id(workspace: Workspace, strict: Path, written: str) -> None:
    answer = run("apply", strict, "--by", written)
    assert answer.exit_code == 0, answer.stderr
    assert [event.actor for event in events(workspace)] == ["U0NEWHERE1"]


def test_a_name_in_capitals_is_no_id(workspace: Workspace, strict: Path) -> None:
    said = run("apply", strict, "--by", "URSEL").stderr
    assert "Nobody is clearly called URSEL, so nothing was applied." in said
    assert "--by U0123ABCD" in said
    assert "--as-operator" in said
    assert events(workspace) == []


@pytest.mark.usefixtures("workspace")
def test_a_file_is_tried_on_what_shipped(strict: Path) -> None:
    said = run("test", strict, "--against", "2.3").stdout
    assert said == (
        "2.3 shipped READY; these gates say AT RISK and would have stopped it:\n✗ nothing open in the <cart>: DEF-1\n"
    )
    (told,) = json.loads(run("test", strict, "--json").stdout)
    assert (told["release"], told["was"], told["would"]) == ("2.3", "READY", "AT RISK")
    assert [(gate["gate"], gate["value"]) for gate in told["gates"]][-1] == ("cart", "fail")


@pytest.mark.usefixtures("workspace")
def test_what_has_not_shipped_cannot_be_tried(strict: Path) -> None:
    assert "2.4 has not shipped" in run("test", strict, "--against", "2.4").stderr
    assert "Did you mean 2.3?" in run("test", strict, "--against", "2.33").stderr
