"""SQLite is served by one process; all other commands work beside it."""

import asyncio
import sys
from pathlib import Path

from tests.faults import books
from tests.faults.history import History, Seen
from tests.faults.people import types
from tests.faults.serving import Bot, Shop, bots, shop

BESIDE = (("export",), ("audit", "verify"), ("doctor", "--json"), ("migrate",))


async def run(bot: Bot, *words: str) -> tuple[int, str]:
    """Another command with the settings of the one that serves: its exit code, and all that it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        env=bot._environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, said.decode()


def path_of(url: str) -> str:
    return url.removeprefix("sqlite:///")


def holder(url: str) -> str:
    """What the lock's file says."""
    return Path(f"{path_of(url)}.serving").read_text()


async def test_a_second_one_is_refused_and_a_killed_one_leaves_the_file_free(sqlite_url: str, tmp_path: Path) -> None:
    async with shop() as town, bots(town, tmp_path, sqlite_url) as (bot,):
        assert bot.process is not None
        path, pid = path_of(sqlite_url), bot.process.pid
        assert await run(bot, "serve") == (
            3,
            f"{path} is served by process {pid} already: stop it, or use PostgreSQL for several.\n",
        )
        assert (await bot.asked("/healthz"))[0] == 200
        await bot.kill()
        assert holder(sqlite_url) == str(pid), "what the killed one left is not believed"
        await bot.start()
        assert holder(sqlite_url) == str(bot.process.pid) != str(pid)
        assert await bot.stop() == 0
        assert holder(sqlite_url) == ""


async def test_every_other_command_works_beside_it_and_hinders_nobody(sqlite_url: str, tmp_path: Path) -> None:
    async with shop() as town, bots(town, tmp_path, sqlite_url) as (bot,):
        filings, over = History(), asyncio.Event()
        people = asyncio.create_task(_file(town, filings, over))
        answers = [await run(bot, *words) for words in BESIDE]
        over.set()
        await people
        assert [code for code, _ in answers] == [0, 0, 0, 0], answers
        assert not [said for _, said in answers if "locked" in said]
        assert len(filings.operations) == filings.count(Seen.OK) > 0
        assert filings.compare(books.filed(sqlite_url, town.space.team_id)).none
        assert "locked" not in bot.log


async def _file(town: Shop, filings: History, over: asyncio.Event) -> None:
    while not over.is_set():
        number = len(filings.operations)
        await types(town, number, f"filed {number}", filings)
