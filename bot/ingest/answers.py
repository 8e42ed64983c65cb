"""What was done, as JSON: the same over HTTP and on the command line."""

from dataclasses import asdict
from typing import Any

from bot.domain.results import Outcome
from bot.services.commits import BuildTold
from bot.services.results import ResultsTold

Answer = dict[str, Any]


def build_told(told: BuildTold) -> Answer:
    known = {"release": told.release.name, "build": told.build.name, "known": told.known}
    return {**known, "bound": told.bound, **asdict(told.told)}


def results_told(told: ResultsTold) -> Answer:
    known = {"release": told.release.name, "build": told.build.name, "known": told.known}
    counts = {outcome.value: told.tally.of(outcome) for outcome in Outcome}
    met = {"candidates": told.met.candidates, "known_defects": told.met.known, "reopened": told.met.reopened}
    return {**known, **counts, "flaky": told.tally.flaky, "new_cases": told.new_cases, **met}
