import pytest

from storage.database import Store
from tests.services.acting import Shop
from tests.storage.acting import Workspace


@pytest.fixture
def shop(store: Store) -> Shop:
    return Shop(Workspace(store))
