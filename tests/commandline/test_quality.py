"""`countersign quality`: the figures of a release, and rules that, tried on it, really would have said no."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.commandline.gate_file import read
from bot.domain.results import Outcome
from bot.domain.values import Priority, Resolution, Severity
from bot.services import requests as ask
from bot.services.defects import defer, resolve
from bot.services.filing import triage
from bot.services.importing import import_cases, import_requirements
from bot.services.shipping import ship
from bot.services.testing import plan_cases, record_result
from storage.database import open_store
from tests.services.test_releases import build, plan
from tests.storage.acting import RUTH, Workspace, file

NEEDED = (ask.RequirementLine(2, "REQ-1", "Pay"), ask.RequirementLine(3, "REQ-2", "Print"))
CASES = (
    ask.CaseLine(2, "TC-1", "Pay once", requirements=("REQ-1",)),
    ask.CaseLine(3, "TC-2", "Print a receipt", requirements=("REQ-2",)),
    ask.CaseLine(4, "TC-3", "Pay twice", requirements=("REQ-1",)),
)


@pytest.fixture
def workspace(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """2.3 shipped with REQ-1 tested, REQ-2 not; with TC-3 planned and not run; with open defects in two tills."""
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", sqlite_url)
    store = open_store(sqlite_url)
    made = Workspace(store)
    plan(made, "2.3")
    build(made, "2.3.0", "2.3")
    made.act(lambda uow: import_requirements(uow, ask.ImportRequirements(NEEDED, "one")))
    made.act(lambda uow: import_cases(uow, ask.ImportCases(CASES, "two")))
    made.act(lambda uow: plan_cases(uow, ask.PlanCases("2.3", ("TC-1", "TC-3"))))
    made.act(lambda uow: record_result(uow, ask.RecordResult("TC-1", Outcome.PASSED, "2.3.0")))
    for till in ("the till", "the-till"):
        _triaged(made, made.act(file("It jams", component=till)))
    made.clock.forward(hours=1)
    made.act(lambda uow: ship(uow, ask.Ship("2.3", anyway="the date")), RUTH)
    made.clock.forward(hours=1)
    plan(made)
    yield made
    store.close_sync()


def _triaged(workspace: Workspace, key: str) -> str:
    request = ask.Triage(key, Severity.S3, Priority.P3)
    workspace.act(lambda uow: triage(uow, request))
    return key


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("quality", "2.3", "--json").stdout)
    return found


def escape(workspace: Workspace, **values: Any) -> str:
    return workspace.act(file("A customer saw it", build="2.3.0", release="2.4", **values))


# What an escaped defect is, and the rule that would have spoken of it.
RULES: tuple[tuple[dict[str, Any], str], ...] = (
    ({"requirements": ("TC-3",)}, "plan_executed"),
    ({"requirements": ("REQ-1",)}, "plan_executed"),
    ({"requirements": ("REQ-2",)}, "requirements_covered"),
    ({"requirements": ("TC-2",)}, "requirements_covered"),
    ({"component": "the till"}, "the_till_open"),
    ({"component": "The TILL"}, "the_till_open"),
    ({"component": "The-Till"}, "the_till_open_2"),
)


def test_each_proposed_rule_pasted_as_it_is_would_have_stopped_the_release(
    workspace: Workspace, tmp_path: Path
) -> None:
    wanted = {escape(workspace, **values): rule for values, rule in RULES}
    assert {defect["key"]: defect["rule"] for defect in told()["defects"]} == wanted
    path = tmp_path / "rules.yaml"
    path.write_text(run("quality", "2.3", "--rules").stdout)
    assert {each.name for each in read(path.read_text()).rules} == set(wanted.values())
    (replayed,) = json.loads(run("gates", "test", str(path), "--against", "2.3", "--json").stdout)
    assert {gate["gate"]: gate["value"] != "pass" for gate in replayed["gates"]} == dict.fromkeys(wanted.values(), True)
    assert "and would have stopped it:" in run("gates", "test", str(path), "--against", "2.3").stdout


def test_where_no_rule_would_have_spoken_none_is_proposed(workspace: Workspace) -> None:
    """All that it is tied to was tested and passed within the day, and nothing was known of its component."""
    build(workspace, "2.4.0")
    for case in ("TC-1", "TC-2", "TC-3"):
        _passed(workspace, case)
    workspace.clock.forward(hours=1)
    workspace.act(lambda uow: ship(uow, ask.Ship("2.4", anyway="the date")), RUTH)
    workspace.clock.forward(hours=1)
    key = workspace.act(file("A customer saw it", build="2.4.0", requirements=("TC-1",), component="colours"))
    said = run("quality", "2.4").stdout
    assert f"{key} A customer saw it — no gate reads anything of it; nothing that was known then" in said
    assert f"`link {key} TC-3`" in said
    assert run("quality", "2.4", "--rules").exit_code == 1
    trends = [json.loads(run("quality", name, "--json").stdout)["trend"] for name in ("2.3", "2.4")]
    assert [[each["release"] for each in trend] for trend in trends] == [[], ["2.3"]]


def _passed(workspace: Workspace, case: str) -> None:
    workspace.act(lambda uow: record_result(uow, ask.RecordResult(case, Outcome.PASSED, "2.4.0")))


def test_a_gate_that_passed_and_reads_what_would_have_shown_it_was_silent(workspace: Workspace) -> None:
    escape(workspace, severity=Severity.S1)
    escape(workspace, severity=Severity.S3)
    assert [each["silent"] for each in told()["defects"]] == [["open_s1_s2"], []]
    said = run("quality", "2.3").stdout
    assert "**no open S1 or S2** passed, as nobody had filed it" in said
    assert "no gate reads anything of it" in said


def test_what_is_no_defect_of_its_own_did_not_escape(workspace: Workspace) -> None:
    copy, none, _ = (escape(workspace) for _ in range(3))
    assert told()["escaped"] == 3
    workspace.act(lambda uow: resolve(uow, ask.Resolve(copy, Resolution.DUPLICATE, "DEF-1")))
    workspace.act(lambda uow: resolve(uow, ask.Resolve(none, Resolution.NOT_A_DEFECT)))
    assert told()["escaped"] == 1


def test_putting_a_fix_off_does_not_move_what_was_found(workspace: Workspace) -> None:
    key = escape(workspace)
    plan(workspace, "2.5")
    workspace.act(lambda uow: defer(uow, ask.Defer(key, "2.5", "it can wait")), RUTH)
    found = told()
    assert (found["escaped"], found["found_before"], found["leakage"], found["removal"]) == (1, 2, 33, 0)


def test_no_rule_and_no_release_are_said_with_an_exit_code(workspace: Workspace) -> None:
    nothing = run("quality", "2.3", "--rules")
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert "No rule over what was known then would have spoken." in nothing.stderr
    unknown = run("quality", "2.33")
    assert (unknown.exit_code, "Did you mean 2.3?" in unknown.stderr) == (2, True)
    assert run("quality", "2.3", "--as-of", "some day").exit_code == 2
    then = f"{workspace.clock.at:%Y-%m-%dT%H:%M}+00:00"
    workspace.clock.forward(hours=1)
    escape(workspace)
    assert "0 of 2 defects escaped" in run("quality", "--as-of", then).stdout
    assert "1 of 3 defects escaped" in run("quality").stdout
