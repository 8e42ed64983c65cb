"""python -m tests.bench [--postgres URL] [--defects N] : speed beside its target, all of it in one run on one machine.

Ends with 0 also where a target is missed, and says so: machines differ, and this is for reading.
"""

import argparse
import asyncio
import logging
import tempfile
from pathlib import Path

import structlog
import uvloop

from bot.manifest import build_manifest
from bot.sandbox.server import serve
from bot.sandbox.workspace import Workspace
from storage.migrations import migrate
from tests.bench import asides, databases, inside
from tests.bench.acks import acks
from tests.bench.imports import beside_an_import
from tests.bench.table import Table, machine


async def bench(folder: Path, postgres: str, defects: int) -> Table:
    table = Table()
    urls = {"SQLite": f"sqlite:///{folder}/bench.db", "PostgreSQL": postgres}
    for url in urls.values():
        migrate(url)
    await acks(table, urls)
    await beside_an_import(table, urls)
    await inside.digest(table, folder)
    await inside.idle_tick(table, folder)
    await asides.readiness(table, folder, defects)
    space = Workspace(build_manifest())
    space.add_channel("bench", [space.add_person("tess", "Tess")])
    async with serve(space):
        await asides.dispatch(table, space, folder)
        await asides.calls_before_the_ack(table, space, folder)
        await inside.start(table, space, urls["SQLite"])
    inside.plotting(table)
    inside.help_(table)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--postgres", help="a database URL; a server of its own without it")
    parser.add_argument("--defects", type=int, default=100_000, help="of a release beside the one that is assessed")
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    print(machine())
    with (
        tempfile.TemporaryDirectory() as name,
        databases.postgres(given.postgres, Path(name)) as postgres,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        table = runner.run(bench(Path(name), postgres, given.defects))
    print(f"{table.missed} of {sum(line.target is not None for line in table.lines)} targets missed")


if __name__ == "__main__":
    main()
