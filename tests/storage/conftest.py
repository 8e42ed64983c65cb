import pytest

from storage.database import Store
from tests.storage.acting import Workspace


@pytest.fixture(params=["sqlite", "pgbouncer"])
def store_url(request: pytest.FixtureRequest) -> str:
    """Here PostgreSQL always stands behind PgBouncer; all other suites meet it directly."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "pooled_url")
    return url


@pytest.fixture
def workspace(store: Store) -> Workspace:
    return Workspace(store)
