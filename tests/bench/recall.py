"""How many duplicates are found, where a file of reports is at hand; a package of reports is none of ours to ship."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from storage.database import open_store
from storage.migrations import migrate
from storage.search.fitting import Example, measured
from storage.search.weights import shipped
from tests.bench import reports as of_reports
from tests.bench.examples import Replay
from tests.bench.reports import Report
from tests.bench.suggester import Suggester
from tests.bench.table import Table

# Of other projects' histories; Zhang and others (TOSEM 2022) find between .3 and .7 on theirs.
WANTED = {"recall@5": 62.0, "recall@10": 68.0, "mrr": 52.0}
DUPLICATES_ALONE = 10**9
# What was filed before that day the shipped weights may have learned from.
LEARNED_UNTIL = "2013-07-01"
# Where a file of reports is looked for when none is named: beside the checkout.
BESIDE = ("../shared/data", "data")


def at_hand(folders: Iterable[str] = BESIDE) -> Path | None:
    found = (path for folder in folders for path in sorted(Path(folder).glob("*reports.jsonl*")))
    return next(found, None)


def recall(table: Table, store: str, url: str, path: Path, start: str) -> None:
    """Of the duplicates reported from that day on, each asked at its own time. `store`: what it is called."""
    examples = [example for example in _examples(url, of_reports.load(path), start) if example.right]
    note = f"{len(examples)} duplicates of {path.name} since {start}"
    for name, value in measured(examples, shipped()).items():
        table.add(f"{store}: suggestions, {name}", value * 100, "%", WANTED.get(name), note, at_least=True)
        note = ""


def _examples(url: str, reports: Sequence[Report], start: str) -> list[Example]:
    migrate(url)
    store = open_store(url)
    replay = Replay(Suggester(store), reports, of_reports.seconds(start), DUPLICATES_ALONE)
    examples = [example for _, example in replay.examples()]
    store.close_sync()
    return examples
