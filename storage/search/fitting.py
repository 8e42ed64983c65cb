"""Weights from examples, in plain Python: a few hundred lists of a hundred candidates are seconds of work."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, sqrt

from storage.search.comparing import Candidate, best_of_each
from storage.search.features import NAMES
from storage.search.weights import Weights, logistic, with_shares

_STEPS = 12
# Of a list, those that come first by the weights so far; the others teach nothing.
_HARDEST = 60
_SHOWN = 3
# What holds how often anything is right to what it was: nothing.
_FREE = 1e-3
# More in common never speaks against it, and more time never for it: what few examples say otherwise is chance.
_SIGNS = tuple(-1.0 if name == "age" else 1.0 for name in NAMES)
Vector = Sequence[float]
Matrix = list[list[float]]


@dataclass(frozen=True, slots=True)
class Example:
    """What was near a report; `right`: ids of defects that it is the same as, none of a report that is new.

    `weight`: how many reports it stands for.
    """

    candidates: Sequence[Candidate]
    right: frozenset[str]
    weight: float = 1.0

    def ranked(self, weights: Weights) -> list[tuple[float, Candidate]]:
        return best_of_each([(weights.score_of(each.features), each) for each in self.candidates])

    def is_right(self, candidate: Candidate) -> bool:
        return candidate.defect_id in self.right or candidate.original_id in self.right

    def rank(self, weights: Weights) -> int:
        """Of the first that is right, from 1; 0: none is."""
        places = (place for place, (_, each) in enumerate(self.ranked(weights), 1) if self.is_right(each))
        return next(places, 0)


def fitted(examples: Sequence[Example], before: Weights, strength: float) -> Weights:
    """Weights under which what is right comes first (softmax), and the chance that the first ones are right (logistic).

    `strength`: how many standard deviations of data it takes to move a weight away from `before`.
    """
    return calibrated(examples, replace(before, features=_order(examples, before, strength)), strength)


def calibrated(examples: Sequence[Example], ordered: Weights, strength: float) -> Weights:
    """The same order; the chance as often right as it says on these."""
    base, score, share, *sure = _chance(examples, ordered, strength)
    return replace(ordered, base=base, score=score, share=share, sure=dict(zip(NAMES, sure, strict=True)))


def _order(examples: Sequence[Example], before: Weights, strength: float) -> dict[str, float]:
    lists = [_list(example, before) for example in examples]
    lists = [(rows, right) for rows, right in lists if any(right)]
    ridge = [strength * deviation**2 for deviation in _deviations([row for rows, _ in lists for row in rows])]
    start = [before.features.get(name, 0.0) for name in NAMES]

    def slope(weights: Vector) -> tuple[list[float], Matrix]:
        gradient = [r * (w - s) for r, w, s in zip(ridge, weights, start, strict=True)]
        curve = [[r if i == j else 0.0 for j in range(len(NAMES))] for i, r in enumerate(ridge)]
        for rows, right in lists:
            _add_list(gradient, curve, rows, right, weights)
        return gradient, curve

    return dict(zip(NAMES, _descended(start, slope, _SIGNS), strict=True))


def _list(example: Example, weights: Weights) -> tuple[list[Vector], list[bool]]:
    hardest = sorted(example.candidates, key=lambda each: -weights.score_of(each.features))[:_HARDEST]
    return [each.features for each in hardest], [example.is_right(each) for each in hardest]


def _add_list(gradient: list[float], curve: Matrix, rows: Sequence[Vector], right: Sequence[bool], w: Vector) -> None:
    """Of minus the logarithm of the share (softmax) of those that are right."""
    scores = [sum(a * b for a, b in zip(row, w, strict=True)) for row in rows]
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    total, good = sum(powers), sum(power for power, is_right in zip(powers, right, strict=True) if is_right) or 1e-300
    mean = [0.0] * len(w)
    for row, power, is_right in zip(rows, powers, right, strict=True):
        share = power / total
        pull = share - (power / good if is_right else 0.0)
        for i, value in enumerate(row):
            gradient[i] += pull * value
            mean[i] += share * value
    for row, power in zip(rows, powers, strict=True):
        share = power / total
        if share > 1e-4:
            _add_square(curve, [value - m for value, m in zip(row, mean, strict=True)], share)


def _add_square(curve: Matrix, row: Vector, weight: float) -> None:
    for line, a in zip(curve, row, strict=True):
        scaled = a * weight
        for j, b in enumerate(row):
            line[j] += scaled * b


def _deviations(rows: Sequence[Vector]) -> list[float]:
    number = max(1, len(rows))
    means = [sum(column) / number for column in zip(*rows, strict=True)]
    spread = [
        sum((value - mean) ** 2 for value in column) / number
        for column, mean in zip(zip(*rows, strict=True), means, strict=True)
    ]
    return [sqrt(each) + 1e-6 for each in spread] or [1.0] * len(NAMES)


def _chance(examples: Sequence[Example], weights: Weights, strength: float) -> list[float]:
    """Over the first few of every list, whether something was right in it or not."""
    rows = [row for example in examples for row in _first(example, weights)]
    start = [weights.base, weights.score, weights.share, *(weights.sure.get(name, 0.0) for name in NAMES)]
    spread = _deviations([row[1:] for row, _, _ in rows]) if rows else [1.0] * (len(start) - 1)
    ridge = [_FREE, *(strength * deviation**2 for deviation in spread)]

    def slope(w: Vector) -> tuple[list[float], Matrix]:
        gradient = [r * (each - s) for r, each, s in zip(ridge, w, start, strict=True)]
        curve = [[r if i == j else 0.0 for j in range(len(w))] for i, r in enumerate(ridge)]
        for row, right, weight in rows:
            chance = logistic(sum([a * b for a, b in zip(row, w, strict=True)]))
            for i, value in enumerate(row):
                gradient[i] += weight * (chance - right) * value
            _add_square(curve, row, weight * max(chance * (1 - chance), 1e-6))
        return gradient, curve

    return _descended(start, slope, (0.0, 1.0, 1.0, *(0.0 for _ in NAMES)))


def _first(example: Example, weights: Weights) -> Iterator[tuple[Vector, bool, float]]:
    """What its chance is reckoned from, whether it is right, how many it stands for."""
    ranked = example.ranked(weights)
    shares = with_shares([score for score, _ in ranked])
    for (score, share), (_, candidate) in list(zip(shares, ranked, strict=True))[:_SHOWN]:
        yield (1.0, score, share, *candidate.features), example.is_right(candidate), example.weight


def _descended(
    start: Vector, slope: Callable[[Vector], tuple[list[float], Matrix]], signs: Sequence[float]
) -> list[float]:
    """Newton's steps, none so long that it leaves the ground it was reckoned on, none to the wrong side of zero."""
    at = list(start)
    for _ in range(_STEPS):
        gradient, curve = slope(at)
        for i, (value, sign) in enumerate(zip(at, signs, strict=True)):
            if sign and value * sign <= 0 and gradient[i] * sign >= 0:
                _hold(i, gradient, curve)
        step = solved(curve, gradient)
        longest = max(abs(each) for each in step)
        if longest < 1e-6:
            break
        moved = [a - each * min(1.0, 2.0 / longest) for a, each in zip(at, step, strict=True)]
        at = [0.0 if a * sign < 0 else a for a, sign in zip(moved, signs, strict=True)]
    return at


