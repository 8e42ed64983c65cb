"""python -m tests.replay EVENTS.csv.gz [TITLES.csv.gz] [--first N] [--store URL]

Drives a history of real defects through the public commands and compares what the store holds with what the history
says; ends with 1 when fewer than 99.5 % of the final states or any count of a verb differ, or when a verdict stored at
one of 200 instants is not the one that is computed for it now. The mapping is in tests/replay/mapping.py.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import structlog

from tests.owner import as_owner
from tests.replay import mapping
from tests.replay.drive import driver
from tests.replay.history import History, read
from tests.replay.instants import Instants
from tests.replay.mapping import Model
from tests.replay.report import Report, compare

INSTANTS = 200


async def replay(history: History, url: str, folder: Path, instants: int = INSTANTS) -> tuple[Report, list[str]]:
    model, expected, looking = Model(), Counter(_expected(history)), Instants(history, instants)
    async with driver(url, folder) as driving:
        await driving.begin(history)
        await driving.play(history, model, looking.pause)
        await looking.compare(driving)
        with as_owner(url) as connection:
            report = compare(connection, model, driving, expected, looking)
    return report, report.lines(model, driving, history.rows)


def _expected(history: History) -> dict[str, int]:
    model = Model()
    return Counter(typed.verb for step in history.steps for typed in model.commands(step))


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.replay",
        description=__doc__,
        epilog=mapping.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("events", type=Path)
    parser.add_argument("titles", type=Path, nargs="?")
    parser.add_argument("--first", type=int, help="only so many defects")
    parser.add_argument("--store", help="a database URL; a new SQLite file without it")
    given = parser.parse_args()
    # One line per request would bury the report.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    history = read(given.events, given.titles, given.first)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        url = given.store or f"sqlite:///{folder}/replay.db"
        report, lines = asyncio.run(replay(history, url, Path(folder)))
    print(*lines, f"{time.monotonic() - began:.0f} s", "equal" if report.good else "NOT EQUAL", sep="\n")
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
