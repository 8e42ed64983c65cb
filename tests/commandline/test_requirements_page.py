"""The commands of docs/requirements.md, run as they stand there on the files that it shows."""

import re
from pathlib import Path

import pytest

from storage.database import open_store
from tests.commandline.test_reading import run
from tests.services.acting import Shop
from tests.storage.acting import Workspace

PAGE = (Path(__file__).parents[2] / "docs" / "requirements.md").read_text()


def block(begins: str) -> list[str]:
    """The indented lines from that one on."""
    found = re.search(rf"^    {re.escape(begins)}.*\n(?:^    .*\n)*", PAGE, re.MULTILINE)
    assert found
    return [line.strip() for line in found[0].splitlines()]


def test_what_the_page_tells_to_run_takes_over_what_it_shows(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", sqlite_url)
    monkeypatch.chdir(tmp_path)
    store = open_store(sqlite_url)
    Shop(Workspace(store)).plan("2.4")
    Path("requirements.csv").write_text("\n".join(block("key,title,parent")))
    Path("cases.csv").write_text("\n".join(block("key,title,steps")))
    said = [run(*line.split()[1:]).stdout for line in block("countersign import requirements")]
    assert said == [
        "Dry run, nothing changed. DEF: 2 new requirements · 0 changed · 0 as they were.\n",
        "DEF: 2 new requirements · 0 changed · 0 as they were.\n",
        "DEF: 1 new test cases · 0 changed · 0 as they were · 1 tie between requirements and test cases · 1 planned.\n",
    ]
    store.close_sync()


def test_the_page_names_every_column() -> None:
    from bot.ingest.sheets import CASES, REQUIREMENTS

    first, second = PAGE.split("Test cases:\n")
    for columns, part in ((REQUIREMENTS, first.partition("Requirements:\n")[2]), (CASES, second)):
        cells = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
        assert tuple(re.findall(r"`(\w+)`", " ".join(cells))) == columns
