"""Each test has a workspace of its own in a store that all of them share, which is faster than a store for each."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from storage.database import Store, open_store
from tests.conftest import postgres_database
from tests.services.acting import Shop
from tests.storage.acting import Workspace


@pytest.fixture(scope="session")
def sqlite_shared(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("shared") / "countersign.db"
    path.write_bytes(sqlite_template.read_bytes())
    store = open_store(f"sqlite:///{path}")
    yield store
    store.close_sync()


@pytest.fixture(scope="session")
def postgresql_shared(postgres_server: str, postgres_template: str) -> Iterator[Store]:
    with ExitStack() as stack:
        store = open_store(stack.enter_context(postgres_database(postgres_server, postgres_template)))
        stack.callback(store.close_sync)
        yield store


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest) -> Store:
    store: Store = request.getfixturevalue(f"{request.param}_shared")
    return store


@pytest.fixture
def shop(shared: Store) -> Shop:
    return Shop(Workspace(shared, f"T{uuid4().hex}"))


@pytest.fixture
def replicas(postgresql_shared: Store) -> Shop:
    """Where units of work run beside each other."""
    return Shop(Workspace(postgresql_shared, f"T{uuid4().hex}"))
