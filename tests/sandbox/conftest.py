from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.sandbox.clock import ManualClock
from bot.sandbox.people.people import People
from bot.sandbox.server import application, serve
from bot.sandbox.workspace import Workspace
from tests.sandbox.api import Api

SCOPES = [
    "chat:write",
    "channels:read",
    "channels:history",
    "channels:join",
    "users:read",
    "reactions:write",
    "reactions:read",
    "files:read",
    "files:write",
    "im:write",
    "commands",
    "groups:read",
    "groups:history",
]
MANIFEST: dict[str, Any] = {
    "features": {
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [{"command": "/defect", "should_escape": True}, {"command": "/plain"}],
        "shortcuts": [
            {"type": "message", "callback_id": "file_defect", "name": "File a defect"},
            {"type": "global", "callback_id": "my_queue", "name": "My queue"},
        ],
    },
    "oauth_config": {"scopes": {"bot": SCOPES}},
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "message.channels",
                "message.groups",
                "app_home_opened",
                "app_mention",
                "channel_archive",
                "channel_rename",
                "member_joined_channel",
                "reaction_added",
                "tokens_revoked",
                "app_uninstalled",
            ]
        }
    },
}


def workspace(**more: Any) -> Workspace:
    made = Workspace(MANIFEST, seed=7, **more)
    tess = made.add_person("tess", "Tess Tester")
    devon = made.add_person("devon", "Devon Developer")
    made.add_channel("shop-defects", [tess])
    made.add_channel("incident-room", [tess, devon], private=True, bot=False)
    made.add_channel("elsewhere", [tess], bot=False)
    return made


@pytest.fixture
async def space() -> AsyncIterator[Workspace]:
    made = workspace()
    async with serve(made):
        yield made


@pytest.fixture
async def quiet() -> AsyncIterator[Workspace]:
    """Not served, with a clock that the test moves."""
    made = workspace(clock=ManualClock())
    made.base_url = "http://127.0.0.1:1"
    yield made
    await made.close()


@pytest.fixture
async def api(quiet: Workspace) -> AsyncIterator[Api]:
    """The Web API of `quiet`, without a socket between."""
    transport = httpx.ASGITransport(app=application(quiet))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1") as client:
        yield Api(quiet, client)


@pytest.fixture
def people(space: Workspace) -> People:
    return People(space)


@pytest.fixture
def tess(request: pytest.FixtureRequest) -> str:
    space: Workspace = request.getfixturevalue("quiet" if "quiet" in request.fixturenames else "space")
    return person(space, "tess")


def person(space: Workspace, name: str) -> str:
    return next(str(each["id"]) for each in space.state.users.values() if each["name"] == name)
