"""`countersign backup` copies one instant of a store that is being written to."""

import shutil
import threading
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.cli import app
from storage.database import open_store
from storage.tables import defects
from tests.looking import look
from tests.storage.acting import Workspace, file


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def titles(url: str) -> set[str]:
    store = open_store(url)
    found = {row.title for row in look(store, "T1", select(defects.c.title))}
    store.close_sync()
    return found


def test_a_backup_beside_a_writer_holds_what_was_acknowledged_before_it_and_nothing_unasked(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", sqlite_url)
    town = Workspace(open_store(sqlite_url))
    asked: list[str] = []
    acked: list[str] = []
    enough, over = threading.Event(), threading.Event()

    def files_and_files() -> None:
        while not over.is_set():
            asked.append(f"Title {len(asked)}")
            town.act(file(asked[-1]))
            acked.append(asked[-1])
            if len(acked) == 20:
                enough.set()

    writer = threading.Thread(target=files_and_files)
    writer.start()
    try:
        assert enough.wait(30)
        for number in range(3):
            copy = tmp_path / f"copy {number}.db"
            before = set(acked)
            answer = run("backup", str(copy))
            assert (answer.exit_code, answer.stderr) == (0, "")
            held = titles(f"sqlite:///{copy}")
            assert before <= held <= set(asked)
            assert copy.stat().st_mode & 0o777 == 0o600
    finally:
        over.set()
        writer.join(30)
        town.store.close_sync()
    restored = tmp_path / "restored.db"
    shutil.copyfile(copy, restored)
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", f"sqlite:///{restored}")
    assert run("audit", "verify").exit_code == 0
    again = Workspace(open_store(f"sqlite:///{restored}"))
    assert again.act(file("After it")) == f"DEF-{len(held) + 1}"
    again.store.close_sync()


def test_a_file_that_is_there_is_never_overwritten(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", sqlite_url)
    there = tmp_path / "there.db"
    there.write_text("precious")
    for target, said in ((there, "is there already"), (tmp_path / "no" / "folder.db", "cannot be written")):
        refused = run("backup", str(target))
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert said in refused.stderr
    assert there.read_text() == "precious"


def test_without_a_store_there_is_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    refused = run("backup", str(tmp_path / "copy.db"))
    assert (refused.exit_code, "There is no backup" in refused.stderr) == (4, True)
    assert list(tmp_path.iterdir()) == []


def test_for_postgresql_it_says_which_command_makes_one_and_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", "postgresql://bot:s3cret@db/shop")
    monkeypatch.setenv("COUNTERSIGN_MIGRATION_URL", "postgresql://owner:s3cret@db/shop")
    refused = run("backup", "today.dump")
    assert refused.exit_code == 2
    assert "pg_dump --format=custom --file=today.dump postgresql://owner@db/shop" in refused.stderr
    assert "s3cret" not in refused.output
