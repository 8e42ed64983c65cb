"""A project's own people teach its suggestions: what they said of earlier ones, in the order in which they said it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, and_, func, select

from storage.search.analysis import analysed
from storage.search.candidates import Search
from storage.search.comparing import Asked, compared
from storage.search.documents import text_of
from storage.search.fitting import Example, fitted, measured
from storage.search.weights import Weights, weights_of
from storage.tables import defects, judgements, search_documents, search_weights
from storage.tenant import TEAM, Tenant, param
from storage.work import Work

T = TypeVar("T")
# Fewer judgements than these say more about chance than about the project.
LEAST = 150
# The newest ones; those before them tell of another product.
MOST = 2_000
# Of all that was filed and of which nobody said anything, so many are looked at.
_SILENT = 300
_HELD_OUT = 0.3
_STRENGTH = 10.0

_OF_PROJECT = (search_documents.c.team_id == TEAM, search_documents.c.project_id == param("project"))
_FILED = (
    select(search_documents, defects.c.title.label("words"), defects.c.component, defects.c.created_at)
    .join(
        defects,
        and_(defects.c.team_id == search_documents.c.team_id, defects.c.id == search_documents.c.defect_id),
    )
    .where(*_OF_PROJECT)
)
_NAMED = _FILED.where(search_documents.c.defect_id.in_(param("ids", expanding=True)))
_EVERY = _FILED.where(search_documents.c.number % param("every") == 0, search_documents.c.number >= param("first"))
# Ids are in the order of their making (UUIDv7).
_LAST_BEFORE = (
    select(search_documents.c.number, search_documents.c.place)
    .where(*_OF_PROJECT, search_documents.c.defect_id < param("made"))
    .order_by(search_documents.c.defect_id.desc())
    .limit(1)
)
_JUDGEMENTS = (
    select(judgements)
    .where(judgements.c.team_id == TEAM, judgements.c.project_id == param("project"))
    .order_by(judgements.c.at.desc(), judgements.c.id.desc())
    .limit(MOST)
)
_VERSION = select(func.max(search_weights.c.version).label("newest")).where(
    search_weights.c.team_id == TEAM, search_weights.c.project_id == param("project")
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of it. `labels`: judgements that were read; with fewer than LEAST nothing was tried.

    `old`, `new`: recall@1, recall@5, recall@10 and mrr of both weights on the `held_out` duplicates that were reported
    last, from `since` on. `weights`: the better ones where these are new, fitted on everything.
    """

    labels: int
    held_out: int = 0
    since: datetime | None = None
    old: Mapping[str, float] | None = None
    new: Mapping[str, float] | None = None
    weights: Weights | None = None


@dataclass(frozen=True, slots=True)
class _Dated:
    at: datetime
    example: Example


def learn(team: str, project_id: str, now: datetime) -> Work[Lesson]:
    """Reads only; `keep` stores what won."""
    return _within(team, now, lambda tenant: _learned(tenant, project_id))


def keep(team: str, project_id: str, now: datetime, lesson: Lesson) -> Work[int]:
    """The version under which its weights are in use from now on."""
    return _within(team, now, lambda tenant: _kept(tenant, project_id, lesson))


def _within(team: str, now: datetime, work: Callable[[Tenant], T]) -> Work[T]:
    def working(connection: Connection) -> T:
        tenant = Tenant(connection, team, now)
        return work(tenant)

    return working


def _learned(tenant: Tenant, project_id: str) -> Lesson:
    said = list(reversed(tenant.all(_JUDGEMENTS, project=project_id)))
    if len(said) < LEAST:
        return Lesson(len(said))
    before = weights_of(tenant, project_id)
    dated = sorted(_examples(tenant, project_id, said), key=lambda each: each.at)
    judged = [each.at for each in dated if each.example.right]
    since = judged[int(len(judged) * (1 - _HELD_OUT))] if judged else dated[-1].at
    earlier = [each.example for each in dated if each.at < since]
    later = [each.example for each in dated if each.at >= since]
    old, new = measured(later, before), measured(later, fitted(earlier, before, _STRENGTH))
    won = new["mrr"] > old["mrr"] and new["recall@5"] >= old["recall@5"]
    weights = fitted([each.example for each in dated], before, _STRENGTH) if won else None
    return Lesson(len(said), sum(bool(each.right) for each in later), since, old, new, weights)


def _kept(tenant: Tenant, project_id: str, lesson: Lesson) -> int:
    assert lesson.weights is not None
    row = tenant.first(_VERSION, project=project_id)
    version: int = (row.newest or 0) + 1 if row else 1
    tenant.add(
        search_weights,
        {
            "project_id": project_id,
            "version": version,
            "weights": lesson.weights.kept(),
            "fitted_at": tenant.now,
            "labels": lesson.labels,
        },
    )
    return version


def _examples(tenant: Tenant, project_id: str, said: Sequence[Row[Any]]) -> Iterator[_Dated]:
    of_defect: dict[str, set[str]] = {}
    for row in said:
        if row.defect_id is None:
            yield _never_filed(tenant, project_id, row)
        else:
            of_defect.setdefault(row.defect_id, set()).update({row.suggested_id} if row.same else ())
    for filed in tenant.all(_NAMED, project=project_id, ids=sorted(of_defect)):
        yield _filed(tenant, filed, frozenset(of_defect[filed.defect_id]), 1)
    yield from _silent(tenant, project_id, of_defect)


def _silent(tenant: Tenant, project_id: str, judged: Mapping[str, object]) -> Iterator[_Dated]:
    """Of what was filed since the first judged one and is no known duplicate: new, as far as anybody said."""
    numbers = [row.number for row in tenant.all(_NAMED, project=project_id, ids=sorted(judged))]
    first, last = min(numbers, default=1), max(numbers, default=1)
    every = max(1, (last - first) // _SILENT)
    for row in tenant.all(_EVERY, project=project_id, every=every, first=first):
        if row.defect_id not in judged:
            yield _filed(tenant, row, frozenset(), every)


def _filed(tenant: Tenant, row: Row[Any], right: frozenset[str], weight: int) -> _Dated:
    search = Search(row.project_id, text_of(row), row.number - 1, row.place)
    asked = Asked(search, row.words, row.component, row.created_at)
    return _Dated(row.created_at, Example(compared(tenant, asked), right, float(weight)))


def _never_filed(tenant: Tenant, project_id: str, row: Row[Any]) -> _Dated:
    last = tenant.first(_LAST_BEFORE, project=project_id, made=row.id)
    size, before = (last.number, last.place + 1) if last else (0, 0)
    title, body = (row.title, row.body) if analysed(row.title).title else (row.body, "")
    asked = Asked(Search(project_id, analysed(title, body), size, before), title, row.component, row.at)
    return _Dated(row.at, Example(compared(tenant, asked), frozenset({row.suggested_id} if row.same else ())))
