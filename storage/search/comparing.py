"""A report beside everything near it: each candidate with its features; a duplicate stands for its original."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select

from storage.search.candidates import Search, nearest
from storage.search.documents import text_of
from storage.search.features import Features, Other, Report, features
from storage.tables import defects, search_documents
from storage.tenant import TEAM, Tenant, param

_CANDIDATES = (
    select(
        search_documents.c.place,
        search_documents.c.title,
        search_documents.c.body,
        search_documents.c.length,
        defects.c.id,
        defects.c.title.label("words"),
        defects.c.component,
        defects.c.created_at,
        defects.c.duplicate_of,
    )
    .join(
        defects,
        and_(defects.c.team_id == search_documents.c.team_id, defects.c.id == search_documents.c.defect_id),
    )
    .where(
        search_documents.c.team_id == TEAM,
        search_documents.c.project_id == param("project"),
        search_documents.c.place.in_(param("places", expanding=True)),
    )
)
_FOLLOWING = select(defects.c.id, defects.c.duplicate_of).where(
    defects.c.team_id == TEAM, defects.c.id.in_(param("ids", expanding=True))
)
_FOLLOWERS = (
    select(defects.c.duplicate_of, func.count().label("number"))
    .where(
        defects.c.team_id == TEAM,
        defects.c.duplicate_of.in_(param("ids", expanding=True)),
        defects.c.created_at < param("until"),
    )
    .group_by(defects.c.duplicate_of)
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A report as of `at`. `title`, `component` as written; `but`: a defect that is not compared with itself."""

    search: Search
    title: str
    component: str | None
    at: datetime
    but: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """`original_id`: of a duplicate the one that it stands for, else itself; `shared`: terms, the rarest first."""

    defect_id: str
    original_id: str
    features: Features
    shared: tuple[str, ...]


def compared(tenant: Tenant, asked: Asked) -> list[Candidate]:
    """In the order of the index; nothing that the report shares no term with."""
    found = nearest(tenant, asked.search)
    if not found.places:
        return []
    rows = {row.place: row for row in _rows(tenant, asked, found.places)}
    originals = _originals(tenant, rows.values())
    followers = tenant.all(_FOLLOWERS, ids=sorted(set(originals.values())), until=asked.at)
    known = {row.duplicate_of: row.number for row in followers}
    report = Report(asked.title, asked.search.text, asked.component, asked.at, found.rarity)
    return [
        _candidate(report, rows[place], originals[rows[place].id], known) for place in found.places if place in rows
    ]


def _rows(tenant: Tenant, asked: Asked, places: Collection[int]) -> Iterable[Row[Any]]:
    rows = tenant.all(_CANDIDATES, project=asked.search.project_id, places=sorted(places))
    return (row for row in rows if row.id != asked.but)


def _candidate(report: Report, row: Row[Any], original: str, known: Mapping[str, int]) -> Candidate:
    text = text_of(row)
    other = Other(row.words, text, row.length, row.component, row.created_at, known.get(original, 0))
    shared = report.shared(text)
    return Candidate(row.id, original, features(report, other, shared), shared)


def _originals(tenant: Tenant, rows: Iterable[Row[Any]]) -> dict[str, str]:
    """Defect -> the end of the chain that it follows. A chain is as short as people make it."""
    follows: dict[str, str | None] = {row.id: row.duplicate_of for row in rows}
    candidates = list(follows)
    while unknown := {original for original in follows.values() if original} - follows.keys():
        follows |= {row.id: row.duplicate_of for row in tenant.all_in(_FOLLOWING, "ids", unknown)}
    return {defect_id: _end(follows, defect_id) for defect_id in candidates}


def _end(follows: Mapping[str, str | None], defect_id: str) -> str:
    while (original := follows[defect_id]) is not None:
        defect_id = original
    return defect_id


def best_of_each(scored: Sequence[tuple[float, Candidate]]) -> list[tuple[float, Candidate]]:
    """The best first, each original once."""
    found: dict[str, tuple[float, Candidate]] = {}
    for score, candidate in sorted(scored, key=lambda pair: -round(pair[0], 9)):
        found.setdefault(candidate.original_id, (score, candidate))
    return list(found.values())
