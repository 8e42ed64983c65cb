"""python -m tests.bench.fit REPORTS [--until DAY] > storage/search/weights.json : the weights that are shipped.

Learns from what was filed, and said to be a duplicate, before that day. Tells on stderr how good they are on the last
third of it when fitted on the rest. The order is learned from whole reports; how sure a suggestion is, also from their
titles alone, as people file them by a command.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from storage.database import open_store
from storage.migrations import migrate
from storage.search.features import NAMES
from storage.search.fitting import Example, calibrated, fitted, measured
from storage.search.weights import Weights
from tests.bench import reports as of_reports
from tests.bench.examples import Replay
from tests.bench.reports import Report
from tests.bench.suggester import Suggester

STRENGTH = 3.0
# From this chance on a suggestion is shown: chosen by tests.bench.silence, reasons in docs/duplicates.md.
WORTH = 0.08
# Something must come first in the beginning: what shares most.
NOTHING = Weights({name: float(name == "whole") for name in NAMES}, 0.0, 0.0, 0.0, WORTH)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fit", description=__doc__)
    parser.add_argument("reports", type=Path)
    parser.add_argument("--until", default="2100-01-01")
    given = parser.parse_args()
    reports = of_reports.until(of_reports.load(given.reports), of_reports.seconds(given.until))
    examples, bare = _examples(reports), _examples([report | {"body": ""} for report in reports])
    later = len(examples) * 2 // 3
    trial = fitted(examples[:later], NOTHING, STRENGTH)
    _say("on the last third, fitted on the rest", measured(examples[later:], trial))
    weights = calibrated([*examples, *bare], fitted(examples, NOTHING, STRENGTH), STRENGTH)
    _say("on what it was fitted on", measured(examples, weights))
    print(json.dumps(_rounded(weights), indent=2))


def _examples(reports: Sequence[Report]) -> list[Example]:
    with tempfile.TemporaryDirectory(prefix="countersign-fit-") as folder:
        url = f"sqlite:///{folder}/fit.db"
        migrate(url)
        store = open_store(url)
        examples = [example for _, example in Replay(Suggester(store), reports).examples()]
        store.close_sync()
    return examples


def _say(what: str, figures: object) -> None:
    print(f"{what}: {json.dumps(figures)}", file=sys.stderr)


def _rounded(weights: Weights) -> object:
    return json.loads(json.dumps(asdict(weights)), parse_float=lambda number: round(float(number), 4))


if __name__ == "__main__":
    main()
