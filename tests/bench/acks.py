"""How long until a committed `/defect new` is acknowledged, beside a bare Bolt app in the same run."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median

import aiohttp

from bot.manifest import build_manifest
from bot.sandbox.server import serve
from bot.sandbox.workspace import Workspace
from tests.bench.load import Client, percentile
from tests.bench.table import Table

WARM_UP = 60
ALONE = 300
RATE, AT_RATE = 50.0, 250
CLIENTS, EACH = 32, 12
BURST = 200


@dataclass
class Measured:
    alone: float
    at_rate: float
    crowded: float
    worst: float
    unsaved: int


async def measure(client: Client) -> Measured:
    await client.one_after_the_other(WARM_UP)
    alone = median(await client.one_after_the_other(ALONE))
    at_rate = median(await client.at_rate(RATE, AT_RATE))
    crowded = percentile(await client.together(CLIENTS, EACH), 0.99)
    worst = max(await client.burst(BURST))
    return Measured(alone, at_rate, crowded, worst, client.unsaved)


@asynccontextmanager
async def server(space: Workspace, kind: str, database: str) -> AsyncIterator[tuple[str, int]]:
    """The address and process id of a server in a process of its own."""
    arguments = (kind, f"{space.base_url}/api/", space.app["bot_token"], space.app["signing_secret"], database)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.serving",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # The log, a line for each request, as serve writes it.
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin
    assert process.stdout
    address = (await process.stdout.readline()).decode().strip()
    try:
        yield address, process.pid
    finally:
        process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 30)
        if process.returncode is None:
            process.kill()


async def one(space: Workspace, kind: str, database: str = "") -> Measured:
    async with server(space, kind, database) as (address, _), aiohttp.ClientSession() as session:
        person = next(each["id"] for each in space.state.users.values() if each["name"] == "tess")
        return await measure(Client(space, person, address, session))


async def acks(table: Table, databases: dict[str, str]) -> None:
    space = Workspace(build_manifest())
    space.add_channel("bench", [space.add_person("tess", "Tess")])
    async with serve(space):
        hello = await one(space, "hello")
        default = await one(space, "default")
        table.add("bare Bolt hello, one client: p50", hello.alone, "ms")
        table.add("Bolt hello as documented, one client: p50", default.alone, "ms")
        for name, database in databases.items():
            _lines(table, name, await one(space, "bot", database), hello, default)


def _lines(table: Table, name: str, ours: Measured, hello: Measured, default: Measured) -> None:
    """The ratios are promised for SQLite; PostgreSQL's are for information, but for the burst."""

    def ratio(what: str, own: float, other: float, target: float) -> None:
        table.add(f"{name}: {what}", own / other, "x", target if name == "SQLite" else None, f"{own:.2f} ms")

    ratio("ack of /defect new, one client, p50 / hello", ours.alone, hello.alone, 6)
    ratio("the same / hello as documented", ours.alone, default.alone, 1)
    ratio(f"at {RATE:g}/s, p50 / hello", ours.at_rate, hello.at_rate, 2)
    ratio(f"{CLIENTS} clients, p99 / hello", ours.crowded, hello.crowded, 3)
    table.add(f"{name}: burst of {BURST}, worst ack", ours.worst / 1000, "s", 1.5)
    table.add(f'{name}: commands that were answered "not saved" or "still at it"', ours.unsaved, "", 0)
