"""The handlers on a real store."""

from collections.abc import Iterator

import pytest

from storage.database import open_store
from tests.handlers.slack import Office


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Office]:
    store = open_store(sqlite_url)
    yield Office(store)
    store.close_sync()
