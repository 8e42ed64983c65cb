"""What is compared of two texts, in numbers that mean the same in every project: mostly shares of 0..1.

After REP (Sun, Lo, Khoo, Jiang: Towards more accurate retrieval of duplicate bug reports, ASE 2011), which weighs title
and description apart and adds component, and DupPredictor (Xia, Lo et al., J. Comput. Sci. Technol. 30, 2015).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import log1p, sqrt

from storage.search.analysis import Analysed, damped

NAMES = (
    "title_in_title",  # of the rarity of what is asked
    "title_in_body",
    "title_anywhere",
    "body_in_title",
    "whole",  # cosine of all that both say
    "letters",  # of both titles, in whatever order the words come
    "component",
    "area",  # of a component `area/part`
    "age",
    "known_duplicates",
    "rarest",  # of the shared terms
    "told",  # how much is asked; of all candidates the same, so it orders none, but says how much their likeness means
)
Features = tuple[float, ...]
# What is known of a component when one of the two names none.
_UNKNOWN = 0.5
_DAY = 86_400
# A term's rarity in most titles: that of the other's title is not looked up.
_USUAL = 0.6


@dataclass(frozen=True)
class Report:
    """What is asked about: `title` as written, `text` its and the body's terms; `rarity` of those terms."""

    title: str
    text: Analysed
    component: str | None
    at: datetime
    rarity: Mapping[str, float]

    @cached_property
    def title_terms(self) -> dict[str, float]:
        """With their rarity."""
        return {term: self.rarity[term] for term in self.text.title}

    @cached_property
    def title_weight(self) -> float:
        return sum(self.title_terms.values())

    @cached_property
    def vector(self) -> dict[str, float]:
        """The rarest term first."""
        terms = self.text.terms
        return {term: damped(terms[term]) * self.rarity[term] for term in sorted(terms, key=lambda t: -self.rarity[t])}

    @cached_property
    def scale(self) -> float:
        """The vector's length, times what stands for the rarity in the other's."""
        terms = self.text.terms
        usual = sqrt(sum(self.rarity[term] ** 2 for term in terms) / max(1, len(terms)))
        return sqrt(sum(weight**2 for weight in self.vector.values())) * usual

    @cached_property
    def told(self) -> float:
        return log1p(len(self.vector))

    def shared(self, text: Analysed) -> tuple[str, ...]:
        """Terms that it has too, the rarest first."""
        terms = text.terms
        return tuple([term for term in self.vector if term in terms])


@dataclass(frozen=True, slots=True)
class Other:
    """What it is compared with; `length` of its text's vector, `known_duplicates` of it or of its original."""

    title: str
    text: Analysed
    length: float
    component: str | None
    created_at: datetime
    known_duplicates: int


def features(report: Report, other: Other, shared: Sequence[str]) -> Features:
    """In the order of NAMES; `shared`: what `report.shared` says."""
    all_terms = other.text.terms
    return (
        *_of_titles(report, other.text, all_terms),
        _whole(report, shared, all_terms, other.length),
        _letters(report.title.lower(), other.title.lower()),
        *_components(report.component, other.component),
        log1p(max(0.0, (report.at - other.created_at).total_seconds()) / _DAY),
        log1p(other.known_duplicates),
        report.rarity[shared[0]] if shared else 0.0,
        report.told,
    )


def _of_titles(report: Report, text: Analysed, all_terms: Collection[str]) -> Features:
    mine, its = report.title_terms.items(), dict.fromkeys(text.title)
    weight, in_mine = report.title_weight or 1.0, report.text.body
    return (
        sum([rarity for term, rarity in mine if term in its]) / weight,
        sum([rarity for term, rarity in mine if term in text.body]) / weight,
        sum([rarity for term, rarity in mine if term in all_terms]) / weight,
        sum([report.rarity[term] for term in its if term in in_mine]) / (_USUAL * max(1, len(its))),
    )


def _whole(report: Report, shared: Sequence[str], all_terms: Mapping[str, int], length: float) -> float:
    vector, rarity = report.vector, report.rarity
    product = sum([vector[term] * damped(all_terms[term]) * rarity[term] for term in shared])
    return product / (report.scale * length) if product else 0.0


def _letters(mine: str, its: str) -> float:
    from rapidfuzz import fuzz  # noqa: PLC0415 - only where suggestions are made

    return fuzz.token_sort_ratio(mine, its) / 100


def _components(mine: str | None, its: str | None) -> Features:
    if not mine or not its:
        return _UNKNOWN, _UNKNOWN
    mine, its = mine.casefold(), its.casefold()
    return float(mine == its), float(_area(mine) == _area(its))


def _area(component: str) -> str:
    return component.partition("/")[0].strip()
