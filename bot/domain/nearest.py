"""The valid word that somebody who mistyped one probably meant."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 40
"""Longer words are no typing mistakes of ours; it also bounds the work per candidate."""


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The closest candidate, or None when nothing is close. Ties go to the candidate that comes first."""
    return next(iter(nearest_of(word, candidates, limit=1)), None)


def nearest_of(word: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Up to `limit` candidates, closest first: beginnings of a candidate before mistyped ones."""
    typed = word.strip().casefold()
    if not typed or len(typed) > LONGEST:
        return ()
    ranked = [(rank, place, each) for place, each in enumerate(candidates) if (rank := _rank(typed, each.casefold()))]
    return tuple(dict.fromkeys(each for _, _, each in sorted(ranked)))[:limit]


def distance(left: str, right: str) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment)."""
    above: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, above, row = above, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _rank(typed: str, candidate: str) -> tuple[int, int] | None:
    """Smaller is closer; None is too far. One mistake is allowed per three letters typed."""
    if typed == candidate:
        return (0, 0)
    if len(typed) > 1 and candidate.startswith(typed):
        return (1, len(candidate) - len(typed))
    allowed = max(1, (len(typed) + 1) // 3) if len(typed) > 1 else 0
    if abs(len(typed) - len(candidate)) > allowed:
        return None
    mistakes = distance(typed, candidate)
    return (1 + mistakes, 0) if mistakes <= allowed else None
