"""`countersign import requirements` and `cases` on real files and a real store."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.services import requests as ask
from storage.database import open_store
from storage.tables import case_links, case_versions, events, planned_cases, requirements, test_cases
from tests.commandline.test_reading import run
from tests.ingest.test_junit import SAMPLES
from tests.services.acting import RUTH, Shop
from tests.storage.acting import Workspace

File = Callable[[str | bytes], str]
TABLES = (requirements, test_cases, case_versions, case_links, planned_cases, events)
REQUIREMENTS = """\
key,title,component,parent
REQ-1,Checkout,cart,
REQ-7,"A declined card is retried, once",cart,REQ-1
req-10,Receipts by mail,,
"""
CASES = """\
key,title,steps,expected,requirements,releases,name
TC-3,Decline a card,"Pay with 4000 0002.
Pay again.",One charge,REQ-7,2.4,
TC-4,Receipt arrives,,,REQ-10 REQ-7,2.4,tests.mail::test_receipt
"""


@pytest.fixture
def shop(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", sqlite_url)
    store = open_store(sqlite_url)
    made = Shop(Workspace(store))
    made.plan("2.4")
    yield made
    store.close_sync()


@pytest.fixture
def file(tmp_path: Path) -> File:
    def write(content: str | bytes) -> str:
        path = tmp_path / "file.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write


@pytest.fixture
def fresh(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A workspace that has set up SHOP, and nothing was done in DEF yet."""
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", sqlite_url)
    store = open_store(sqlite_url)
    made = Shop(Workspace(store))
    made.do(ask.SetUp("C7", "SHOP", release_managers=(RUTH,)), RUTH)
    yield made
    store.close_sync()


def test_a_file_goes_to_the_project_that_was_set_up(fresh: Shop, file: File) -> None:
    assert run("import", "requirements", file(REQUIREMENTS)).stdout.startswith("SHOP: 3 new requirements")


def test_a_file_goes_to_none_of_several_projects_until_it_is_said_which(fresh: Shop, file: File) -> None:
    fresh.do(ask.SetUp("C8", "APP", release_managers=(RUTH,)), RUTH)
    answer = run("import", "requirements", file(REQUIREMENTS))
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "`countersign import` needs a project where there are several: `--project SHOP`" in answer.stderr
    assert fresh.rows(requirements) == 0
    assert run("import", "requirements", file(REQUIREMENTS), "--project", "app").stdout.startswith("APP: 3 new")
    answer = run("trace", "matrix", "2.4")
    assert (answer.exit_code, answer.stderr) == (2, "Which project? Say it with --project.\nKnown: APP, SHOP\n")
    assert "Which project?" not in run("trace", "matrix", "SHOP/2.4").stderr


def kept(shop: Shop) -> list[int]:
    return [shop.rows(table) for table in TABLES]


def test_requirements_then_cases_come_from_csv_and_come_again_unchanged(shop: Shop, file: File) -> None:
    answer = run("import", "requirements", file(REQUIREMENTS))
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout == "DEF: 3 new requirements · 0 changed · 0 as they were.\n"
    answer = run("import", "cases", file(CASES))
    told = "2 new test cases · 0 changed · 0 as they were · 3 ties between requirements and test cases · 2 planned.\n"
    assert answer.stdout == f"DEF: {told}"
    before = kept(shop)
    assert run("import", "cases", file(CASES)).stdout == "DEF: 0 new test cases · 0 changed · 2 as they were.\n"
    assert kept(shop) == before
    case = shop.workspace.act(lambda uow: uow.catalogue.case(uow.projects.default().id, "TC-3"))
    assert case is not None
    assert (case.title, case.steps, case.expected) == (
        "Decline a card",
        "Pay with 4000 0002.\nPay again.",
        "One charge",
    )


