"""How many duplicates are found, where a file of reports is at hand; a package of reports is none of ours to ship."""

import tempfile
from pathlib import Path

from storage.database import open_store
from storage.migrations import migrate
from storage.search.fitting import measured
from storage.search.weights import shipped
from tests.bench import reports as of_reports
from tests.bench.examples import Replay
from tests.bench.suggester import Suggester
from tests.bench.table import Table

# Of other projects' histories; Zhang and others (TOSEM 2022) find between .3 and .7 on theirs.
WANTED = {"recall@5": 0.62, "recall@10": 0.68, "mrr": 0.52}
DUPLICATES_ALONE = 10**9


def recall(table: Table, path: Path, start: str) -> None:
    """Of the duplicates reported from that day on, each asked at its own time."""
    reports = of_reports.load(path)
    with tempfile.TemporaryDirectory(prefix="countersign-recall-") as folder:
        url = f"sqlite:///{folder}/recall.db"
        migrate(url)
        store = open_store(url)
        replay = Replay(Suggester(store), reports, of_reports.seconds(start), DUPLICATES_ALONE)
        found = measured([example for _, example in replay.examples() if example.right], shipped())
        store.close_sync()
    for name, value in found.items():
        wanted = f">= {WANTED[name]}" if name in WANTED else ""
        table.add(f"suggestions: {name} of {path.name}", value, "", note=wanted)
