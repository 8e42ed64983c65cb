"""Small things are read whole: no module and no function outgrows its limit (docs/contributing.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("bot", "handlers", "storage", "templates")
MODULE, TEST_MODULE, FUNCTION = 250, 400, 50


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted((ROOT / folder).rglob("*.py")) if "__pycache__" not in path.parts)


def long_modules(most: int, *folders: str) -> dict[str, int]:
    found = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules(*folders)}
    assert found
    return {path: lines for path, lines in found.items() if lines > most}


def long_functions(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION:
                yield f"{path.relative_to(ROOT)}: {node.name} has {lines} lines"


def test_no_module_is_longer_than_can_be_read_at_once() -> None:
    assert long_modules(MODULE, *OURS) == {}
    assert long_modules(TEST_MODULE, "tests") == {}


def test_no_function_is_longer_than_a_screen() -> None:
    assert [said for path in modules(*OURS, "tests") for said in long_functions(path)] == []
