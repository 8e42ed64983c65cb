"""`countersign trace matrix` and `gaps` write what Slack shows, whole."""

import csv
import io
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.domain.results import Outcome
from bot.services import requests as ask
from bot.services.importing import import_cases, import_requirements
from storage.database import open_store
from tests.commandline.test_reading import run
from tests.services.acting import RUTH, Shop
from tests.storage.acting import Workspace

HOSTILE = '=HYPERLINK("http://evil") <script>alert(1)</script>'


@pytest.fixture
def shop(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """More requirements than are read at once; the first one is tested, and its title is hostile."""
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", sqlite_url)
    store = open_store(sqlite_url)
    made = Shop(Workspace(store))
    made.plan("2.4")
    made.build("2.4.0-rc1")
    needed = tuple(ask.RequirementLine(n, f"REQ-{n}", HOSTILE if n == 1 else f"Rule {n}") for n in range(1, 503))
    cases = (ask.CaseLine(2, "TC-1", "Decline a card", requirements=("REQ-1",)),)
    made.workspace.act(lambda uow: import_requirements(uow, ask.ImportRequirements(needed, "one")))
    made.workspace.act(lambda uow: import_cases(uow, ask.ImportCases(cases, "two")))
    made.do(ask.RecordResult("TC-1", Outcome.PASSED))
    made.workspace.clock.forward(hours=1)
    made.do(ask.RecordResult("TC-1", Outcome.FAILED, note="charged twice"))
    made.do(ask.Link(made.file(), ("REQ-1",)), RUTH)
    yield made
    store.close_sync()


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: dict[str, int] = {}
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.usefixtures("shop")
def test_the_matrix_comes_as_csv_of_all_its_pages() -> None:
    answer = run("trace", "matrix", "2.4")
    assert (answer.exit_code, answer.stderr) == (0, "")
    found = rows(answer.stdout)
    assert found[1] == [
        *("REQ-1", f"'{HOSTILE}", "", "failed", "TC-1", "Decline a card", "failed", "no", "2.4.0-rc1", "DEF-1")
    ]
    assert [row[0] for row in found[1:]] == [f"REQ-{n}" for n in range(1, 503)]


@pytest.mark.usefixtures("shop")
def test_as_of_an_instant_it_is_what_it_was_then() -> None:
    then = rows(run("trace", "matrix", "2.4", "--as-of", "2026-11-23T09:30+00:00").stdout)
    assert then[1][3:] == ["passed", "TC-1", "Decline a card", "passed", "no", "2.4.0-rc1", ""]
    before = rows(run("trace", "matrix", "2.4", "--as-of", "2026-11-20 18:00").stdout)
    assert before[1:] == []


@pytest.mark.usefixtures("shop")
def test_the_html_page_stands_alone_and_runs_nothing(tmp_path: Path) -> None:
    for what, lines in (("matrix", 503), ("gaps", 502)):
        out = tmp_path / f"{what}.html"
        answer = run("trace", what, "2.4", "--format", "html", "--out", str(out))
        assert (answer.exit_code, answer.stdout, answer.stderr) == (0, "", "")
        page = Page()
        page.feed(out.read_text())
        assert (page.tags["tr"], page.tags.get("script", 0), page.links) == (lines, 0, [])
    assert "<b>TC-1</b> Decline a card: fails</li>" in (tmp_path / "matrix.html").read_text()


@pytest.mark.usefixtures("shop")
def test_the_gaps_come_as_csv() -> None:
    found = rows(run("trace", "gaps", "2.4").stdout)
    assert found[:2] == [["gap", "key", "title"], ["no_case", "REQ-2", "Rule 2"]]
    assert len(found) == 502


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("matrix", "9.9"), "There is no release 9.9."),
        (("gaps", "2.4", "--as-of", "then"), "then is no moment: write it as 2026-11-20 18:00."),
        (("gaps", "2.4", "--out", "/no/such/folder/x"), "/no/such/folder/x cannot be written"),
        (("matrix", "2.4", "--project", "SHOP"), "Known: DEF"),
    ],
)
def test_what_cannot_be_written_is_said(words: tuple[str, ...], said: str) -> None:
    answer = run("trace", *words)
    assert answer.exit_code == 2
    assert said in answer.stderr