def test_a_file_that_comes_again_updates_by_key_and_leaves_alone_what_it_does_not_name(shop: Shop, file: File) -> None:
    run("import", "requirements", file(REQUIREMENTS))
    run("import", "cases", file(CASES))
    again = "key;title;requirements\nTC-3;Decline a card twice;\n"
    told = json.loads(run("import", "cases", file(again), "--json").stdout)
    assert {name: told[name] for name in ("new", "changed", "untied", "unplanned")} == {
        "new": 0,
        "changed": 1,
        "untied": 1,
        "unplanned": 0,
    }
    cases = shop.workspace.act(lambda uow: uow.catalogue.cases(uow.projects.default().id))
    assert (cases["TC-3"].called, cases["TC-3"].expected) == ("Decline a card twice", "One charge")
    assert cases["TC-4"].name == "tests.mail::test_receipt"
    gone = run("import", "requirements", file("key,retired\nREQ-10,yes\n"))
    assert "1 retired · 1 tie ended" in gone.stdout
    assert sorted(shop.workspace.act(lambda uow: uow.catalogue.requirements(uow.projects.default().id))) == [
        "REQ-1",
        "REQ-7",
    ]


def test_the_same_comes_from_json(shop: Shop, file: File) -> None:
    entries = [{"key": "REQ-7", "title": "Retry"}, {"key": "REQ-8", "title": "Mail", "parent": "REQ-7"}]
    assert run("import", "requirements", file(json.dumps(entries))).exit_code == 0
    cases = [{"key": "TC-1", "title": "Decline", "requirements": ["REQ-7", "REQ-8"], "releases": ["2.4"]}]
    told = json.loads(run("import", "cases", file(json.dumps(cases)), "--json").stdout)
    assert (told["new"], told["tied"], told["planned"]) == (1, 2, 1)
    assert shop.rows(case_links) == 2


def test_a_dry_run_tells_and_keeps_nothing(shop: Shop, file: File) -> None:
    before = kept(shop)
    answer = run("import", "requirements", file(REQUIREMENTS), "--dry-run")
    assert answer.stdout == "Dry run, nothing changed. DEF: 3 new requirements · 0 changed · 0 as they were.\n"
    assert kept(shop) == before


def test_what_a_test_run_reports_later_is_numbered_after_what_was_imported(shop: Shop, file: File) -> None:
    run("import", "cases", file("key,title,name\nTC-20,Adds,\n"))
    shop.build("2.4.0-rc1")
    run("import", "junit", str(SAMPLES / "jest.xml"), "--release", "2.4", "--build", "rc1")
    known = shop.workspace.act(lambda uow: uow.catalogue.cases(uow.projects.default().id))
    assert sorted(known) == ["TC-20", "TC-21", "TC-22", "TC-23", "TC-24"]
    assert known["TC-21"].title == ""
    titled = run("import", "cases", file("key,title\nTC-21,It adds\n"))
    assert titled.stdout == "DEF: 0 new test cases · 1 changed · 0 as they were.\n"


REFUSED = [
    ("requirements", "key,title\nREQ-7,a\nREQ-x,b\n", "Line 3: REQ-X is no key of a requirement, such as REQ-7"),
    ("requirements", "key,title\nREQ-7,a\n\nREQ-7,b\n", "Line 4: REQ-7 stands in line 2 already"),
    ("requirements", "key,title\nREQ-7,\n", "Line 2: REQ-7 has no title"),
    ("requirements", "key\nREQ-7\n", "Line 2: REQ-7 has no title"),
    ("requirements", "key,title,parent\nREQ-7,a,REQ-8\n", "Line 2: there is no requirement REQ-8"),
    (
        "requirements",
        "key,title,parent\nREQ-7,a,REQ-8\nREQ-8,b,REQ-9\nREQ-9,c,REQ-7\n",
        "Line 3: REQ-8 would be a part of itself: REQ-8 > REQ-9 > REQ-7 > REQ-8",
    ),
    ("requirements", "key,title,cases\nREQ-7,a,TC-99\n", "Line 2: there is no test case TC-99"),
    (
        "requirements",
        "key,title,parent,retired\nREQ-7,a,,yes\nREQ-8,b,REQ-7,\n",
        "Line 2: REQ-7 is retired, and REQ-8 is a part of it",
    ),
    ("cases", f"key,title\nTC-1,{'a' * 251}\n", "Line 2: title is longer than 250 characters"),
    ("cases", "key,title,releases\nTC-1,a,2.44\n", "there is no undecided release 2.44; did you mean 2.4?"),
    ("cases", "key,title,requirements\nTC-1,a,REQ-70\n", "Line 2: there is no requirement REQ-70"),
    ("cases", "key,title,name\nTC-1,a,same\nTC-2,b,same\n", "Line 3: the name same is TC-1's already"),
]


