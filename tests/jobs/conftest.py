from collections.abc import AsyncIterator

import pytest

from tests.jobs.post import Post, post_office


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with post_office() as made:
        yield made
