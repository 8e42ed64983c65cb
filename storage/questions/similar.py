"""Which defects a title reminds of: by the share of its rare words that they have too."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import log
from typing import Any

from sqlalchemy import Executable, Row, and_, select, union_all

from bot.domain.values import Status
from bot.services.views import Similar
from storage.judgements import judged_different
from storage.tables import defects, postings, projects, releases
from storage.tenant import TEAM, Tenant, param
from storage.terms import terms

# Below this share of what the title says, two titles only have words in common.
LEAST = 0.35
# The newest defects that have a word; one that more of them have says little.
DEPTH = 500
_MOST_TERMS = 12
_CANDIDATES = 30

_SIZE = select(projects.c.counter).where(projects.c.team_id == TEAM, projects.c.id == param("project"))
_NAMED = (
    select(
        defects.c.id,
        defects.c.key,
        defects.c.title,
        defects.c.status,
        defects.c.duplicate_of,
        releases.c.name.label("release"),
    )
    .outerjoin(releases, and_(releases.c.team_id == defects.c.team_id, releases.c.id == defects.c.release_id))
    .where(defects.c.team_id == TEAM, defects.c.id.in_(param("ids", expanding=True)))
)


@dataclass(slots=True)
class _Candidate:
    """`closeness`: the share of its own title that is shared; of equals the one that says little else is nearer."""

    defect_id: str
    shared: list[str] = field(default_factory=list)
    score: float = 0.0
    closeness: float = 0.0

    def place(self) -> tuple[float, float, str]:
        return (self.score, self.closeness, self.defect_id)


def similar(
    tenant: Tenant, project_id: str, title: str, body: str, limit: int, *, without: str | None = None
) -> list[Similar]:
    """The best first. A duplicate stands for its original. `body` speaks only where the title says nothing.

    `without`: a defect that is asked about itself; what it was judged not to be the same as is left out too.
    """
    words = (terms(title) or terms(body))[:_MOST_TERMS]
    if not words:
        return []
    named = {f"term{place}": word for place, word in enumerate(words)}
    rows = tenant.all(_holding(len(words)), project=project_id, **named)
    size = tenant.first(_SIZE, project=project_id)
    weights = _weights(words, rows, size.counter if size else 0)
    best = sorted(_candidates(rows, weights), key=_Candidate.place, reverse=True)[:_CANDIDATES]
    unwanted = {without, *judged_different(tenant, without)} if without else set()
    return _originals(tenant, [candidate for candidate in best if _reminds(candidate, words)], unwanted)[:limit]


def _reminds(candidate: _Candidate, words: Sequence[str]) -> bool:
    """One common word is a coincidence, unless nothing else was said."""
    return candidate.score >= LEAST and len(candidate.shared) >= min(2, len(words))


@cache
def _holding(count: int) -> Executable:
    return union_all(*(_holders(f"term{place}") for place in range(count)))


def _holders(name: str) -> Any:
    newest = (
        select(postings.c.term, postings.c.defect_id, postings.c.weight)
        .where(postings.c.team_id == TEAM, postings.c.project_id == param("project"), postings.c.term == param(name))
        .order_by(postings.c.defect_id.desc())
        .limit(DEPTH)
        .subquery()
    )
    return select(newest.c.term, newest.c.defect_id, newest.c.weight)


def _weights(words: Sequence[str], rows: Iterable[Row[Any]], size: int) -> dict[str, float]:
    """How much each word says (inverse document frequency in this project), the rarest first; together 1."""
    holders = dict.fromkeys(words, 0)
    for row in rows:
        holders[row.term] += 1
    raw = {word: log(1 + max(size, 1) / max(number, 1)) for word, number in holders.items()}
    total = sum(raw.values())
    return {word: raw[word] / total for word in sorted(raw, key=lambda word: (-raw[word], word))}


def _candidates(rows: Iterable[Row[Any]], weights: Mapping[str, float]) -> Iterable[_Candidate]:
    found: dict[str, _Candidate] = {}
    order = {word: place for place, word in enumerate(weights)}
    for row in sorted(rows, key=lambda row: order[row.term]):
        candidate = found.setdefault(row.defect_id, _Candidate(row.defect_id))
        candidate.shared.append(row.term)
        candidate.score += weights[row.term]
        candidate.closeness += row.weight
    return found.values()


def _originals(tenant: Tenant, best: Sequence[_Candidate], unwanted: Collection[str | None]) -> list[Similar]:
    known = _named(tenant, {candidate.defect_id for candidate in best})
    known |= _named(tenant, {row.duplicate_of for row in known.values() if row.duplicate_of} - known.keys())
    found: dict[str, Similar] = {}
    for candidate in best:
        row = known[candidate.defect_id]
        row = known.get(row.duplicate_of or "", row)
        score = min(1.0, candidate.score)
        found.setdefault(
            row.id, Similar(row.key, row.title, Status(row.status), row.release, tuple(candidate.shared), score)
        )
    return [similar for defect_id, similar in found.items() if defect_id not in unwanted]


def _named(tenant: Tenant, ids: set[str]) -> dict[str, Row[Any]]:
    return {row.id: row for row in tenant.all_in(_NAMED, "ids", ids)}
