from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Store
from tests.conftest import pooled_url_of, postgres_database
from tests.storage.acting import Workspace


@pytest.fixture(params=["sqlite", "pgbouncer"])
def store_url(request: pytest.FixtureRequest) -> str:
    """Here PostgreSQL always stands behind PgBouncer; all other suites meet it directly."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "pooled_url")
    return url


@pytest.fixture(scope="module")
def sqlite_of_module(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of a migrated, empty store, as `sqlite_url` is, for all tests of one module."""
    path = tmp_path_factory.mktemp("module") / "countersign.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def pgbouncer_of_module(postgres_server: str, postgres_template: str, pooled_server: str) -> Iterator[str]:
    with postgres_database(postgres_server, postgres_template) as url:
        yield pooled_url_of(url, pooled_server)


@pytest.fixture
def workspace(store: Store) -> Workspace:
    return Workspace(store)
