"""`countersign import build` in a real checkout, on a real store."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.services import requests as ask
from storage.database import open_store
from storage.tables import executions, test_runs
from tests.commandline.test_reading import run
from tests.ingest.test_junit import BOMB, SAMPLES
from tests.services.acting import Shop
from tests.storage.acting import Workspace

WHO = ("-c", "user.name=Devon", "-c", "user.email=devon@example.com", "-c", "commit.gpgsign=false")


class Checkout:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.path), *WHO, *words], capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout.strip()

    def commit(self, message: str) -> str:
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    path = tmp_path / "checkout"
    path.mkdir()
    made = Checkout(path)
    made.commit("Begin")
    made.git("tag", "rc1")
    return made


@pytest.fixture
def shop(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", sqlite_url)
    store = open_store(sqlite_url)
    made = Shop(Workspace(store))
    made.plan("2.4")
    yield made
    store.close_sync()


def test_a_range_of_commits_makes_a_build_that_holds_their_fixes(shop: Shop, checkout: Checkout) -> None:
    key = shop.file(release="2.4")
    sha = checkout.commit(f"Round each line — “all” of them\n\nFixes: {key}\n")
    checkout.commit("Something else")
    answer = run("import", "build", "2.4", "2.4.0-rc2", "--range", "rc1..HEAD", "--repository", str(checkout.path))
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout == f"2.4.0-rc2 is registered in 2.4 with 2 commits. Fixed in it: {key}.\n"
    assert (shop.defect(key).fix_commit, shop.build_of(key, "fixed_in")) == (sha, "2.4.0-rc2")
    assert shop.events(key)[-1].surface == "command_line"


def test_a_revert_in_the_range_takes_the_fix_back(shop: Shop, checkout: Checkout) -> None:
    key = shop.file(release="2.4")
    fix = checkout.commit(f"Round each line\n\nFixes: {key}")
    run("import", "build", "2.4", "2.4.0-rc2", "--range", "rc1..HEAD", "--repository", str(checkout.path))
    checkout.git("tag", "rc2")
    checkout.commit(f'Revert "Round each line"\n\nThis reverts commit {fix}.')
    words = ("import", "build", "2.4", "2.4.0-rc3", "--range", "rc2..HEAD", "--repository", str(checkout.path))
    assert json.loads(run(*words, "--json").stdout) == {
        "release": "2.4",
        "build": "2.4.0-rc3",
        "known": False,
        "commits": 1,
        "bound": [],
        "fixed": [],
        "reopened": [key],
        "unchanged": [],
        "unknown": [],
    }
    assert run(*words).stdout == "2.4.0-rc3 is registered in 2.4 already; nothing changed.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("2.5", "2.5.0-rc1"), "2.4"),
        (("2.4", "rc2", "--range", "rc1..nothing"), "git cannot tell these commits: fatal:"),
        (("2.4", "rc2", "--range", "--output=/tmp/x"), "git cannot tell these commits:"),
        (("2.4", "two words"), "one word"),
        (("2.4", "rc2", "--team", "T0NOBODY"), "Say which workspace"),
    ],
)
def test_what_cannot_be_imported_is_said_and_nothing_is_kept(
    shop: Shop, checkout: Checkout, words: tuple[str, ...], said: str
) -> None:
    answer = run("import", "build", *words, "--repository", str(checkout.path))
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert shop.workspace.act(lambda uow: uow.releases.project_builds(uow.projects.default().id)) == []


def test_a_folder_that_is_no_checkout_is_said(shop: Shop, tmp_path: Path) -> None:
    answer = run("import", "build", "2.4", "rc2", "--range", "a..b", "--repository", str(tmp_path / "none"))
    assert answer.exit_code == 2
    assert "git cannot tell these commits" in answer.stderr


def test_each_source_and_workspace_has_a_secret_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_INGEST_TOKEN", "a token of 24 characters".replace(" ", "-"))
    told = [
        run("config", "ingest-secret", "--source", source, "--team", team).stdout.strip()
        for source in ("ci", "github", "gitlab")
        for team in ("T1", "T2")
    ]
    assert len(set(told)) == 6
    assert {len(secret) for secret in told} == {64}
    monkeypatch.delenv("COUNTERSIGN_INGEST_TOKEN")
    refused = run("config", "ingest-secret", "--source", "ci", "--team", "T1")
    assert refused.exit_code == 3
    assert "COUNTERSIGN_INGEST_TOKEN is missing" in refused.stderr


def test_a_report_of_a_test_run_is_taken_once(shop: Shop) -> None:
    shop.build("2.4.0-rc1")
    words = ("import", "junit", str(SAMPLES / "jest.xml"), "--release", "2.4", "--build", "rc1")
    answer = run(*words)
    assert (answer.exit_code, answer.stderr) == (0, "")
    told = "1 of 4 passed on 2.4.0-rc1 · 2 failed · 0 errors · 1 skipped · 4 new test cases."
    assert answer.stdout == f"{told} 2 kinds of failure without a defect.\n"
    assert run(*words).stdout == "This report is known on 2.4.0-rc1 already; nothing changed.\n"
    assert json.loads(run(*words, "--json").stdout)["known"] is True


def test_a_report_that_cannot_be_read_or_placed_is_said(shop: Shop, tmp_path: Path) -> None:
    broken, bomb = tmp_path / "report.xml", tmp_path / "bomb.xml"
    broken.write_text("<testsuite>")
    bomb.write_bytes(BOMB)
    shop.build("2.4.0-rc1")
    for report, build, said in (
        (broken, "rc1", "report.xml: This is no XML"),
        (bomb, "rc1", "document type"),
        (SAMPLES / "jest.xml", "rc9", "rc9"),
    ):
        answer = run("import", "junit", str(report), "--release", "2.4", "--build", build)
        assert answer.exit_code == 2
        assert said in answer.stderr
    assert run("import", "junit", str(tmp_path / "none.xml"), "--release", "2.4", "--build", "rc1").exit_code == 2
    assert (shop.rows(test_runs), shop.rows(executions)) == (0, 0)


def test_a_report_tells_what_became_of_its_failures(shop: Shop, tmp_path: Path) -> None:
    shop.build("2.4.0-rc1")
    key = shop.file(release="2.4")
    report = tmp_path / "report.xml"
    failing = (f'<testcase name="case {n}"><failure message="Card {n} declined twice"/></testcase>' for n in range(2))
    other = '<testcase name="cart"><failure message="The total is 3 cents short"/></testcase>'
    report.write_text(f"<testsuite>{''.join(failing)}{other}</testsuite>")
    words = ("import", "junit", str(report), "--release", "2.4", "--build", "rc1")
    first = run(*words)
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout.rstrip().endswith("2 kinds of failure without a defect.")
    shop.do(ask.Link(key, ("TC-3",)))
    report.write_text(f"<testsuite>{other}</testsuite>")
    again = json.loads(run(*words, "--json").stdout)
    assert (again["candidates"], again["known_defects"], again["reopened"]) == (0, [key], [])
    assert shop.kinds(key)[-1] == "failure_seen"