def _hold(i: int, gradient: list[float], curve: Matrix) -> None:
    """This one stays where it is."""
    gradient[i] = 0.0
    for j, line in enumerate(curve):
        line[i] = curve[i][j] = float(i == j)


def solved(matrix: Matrix, right: Vector) -> list[float]:
    """x of `matrix` x = `right`, by elimination."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for i in range(size):
        pivot = max(range(i, size), key=lambda j: abs(rows[j][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for j in range(size):
            if j != i:
                factor = rows[j][i] / rows[i][i]
                rows[j] = [a - factor * b for a, b in zip(rows[j], rows[i], strict=True)]
    return [rows[i][size] / rows[i][i] for i in range(size)]


def measured(examples: Sequence[Example], weights: Weights) -> Mapping[str, float]:
    """Of the reports that are the same as something: how often that comes first, and its mean reciprocal rank."""
    ranks = [example.rank(weights) for example in examples if example.right]
    number = max(1, len(ranks))
    return {
        "recall@1": sum(rank == 1 for rank in ranks) / number,
        "recall@5": sum(0 < rank <= 5 for rank in ranks) / number,
        "recall@10": sum(0 < rank <= 10 for rank in ranks) / number,
        "mrr": sum(1 / rank for rank in ranks if rank) / number,
    }
