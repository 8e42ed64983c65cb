import pytest

from storage.database import Store
from tests.storage.acting import Workspace


@pytest.fixture
def workspace(store: Store) -> Workspace:
    return Workspace(store)
