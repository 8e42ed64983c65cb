"""Which of the rows that are due get a place, where there are more than places."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row


def in_turn(found: Iterable[Row[Any]], held: Counter[str]) -> list[Row[Any]]:
    """Whose workspace has the least in hand comes first; `held` counts what is handed out."""

    def place(row: Row[Any]) -> int:
        held[row.team_id] += 1
        return held[row.team_id]

    return sorted(found, key=place)


def within(found: Iterable[Row[Any]], each: int, held: Counter[str]) -> list[tuple[str, str]]:
    """(team, id) of those whose workspace has not yet `each` in hand; `held` counts them."""
    kept = []
    for row in found:
        if held[row.team_id] < each:
            held[row.team_id] += 1
            kept.append((row.team_id, row.id))
    return kept
