"""From words to the terms by which texts are compared: the same on both stores, since we make them ourselves."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log, sqrt
from threading import Lock
from typing import Protocol

# What a report says, it says at its beginning; the rest is logs.
MOST_CHARACTERS = 4_000
MOST_TITLE_TERMS = 48
MOST_BODY_TERMS = 100
_LONGEST = 40
_WORD = re.compile(r"[^\W_]+(?:[_.'’-][^\W_]+)*")
# HttpClient, timeout_ms and 2.4.0-rc3 are looked for whole and by their parts.
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^\W\dA-Z_]+|[A-Z]+|\d+")
_EVERYBODYS = """
a an and are as at be but by can cannot did didn't do does doesn't don't for from get gets has have how i if in
into is isn't it it's its my no not of on or our so that the their then there this to was we were what when where which
while who why will with won't you your
"""
STOP_WORDS = frozenset(_EVERYBODYS.split())


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...


class _Stems:
    """Snowball's English stemmer (snowballstem.org), which is no object for two threads; loaded when first needed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stemmer: _Stemmer | None = None

    def of(self, word: str) -> str:
        with self._lock:
            if self._stemmer is None:
                import snowballstemmer  # noqa: PLC0415

                self._stemmer = snowballstemmer.stemmer("english")
            return self._stemmer.stemWord(word)


_stems = _Stems()


@lru_cache(50_000)
def _term(word: str) -> str:
    # A number has no endings, and each is met for the first time.
    return (word if word.isdecimal() else _stems.of(word))[:_LONGEST]


@dataclass(frozen=True)
class Analysed:
    """`title`: its terms in their order; `body`: how often each of its first terms stands there."""

    title: tuple[str, ...]
    body: Mapping[str, int]

    @cached_property
    def terms(self) -> dict[str, int]:
        """Of both, those of the title first; how often each stands in them."""
        counted = dict.fromkeys(self.title, 0)
        counted.update(self.body)
        for term in self.title:
            counted[term] += 1
        return counted

    @property
    def length(self) -> float:
        """Of the vector of damped frequencies."""
        return sqrt(sum(damped(often) ** 2 for often in self.terms.values()))


def damped(often: int) -> float:
    """The second time says less than the first."""
    return 1 + log(often)


def analysed(title: str, body: str = "") -> Analysed:
    counted = Counter(term for term, _ in _terms(body[:MOST_CHARACTERS]))
    kept = list(counted)[:MOST_BODY_TERMS]
    heard = tuple(term for term, _ in _terms(title[:MOST_CHARACTERS]))[:MOST_TITLE_TERMS]
    return Analysed(heard, {term: counted[term] for term in kept})


def words(text: str) -> dict[str, str]:
    """Term -> the word that it was first, in small letters, as people may be shown it."""
    found: dict[str, str] = {}
    for term, word in _terms(text[:MOST_CHARACTERS]):
        found.setdefault(term, word)
    return found


def _terms(text: str) -> Iterator[tuple[str, str]]:
    for word in _WORD.findall(text.replace("’", "'")):
        whole = word.lower().removesuffix("'s")
        if whole in STOP_WORDS:
            continue
        parts = _parts(word)
        if parts != [whole]:
            yield whole[:_LONGEST], whole
        for part in parts:
            if part not in STOP_WORDS:
                yield _term(part), part


def _parts(word: str) -> list[str]:
    found = [part.lower() for part in _PART.findall(word)]
    return found if len(found) == 1 else [part for part in found if len(part) > 1]
