from collections.abc import AsyncIterator

import pytest

from bot.slack.gateway import SlackGateway
from tests.slack.wire import Wire, slack_of_sockets


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with slack_of_sockets() as wire:
        yield wire


@pytest.fixture
async def gateway(wire: Wire) -> AsyncIterator[SlackGateway]:
    async with SlackGateway(wire.url, timeout=5) as gateway:
        yield gateway
