from collections.abc import AsyncIterator

import pytest

from bot.sandbox.people.people import People
from bot.sandbox.server import serve
from bot.sandbox.workspace import Workspace

SCOPES = [
    "chat:write",
    "channels:read",
    "channels:history",
    "channels:join",
    "users:read",
    "reactions:write",
    "files:read",
    "files:write",
    "im:write",
    "commands",
    "groups:read",
    "groups:history",
]
MANIFEST = {
    "features": {
        "slash_commands": [{"command": "/defect", "should_escape": True}, {"command": "/plain"}],
        "shortcuts": [
            {"type": "message", "callback_id": "file_defect", "name": "File a defect"},
            {"type": "global", "callback_id": "my_queue", "name": "My queue"},
        ],
    },
    "oauth_config": {"scopes": {"bot": SCOPES}},
    "settings": {"event_subscriptions": {"bot_events": ["message.channels", "message.groups", "app_home_opened"]}},
}


@pytest.fixture
async def space() -> AsyncIterator[Workspace]:
    made = Workspace(MANIFEST, seed=7)
    tess = made.add_person("tess", "Tess Tester")
    made.add_person("devon", "Devon Developer")
    made.add_channel("shop-defects", [tess])
    async with serve(made):
        yield made


@pytest.fixture
def people(space: Workspace) -> People:
    return People(space)


@pytest.fixture
def tess(space: Workspace) -> str:
    return next(str(each["id"]) for each in space.state.users.values() if each["name"] == "tess")
