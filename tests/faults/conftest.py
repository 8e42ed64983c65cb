from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.conftest import postgres_database
from tests.faults.stage import Stage


@pytest.fixture
def stage(sqlite_template: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Stage:
    """The PostgreSQL server is only started for a row that asks for it."""

    def postgres() -> AbstractContextManager[str]:
        names = ("postgres_server", "postgres_template")
        server, template = (str(request.getfixturevalue(name)) for name in names)
        return postgres_database(server, template)

    opened: Callable[[], AbstractContextManager[str]] = postgres
    return Stage(tmp_path, sqlite_template, opened)
