"""A migration that is interrupted has not begun: the next one does it all."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event

import storage.migrations
from storage.condition import condition
from storage.migrations import migrate
from storage.revisions import head_revision

STEP = 7  # statements from one kill to the next


class _Interrupted(Exception):
    pass


def _interrupt_at(nth: int, act: "type[Exception] | signal.Signals") -> list[str]:
    """At the nth statement of this process. Answers the list in which they are kept."""
    seen: list[str] = []

    @event.listens_for(Engine, "before_cursor_execute")
    def _count(connection: object, cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)
        if len(seen) == nth:
            if isinstance(act, signal.Signals):
                os.kill(os.getpid(), act)
            else:
                raise act

    return seen


def killed_again_and_again(folder: Path) -> list[int]:
    """The number of tables that each kill left; the last migration was let through."""
    left: list[int] = []
    while True:
        path = folder / f"{len(left)}.db"
        child = os.fork()
        if not child:
            _interrupt_at(STEP * len(left) + 1, signal.SIGKILL)
            migrate(f"sqlite:///{path}")
            os._exit(0)
        _, status = os.waitpid(child, 0)
        left.append(_tables(path))
        if os.WIFEXITED(status):
            return left


def _tables(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        return int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def test_a_first_migration_killed_at_any_statement_leaves_nothing(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.storage.test_migrations", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    left = [int(each) for each in told.stdout.split()]
    assert len(left) > 5
    assert set(left[:-1]) == {0}
    assert left[-1] > 20
    for half_done in (tmp_path / "2.db", tmp_path / f"{len(left) - 2}.db"):
        migrate(f"sqlite:///{half_done}")
        assert _tables(half_done) == left[-1]
        assert condition(f"sqlite:///{half_done}").revision == head_revision()


def test_a_migration_that_fails_in_the_middle_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    script = (
        "import sys; from tests.storage import test_migrations as t; t._interrupt_at(20, t._Interrupted);"
        "t.migrate(sys.argv[1])"
    )
    migrate(url, "0003")
    before = _tables(tmp_path / "new.db")
    failed = subprocess.run([sys.executable, "-c", script, url], capture_output=True, text=True)
    assert "_Interrupted" in failed.stderr
    assert (condition(url).revision, _tables(tmp_path / "new.db")) == ("0003", before)
    migrate(url)
    assert condition(url).revision == head_revision()


def test_the_newest_revision_is_the_one_that_alembic_would_end_with() -> None:
    versions = Path(storage.migrations.__file__).parent
    assert ScriptDirectory(str(versions)).get_heads() == [head_revision()]


if __name__ == "__main__":
    print(*killed_again_and_again(Path(sys.argv[1])))
