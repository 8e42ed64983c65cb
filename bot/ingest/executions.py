"""The executions of a report on their way from the process that reads it into the store, some at a time."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from bot.domain.results import Execution, Outcome

PORTION = 50


class Unreadable(Exception):
    """The text says what is wrong and where."""


def portions(executions: Iterable[Execution], most: Callable[[], int] = lambda: PORTION) -> Iterator[list[Execution]]:
    """`most` is asked anew for each."""
    left = iter(executions)
    while portion := list(islice(left, most())):
        yield portion


def packed(execution: Execution) -> list[Any]:
    e = execution
    return [e.case, e.outcome.value, e.seconds, e.message, e.key, e.flaky, e.fingerprint]


def unpacked(values: list[Any]) -> Execution:
    case, outcome, *rest = values
    return Execution(case, Outcome(outcome), *rest)
