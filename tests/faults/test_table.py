"""The table and the command that plays it."""

import ast
from pathlib import Path

import pytest

from tests.faults import __main__ as command
from tests.faults.history import Findings
from tests.faults.outcome import Measured, Outcome, Row
from tests.faults.stage import Stage
from tests.faults.table import ROWS, modules

HERE = Path(__file__).parent


def _names(path: Path) -> set[str]:
    """The modules whose ROWS it uses."""
    used = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute))
    return {ast.unparse(node.value) for node in used if node.attr == "ROWS"}


def test_every_row_is_played_by_make_test_too() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
    played: set[str] = set().union(*map(_names, HERE.glob("test_*.py")))
    assert {name for name, _ in modules()} - played == set()


async def _honest(_: Stage, size: int) -> Outcome:
    return Outcome(size, measured=[Measured("p99", 40.0, limit=30.0)], notes=["all well"])


async def _losing(_: Stage, size: int) -> Outcome:
    return Outcome(size, Findings(lost=("a title",)))


async def _idle(_: Stage, __: int) -> Outcome:
    return Outcome(0)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ([], 1, "p99 40 s (<= 30)"),
        (["--ci", "--only", "honest"], 0, "ok"),
        (["--ci"], 1, "1 lost: a title"),
        (["--only", "idle"], 1, "the fault never happened"),
    ],
)
def test_the_table_tells_what_was_lost_and_so_does_the_exit_status(
    words: list[str], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tuple(Row(run.__name__[1:], f"a {run.__name__[1:]} row", run, 3, 30) for run in (_honest, _losing, _idle))
    assert command.main(words, table) == status
    printed = capsys.readouterr().out
    assert said in printed
    assert printed.splitlines()[-1].endswith("rows missed")


def test_a_row_that_does_not_exist_is_refused_with_the_names_of_those_that_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--only", "redelivry"])
    assert ended.value.code == 2
    assert "redelivery" in capsys.readouterr().err