@pytest.mark.parametrize(("what", "content", "said"), REFUSED)
def test_a_refused_line_is_said_with_its_number_and_nothing_is_kept(
    shop: Shop, file: File, what: str, content: str, said: str
) -> None:
    before = kept(shop)
    answer = run("import", what, file(content))
    assert answer.exit_code == 2
    assert said in answer.stderr.replace("`", "")
    assert answer.stderr.startswith("Nothing changed: ")
    assert kept(shop) == before


UNREADABLE = [
    (b"title\nCart\n", "line 1: the column key is missing"),
    (b"key,titel\nREQ-7,a\n", "line 1: there is no column titel; did you mean title"),
    (b"key,title,key\nREQ-7,a,b\n", "line 1: the column key stands there twice"),
    (b"key,title\nREQ-7,caf\xe9\n", 'line 2: this is not UTF-8 (byte 0xE9); save the file as "CSV UTF-8"'),
    ("key,title\nREQ-7,a\n".encode("utf-16"), "line 1: this is not UTF-8"),
    (b"key,title\nREQ-7,a\x00b\n", "line 2: it holds a NUL character"),
    (b"key,title\nREQ-7,a,b\n", "line 2: 3 cells where the first line has 2"),
    (b'key,title\nREQ-7,"a\n', "no CSV: "),
    (b"key,title,retired\nREQ-7,a,perhaps\n", "line 2: perhaps is neither yes nor no"),
    (b"", "line 1: the column key is missing"),
    (b'[{"key": "REQ-7"', "no JSON: "),
    (b'{"key": "REQ-7"}', "the JSON must be a list of objects"),
    (b'["REQ-7"]', "entry 1: this is no object"),
    (b'[{"key": "REQ-7", "title": {"a": 1}}]', 'entry 1: {"a": 1} is neither a text nor a list of texts'),
    (b'[{"key": "REQ-7", "title": "\\ud800"}]', "is neither a text nor a list of texts"),
]


@pytest.mark.parametrize(("content", "said"), UNREADABLE)
def test_a_file_that_cannot_be_read_is_said_with_the_place_and_nothing_is_kept(
    shop: Shop, file: File, content: bytes, said: str
) -> None:
    before = kept(shop)
    answer = run("import", "requirements", file(content))
    assert answer.exit_code == 2
    assert said in answer.stderr.replace("`", "")
    assert answer.stderr.endswith("Nothing changed.\n")
    assert kept(shop) == before


def test_all_refused_lines_are_told_at_once_as_json_too(shop: Shop, file: File) -> None:
    answer = run("import", "requirements", file("key,title\nREQ-7,\nX,b\nREQ-8,c\n"), "--json")
    assert answer.exit_code == 2
    told = json.loads(answer.stdout)
    assert [(line["line"], line["problem"]) for line in told["refused"]] == [(2, "no_title"), (3, "bad_requirement")]
    assert told["lines"] == 3


def test_an_unknown_project_is_said(shop: Shop, file: File) -> None:
    answer = run("import", "requirements", file(REQUIREMENTS), "--project", "SHOP")
    assert answer.exit_code == 2
    assert "There is no project `SHOP`" in answer.stderr


def test_a_shipped_release_keeps_the_plan_it_had(shop: Shop, file: File) -> None:
    run("import", "cases", file("key,title,releases\nTC-3,Decline a card,2.4\n"))
    shop.build("2.4.0-rc1")
    shop.do(ask.Ship("2.4", "because"), RUTH)
    shop.plan("2.5")
    told = json.loads(run("import", "cases", file("key,releases\nTC-3,2.5\n"), "--json").stdout)
    assert (told["planned"], told["unplanned"]) == (1, 0)
