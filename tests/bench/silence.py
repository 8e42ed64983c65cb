"""python -m tests.bench.silence REPORTS [--start DAY] [--titles] : what is shown unasked, by the chance it takes.

"shown" of new reports: how many see a suggestion although nothing like them was on record. "right" of duplicates: how
many are shown what they are a duplicate of. Precision: of all reports that see something, how many see what is right;
and of the single suggestions.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from storage.database import open_store
from storage.migrations import migrate
from storage.search.fitting import Example
from storage.search.weights import Weights, shipped
from tests.bench import reports as of_reports
from tests.bench.examples import Replay
from tests.bench.suggester import Suggester

CHANCES = (0.03, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3)
SHOWN = 3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.silence", description=__doc__)
    parser.add_argument("reports", type=Path)
    parser.add_argument("--start", default="1970-01-01")
    parser.add_argument("--titles", action="store_true", help="as if nobody had written more than a title")
    given = parser.parse_args()
    reports = of_reports.load(given.reports)
    if given.titles:
        reports = [report | {"body": ""} for report in reports]
    with tempfile.TemporaryDirectory(prefix="countersign-silence-") as folder:
        url = f"sqlite:///{folder}/silence.db"
        migrate(url)
        store = open_store(url)
        replay = Replay(Suggester(store), reports, of_reports.seconds(given.start))
        examples = [example for _, example in replay.examples()]
        store.close_sync()
    table(examples, shipped())


def table(examples: Sequence[Example], weights: Weights) -> None:
    print("chance  shown of new  right of duplicates  precision of lists  of suggestions")
    for chance in CHANCES:
        figures = operating(examples, weights, chance)
        print(f"{chance:6.2f}  {figures[0]:12.1%}  {figures[1]:19.1%}  {figures[2]:18.1%}  {figures[3]:14.1%}")


def operating(examples: Sequence[Example], weights: Weights, chance: float) -> tuple[float, float, float, float]:
    new = duplicates = shown_new = lists = right_lists = shown = right = 0.0
    for example in examples:
        seen = _seen(example, weights, chance)
        good = sum(seen)
        new += example.weight if not example.right else 0
        duplicates += bool(example.right)
        shown_new += example.weight if seen and not example.right else 0
        lists += example.weight if seen else 0
        right_lists += bool(good)
        shown += example.weight * len(seen)
        right += good
    return (
        shown_new / max(1, new),
        right_lists / max(1, duplicates),
        right_lists / max(1, lists),
        right / max(1, shown),
    )


def _seen(example: Example, weights: Weights, chance: float) -> list[bool]:
    """Of the first few that are shown, which are right."""
    ranked = example.ranked(weights)
    chances = weights.chances([(score, candidate.features) for score, candidate in ranked])
    first = list(zip(chances, ranked, strict=True))[:SHOWN]
    return [example.is_right(candidate) for sure, (_, candidate) in first if sure >= chance]


if __name__ == "__main__":
    main()
