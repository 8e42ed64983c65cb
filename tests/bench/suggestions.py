"""python -m tests.bench.suggestions [--sizes 20000,100000] [--postgres URL] [--on both|sqlite] [--reports FILE]
    [--start DAY]

What suggestions cost: asking among many defects, keeping the index when one more is filed, and nothing on the way to an
answer. And how many duplicates they find in a file of reports: the one that is named, also by
COUNTERSIGN_BENCH_REPORTS, else one that lies in ../shared/data.
"""

import argparse
import asyncio
import logging
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path
from statistics import median
from typing import Any

import structlog
from sqlalchemy import Connection, update

from bot.domain.defect import Defect
from bot.domain.values import Surface
from bot.services import filing, notifications
from bot.services import requests as ask
from bot.services.context import Context
from bot.services.questions import Questions
from storage.database import Store, open_store
from storage.defect_rows import defect_values
from storage.ids import new_id
from storage.migrations import migrate
from storage.search import documents
from storage.search.analysis import analysed
from storage.tables import defects, projects
from storage.tenant import TEAM as OWN
from storage.tenant import Tenant
from storage.unit_of_work import SqlUnitsOfWork
from tests.bench import databases
from tests.bench.answers import answers
from tests.bench.recall import BESIDE, LEARNED_UNTIL, at_hand, recall
from tests.bench.suggester import Clock
from tests.bench.table import Table, machine

TEAM = "T0SUGGEST"
ASKED = 200
FILED = 100
TARGETS: Mapping[int, float] = {20_000: 150.0, 100_000: 500.0}
_PORTION = 2_000
_PATIENCE = 600.0
_VOCABULARY = 40_000


def suggestions(table: Table, urls: Mapping[str, str], sizes: Sequence[int]) -> None:
    for name, url in urls.items():
        migrate(url)
        store = open_store(url)
        crowd = Crowd(store)
        for size in sizes:
            began = time.perf_counter()
            crowd.grow(size)
            spent = (time.perf_counter() - began) * 1000 / size
            table.add(f"{name}: filling it up to {size:,} defects, each", spent, "ms")
            took = sorted(crowd.ask() for _ in range(ASKED))
            what = f"{name}: suggestions among {size:,} defects"
            table.add(f"{what}, p50", took[ASKED // 2], "ms")
            table.add(f"{what}, p99", took[int(ASKED * 0.99)], "ms", TARGETS.get(size))
        filed, indexed = crowd.file(), crowd.index()
        table.add(f"{name}: indexing one defect", indexed, "ms", note=f"{indexed / filed:.0%} of filing it")
        store.close_sync()


class Prose:
    """Words as frequent as in a language (Zipf), the same ones on each run."""

    def __init__(self) -> None:
        self._random = random.Random(1)
        syllables = [a + b for a in "bcdfghjklmnprstvwz" for b in "aeiou"]
        self._words = ["".join(self._random.choices(syllables, k=2 + n % 3)) for n in range(_VOCABULARY)]
        self._weights = list(accumulate(1 / (n + 8) for n in range(_VOCABULARY)))

    def of(self, words: int) -> str:
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=words))


class Crowd:
    """A project with many defects, put into the store past their events, which nobody asks for here."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._clock = Clock()
        self._units = SqlUnitsOfWork(store, self._clock, notifications.notify)
        self._context = Context(TEAM, "U0BENCH", Surface.COMMAND, "C0BENCH")
        self._project = self._units.perform_sync(self._context, lambda uow: uow.projects.default()).id
        self._prose = Prose()
        self._size = 0

    def grow(self, size: int) -> None:
        while self._size < size:
            self._store.run_sync(self._portion, deadline=_PATIENCE)

    def _portion(self, connection: Connection) -> None:
        tenant = self._tenant(connection)
        rows = list(self._rows(_PORTION))
        tenant.add(defects, *rows)
        for row in rows:
            self._add(tenant, row, self._prose.of(60))
        mine = update(projects).where(projects.c.team_id == OWN, projects.c.id == self._project)
        tenant.change(mine.values(counter=self._size))

    def _rows(self, number: int) -> Iterator[dict[str, Any]]:
        for _ in range(number):
            self._size += 1
            at = self._clock.at = self._clock.at + timedelta(minutes=5)
            title = self._prose.of(8)
            defect = Defect(new_id(), self._project, f"DEF-{self._size}", title, "U0BENCH", at, at, version=1)
            yield defect_values(defect) | {"versioned_at": at}

    def _tenant(self, connection: Connection) -> Tenant:
        tenant = Tenant(connection, TEAM, self._clock.now())
        return tenant

    def ask(self) -> float:
        """Milliseconds."""
        title, body = self._prose.of(8), self._prose.of(60)

        def question(questions: Questions) -> object:
            return questions.similar(self._project, title, body)

        return _timed(lambda: self._units.ask_sync(TEAM, question))

    def file(self) -> float:
        """Milliseconds of a whole filing, the median."""
        return median(_timed(self._file) for _ in range(FILED))

    def _file(self) -> None:
        request = ask.FileDefect(self._prose.of(8), actual=self._prose.of(60), home="C0BENCH")
        self._units.perform_sync(self._context, lambda uow: filing.file_defect(uow, request))

    def index(self) -> float:
        """Milliseconds that the index takes of it, the median, its share of the commit left out."""
        took: list[float] = []

        def indexing(connection: Connection) -> None:
            tenant = self._tenant(connection)
            for row in self._rows(FILED):
                tenant.add(defects, row)
                took.append(_timed(partial(self._add, tenant, row, self._prose.of(60))))

        self._size += FILED
        self._store.run_sync(indexing, deadline=_PATIENCE)
        return median(took)

    def _add(self, tenant: Tenant, row: Mapping[str, Any], body: str) -> None:
        text = analysed(row["title"], body)
        documents.add(tenant, row["id"], self._project, documents.number_of(row["key"]), text)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.suggestions")
    parser.add_argument("--sizes", default="20000,100000")
    parser.add_argument("--postgres", help="a database URL; a server of its own without it")
    parser.add_argument("--reports", default=os.environ.get("COUNTERSIGN_BENCH_REPORTS"))
    parser.add_argument("--start", default=LEARNED_UNTIL, help="recall of what was reported from this day on")
    parser.add_argument("--on", choices=("both", "sqlite"), default="both", help="a million takes PostgreSQL an hour")
    parser.add_argument("--without-recall", action="store_true", help="times alone")
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    print(machine())
    table = Table()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="countersign-bench-")))
        asyncio.run(answers(table, folder))
        urls = {"SQLite": f"sqlite:///{folder}/suggestions.db"}
        if given.on == "both":
            urls["PostgreSQL"] = stack.enter_context(databases.postgres(given.postgres, folder))
        suggestions(table, urls, [int(size) for size in given.sizes.split(",")])
        if not given.without_recall:
            _recall(table, urls | {"SQLite": f"sqlite:///{folder}/recall.db"}, given.reports, given.start)
    print(f"{table.missed} of {sum(line.target is not None for line in table.lines)} targets missed")


def _recall(table: Table, urls: Mapping[str, str], named: str | None, start: str) -> None:
    path = Path(named) if named else at_hand()
    if path is None:
        print(
            f"suggestions: recall not measured, no *reports.jsonl* in {' or '.join(BESIDE)}; --reports FILE names one"
        )
        return
    for store, url in urls.items():
        recall(table, store, url, path, start)


if __name__ == "__main__":
    main()
