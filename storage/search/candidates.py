"""The nearest of a project's documents, by the rare terms that they share: few rows are read however many there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from sqlalchemy import select

from storage.search.analysis import Analysed
from storage.search.postings import END, postings_of
from storage.search.tokens import Tokens
from storage.tables import projects, search_documents
from storage.tenant import TEAM, Tenant, param

MOST = 200
# A search asks for all terms of the title, then for the rarest of the body.
MOST_TERMS = 24
# Of a common term only the newest documents are looked at: it tells little, and what is met again is mostly recent.
_NEWEST_OF_TITLE = 1_000
_NEWEST_OF_BODY = 200
# Defects that nobody has filed yet and that have none of the terms: else every word of a small project were common.
_UNSEEN = 100
# What a term in a title counts beyond one anywhere.
_TITLE = 2.0

_SIZE = select(projects.c.counter).where(projects.c.team_id == TEAM, projects.c.id == param("project"))
_NUMBERS = select(search_documents.c.place, search_documents.c.number).where(
    search_documents.c.team_id == TEAM,
    search_documents.c.project_id == param("project"),
    search_documents.c.place.in_(param("places", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class Search:
    """`text` as of an instant: when the project held `size` defects, all of them at places below `before`."""

    project_id: str
    text: Analysed
    size: int
    before: int = END


@dataclass(frozen=True, slots=True)
class Found:
    """`rarity`: of each term of the search, from 0 (all have it) to 1 (none has); `places`: the nearest first."""

    rarity: Mapping[str, float]
    places: Sequence[int]


def size_of(tenant: Tenant, project_id: str) -> int:
    row = tenant.first(_SIZE, project=project_id)
    return row.counter if row else 0


def nearest(tenant: Tenant, search: Search) -> Found:
    return _Searching(tenant, search).found()


@dataclass
class _Searching:
    """`holders`: the newest places that have a term; `cut`: the oldest of them, where there may be more."""

    tenant: Tenant
    search: Search
    holders: dict[str, Sequence[int]] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)

    def found(self) -> Found:
        title = list(dict.fromkeys(self.search.text.title))
        body = [term for term in self.search.text.body if term not in set(title)]
        self._look_up(title, _NEWEST_OF_TITLE)
        self._look_up(body, _NEWEST_OF_BODY)
        rarity = self._rarity((*title, *body))
        telling = sorted((term for term in body if term in self.holders), key=lambda term: -rarity[term])
        asked = title[:MOST_TERMS]
        asked += telling[: MOST_TERMS - len(asked)]
        return Found(rarity, self._best([term for term in asked if term in self.holders], rarity))

    def _look_up(self, terms: Iterable[str], most: int) -> None:
        tokens = Tokens(self.tenant.team, self.search.project_id)
        for term, places in self._newest({tokens.anywhere(term): term for term in terms}, most):
            self.holders[term] = places
            if len(places) == most:
                self.cut[term] = places[-1]

    def _newest(self, named: Mapping[int, str], most: int) -> Iterable[tuple[str, Sequence[int]]]:
        held = postings_of(self.tenant).newest(self.tenant, list(named), most, self.search.before)
        return [(named[token], held[token]) for token in named if token in held]

    def _rarity(self, terms: Iterable[str]) -> dict[str, float]:
        """Inverse document frequency, as a share of the highest there is."""
        size = self.search.size + _UNSEEN
        have = {term: float(len(places)) for term, places in self.holders.items()} | self._reckoned()
        return {term: log((size + 1) / (have.get(term, 0.0) + 0.5)) / log(size + 2) for term in terms}

    def _reckoned(self) -> dict[str, float]:
        """How many have a term of which only the newest were looked at, from how far back these reach."""
        if not self.cut:
            return {}
        rows = self.tenant.all(_NUMBERS, project=self.search.project_id, places=sorted(set(self.cut.values())))
        number, size = {row.place: row.number for row in rows}, self.search.size
        return {
            term: len(self.holders[term]) * size / max(1, size - number[place] + 1) for term, place in self.cut.items()
        }

    def _best(self, asked: Sequence[str], rarity: Mapping[str, float]) -> list[int]:
        tokens = Tokens(self.tenant.team, self.search.project_id)
        scores: dict[int, float] = defaultdict(float)
        for term in asked:
            for place in self.holders[term]:
                scores[place] += rarity[term]
        for term, places in self._newest({tokens.in_title(term): term for term in asked}, _NEWEST_OF_TITLE):
            for place in places:
                scores[place] += _TITLE * rarity[term]
        return _first(scores, MOST)


def _first(scores: Mapping[int, float], most: int) -> list[int]:
    """The best first, of equals the newest. Few of thousands are wanted: only those are sorted with their places."""
    least = sorted(scores.values(), reverse=True)[:most]
    good = [(score, place) for place, score in scores.items() if score >= least[-1]] if least else []
    return [place for _, place in sorted(good, reverse=True)[:most]]
