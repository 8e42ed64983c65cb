"""People beside a test run of 50,000 executions that comes in."""

import asyncio
from dataclasses import dataclass

import aiohttp

from bot.ingest.secrets import Source, secret_of, signature
from bot.manifest import build_manifest
from bot.sandbox.server import serve
from bot.sandbox.workspace import Workspace
from tests.bench.acks import server
from tests.bench.load import Client, percentile
from tests.bench.serving import INGEST_TOKEN
from tests.bench.table import Table

CASES = 50_000
IDLE = 200


@dataclass
class Beside:
    """p99 of filings one after the other, in milliseconds; `took`: seconds until all results were published."""

    idle: float
    busy: float
    took: float


async def beside_an_import(table: Table, databases: dict[str, str]) -> None:
    space = Workspace(build_manifest())
    space.add_channel("bench", [space.add_person("tess", "Tess")])
    async with serve(space):
        for name, database in databases.items():
            seen = await _measured(space, database)
            table.add(
                f"{name}: p99 of /defect new while {CASES:,} executions come in / idle", seen.busy / seen.idle, "x", 2
            )
            table.add(f"{name}: {CASES:,} executions taken beside that", seen.took, "s")


async def _measured(space: Workspace, database: str) -> Beside:
    async with server(space, "bot", database) as (address, _), aiohttp.ClientSession() as session:
        person = next(each["id"] for each in space.state.users.values() if each["name"] == "tess")
        client = Client(space, person, address, session)
        await client.types("/release", "new 9.9")
        await client.types("/release", "build 9.9 9.9.0-rc1")
        await client.one_after_the_other(IDLE // 4)
        idle = percentile(await client.one_after_the_other(IDLE), 0.99)
        loop = asyncio.get_running_loop()
        began = loop.time()
        coming = asyncio.create_task(_import(space, address, session))
        times = []
        while not coming.done():
            times.append(await client.once())
        await coming
        return Beside(idle, percentile(times, 0.99), loop.time() - began)


async def _import(space: Workspace, address: str, session: aiohttp.ClientSession) -> None:
    cases = "".join(f'<testcase classname="suite {n % 200}" name="case {n}" time="0.1"/>' for n in range(CASES))
    body = f"<testsuite>{cases}</testsuite>".encode()
    signed = signature(secret_of(INGEST_TOKEN, Source.CI, space.team_id), body)
    address = f"{address}/ingest/junit?team={space.team_id}&release=9.9&build=9.9.0-rc1"
    async with session.post(address, data=body, headers={"X-Countersign-Signature-256": signed}) as response:
        if response.status != 200:
            raise RuntimeError(await response.text())
