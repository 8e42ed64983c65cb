"""Do answers wait for suggestions? Every search is held back until the answer to what caused it is there."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import Engine, event

from bot.app import Countersign, wired
from bot.manifest import build_manifest
from bot.sandbox import modals
from bot.sandbox.server import serve
from bot.sandbox.workspace import Workspace
from bot.slack.gateway import SlackGateway
from handlers.modals.memo import Memo, pack
from storage.database import open_store
from storage.migrations import migrate
from tests.bench.asides import settings_of, signed
from tests.bench.table import Table
from tests.replay.drive import MovableClock

TITLE = "Cart total is wrong"
# Of each store's index, only read by searches.
_SEARCHES = ("search_index MATCH", "FROM unnest(")
_PATIENCE = 10.0  # seconds


class Held:
    """`searches`: how many were begun; none goes on before `answered` is set."""

    def __init__(self) -> None:
        self.searches = 0
        self.waited = 0
        self.answered = threading.Event()

    def before(self, _conn: object, _cursor: object, statement: str, *_: object) -> None:
        if any(words in statement for words in _SEARCHES):
            self.searches += 1
            self.waited += not self.answered.wait(_PATIENCE)


@contextmanager
def _held() -> Iterator[Held]:
    held = Held()
    event.listen(Engine, "before_cursor_execute", held.before)
    yield held
    event.remove(Engine, "before_cursor_execute", held.before)


async def answers(table: Table, folder: Path) -> None:
    """A command that files, one that opens the form, and a letter typed into it."""
    url = f"sqlite:///{folder}/answers.db"
    migrate(url)
    space = Workspace(build_manifest())
    space.add_channel("bench", [space.add_person("tess", "Tess")])
    async with serve(space):
        settings = settings_of(space, url, folder)
        async with SlackGateway(settings.slack_api_url) as slack:
            store = open_store(url)
            bot = wired(settings, MovableClock(), store, slack)
            await _answered(bot, _command(space, f"new {TITLE}"))
            await bot.desk.later.drain()
            with _held() as held:
                for body in (_command(space, f"new {TITLE} again"), _opened(space), _letter(space)):
                    held.answered.clear()
                    await _answered(bot, body)
                    held.answered.set()
                    await bot.desk.later.drain()
            await store.close()
    table.add(
        "suggestions: share of the ack path, searches that answers waited for",
        held.waited,
        "",
        0,
        f"{held.searches} look-ups after them",
    )


async def _answered(bot: Countersign, body: Mapping[str, str]) -> None:
    response = await bot.bolt.async_dispatch(signed(urlencode(body)))
    if response.status != 200:
        raise RuntimeError(f"{response.status}: {response.body}")


def _command(space: Workspace, words: str) -> dict[str, str]:
    return {
        "command": "/defect",
        "text": words,
        "user_id": next(iter(space.state.users)),
        "channel_id": space.named("bench")["id"],
        "team_id": space.team_id,
        "trigger_id": f"{time.time_ns()}.bench",
        "response_url": f"{space.base_url}/response/none",
    }


def _opened(space: Workspace) -> dict[str, str]:
    person = next(iter(space.state.users))
    return _command(space, "new") | {"trigger_id": modals.trigger(space, person)}


def _letter(space: Workspace) -> dict[str, str]:
    """Typed into a form that is gone by the time it is looked for; Slack's refusal is none of ours."""
    value = {"type": "plain_text_input", "value": TITLE}
    view = {
        "id": "V0BENCH",
        "type": "modal",
        "callback_id": "file",
        "private_metadata": pack(Memo("file", channel=space.named("bench")["id"])),
        "state": {"values": {"title": {"title": value}}},
    }
    payload = {
        "type": "block_actions",
        "user": {"id": next(iter(space.state.users))},
        "team": {"id": space.team_id},
        "view": view,
        "actions": [value | {"action_id": "title", "block_id": "title", "action_ts": "1.0"}],
    }
    return {"payload": json.dumps(payload)}
