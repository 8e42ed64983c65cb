"""python -m tests.faults [--ci] [--only NAME] : every fault in its full size, and one table of what it did.

Ends with 1 when something was lost, said twice, out of order or slower than its limit, with 2 for an unknown name.
"""

import argparse
import asyncio
import logging
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import structlog

from storage.migrations import migrate
from tests.bench.table import machine
from tests.conftest import migrated_database, postgres_database, running_postgres
from tests.faults.outcome import Outcome, Row
from tests.faults.stage import Stage
from tests.faults.table import ROWS

HEAD = ("fault", "injected", "lost", "twice", "reordered", "figure", "verdict")
LINE = "{:<58}{:>10}{:>6}{:>7}{:>11}  {:<52}{}"


@contextmanager
def playing() -> Iterator[Stage]:
    """The PostgreSQL server is started by the first row that asks for a database."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="countersign-faults-")))
        template = folder / "template.db"
        migrate(f"sqlite:///{template}")

        @cache
        def server() -> tuple[str, str]:
            url = stack.enter_context(running_postgres())
            return url, migrated_database(url)

        yield Stage(folder, template, lambda: postgres_database(*server()))


def played(stage: Stage, row: Row, *, small: bool) -> tuple[Outcome, float]:
    began = time.monotonic()

    async def play() -> Outcome:
        return await row.run(stage, row.small if small else row.full)

    try:
        outcome = asyncio.run(play())
    except Exception as error:  # noqa: BLE001 - the edge: the other rows are played all the same
        traceback.print_exc()
        outcome = Outcome(1, wrong=[f"{type(error).__name__}: {error}"])
    return outcome, time.monotonic() - began


def line(row: Row, outcome: Outcome, *, small: bool) -> str:
    findings = outcome.findings
    wrong = [*outcome.faults(), *([] if small else outcome.slow())]
    told = "; ".join([*map(str, outcome.measured), *outcome.notes])
    counts = (len(findings.lost), len(findings.twice), len(findings.reordered))
    return LINE.format(row.fault, outcome.injected, *counts, told, "; ".join(wrong) or "ok").rstrip()


def main(words: Sequence[str] | None = None, rows: Sequence[Row] = ROWS) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--ci", action="store_true", help="in the sizes that `make test` plays")
    parser.add_argument("--only", action="append", metavar="NAME", choices=[row.name for row in rows])
    given = parser.parse_args(words)
    lines, bad = [], 0
    with playing() as stage:
        for row in [row for row in rows if given.only is None or row.name in given.only]:
            outcome, seconds = played(stage, row, small=given.ci)
            lines.append(line(row, outcome, small=given.ci))
            bad += bool(outcome.faults() or (not given.ci and outcome.slow()))
            print(f"{row.name}: {seconds:.0f} s", flush=True)
    print(f"\n{machine()}", LINE.format(*HEAD), *lines, f"{bad} of {len(lines)} rows missed", sep="\n")
    return 1 if bad else 0


def _quiet() -> None:
    """The bots log every fault; here only what it did is of interest."""
    logging.disable()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


if __name__ == "__main__":
    _quiet()
    raise SystemExit(main())
