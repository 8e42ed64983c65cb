"""How features become an order, and an order becomes a chance that two are the same."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from math import exp, log
from typing import Any

from sqlalchemy import select

from storage.search.features import NAMES, Features
from storage.tables import search_weights
from storage.tenant import TEAM, Tenant, param

_NEWEST = (
    select(search_weights.c.weights)
    .where(search_weights.c.team_id == TEAM, search_weights.c.project_id == param("project"))
    .order_by(search_weights.c.version.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Weights:
    """`features` by name. The chance of a suggestion with score s and share p of all that was found (softmax) is
    logistic(`base` + `score` * s + `share` * log p + what its features add by `sure`); from `worth` on it is shown to
    who did not ask. What puts one before the others does not say how sure it is: of two alike reports one may come
    first by its age alone."""

    features: Mapping[str, float]
    base: float
    score: float
    share: float
    worth: float
    sure: Mapping[str, float] = field(default_factory=dict)

    def score_of(self, features: Features) -> float:
        return sum([self.features.get(name, 0.0) * value for name, value in zip(NAMES, features, strict=True)])

    def chances(self, ranked: Sequence[tuple[float, Features]]) -> list[float]:
        """Of all that was found, each with its score."""
        shares = with_shares([score for score, _ in ranked])
        return [
            logistic(self.base + self.score * score + self.share * share + self._surety(features))
            for (score, share), (_, features) in zip(shares, ranked, strict=True)
        ]

    def _surety(self, features: Features) -> float:
        return sum([self.sure.get(name, 0.0) * value for name, value in zip(NAMES, features, strict=True)])

    def kept(self) -> dict[str, Any]:
        return asdict(self)


def with_shares(scores: Sequence[float]) -> list[tuple[float, float]]:
    """Each with the logarithm of its share of all."""
    if not scores:
        return []
    most = max(scores)
    total = most + log(sum(exp(score - most) for score in scores))
    return [(score, score - total) for score in scores]


def logistic(x: float) -> float:
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


@cache
def shipped() -> Weights:
    """Fitted by tests.bench.fit, as docs/duplicates.md tells."""
    return Weights(**json.loads(files("storage.search").joinpath("weights.json").read_text()))


def weights_of(tenant: Tenant, project_id: str) -> Weights:
    """What the project's own people taught, else what is shipped."""
    row = tenant.first(_NEWEST, project=project_id)
    return Weights(**row.weights) if row else shipped()
