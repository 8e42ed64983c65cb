"""What a text reminds of, as a reader gets to see it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, and_, select

from bot.domain.defect import Defect
from bot.domain.values import Status
from bot.services.views import Similar
from storage.event_log import filing_texts
from storage.judgements import judged_different
from storage.search.analysis import analysed, words
from storage.search.candidates import Search, size_of
from storage.search.comparing import Asked, Candidate, best_of_each, compared
from storage.search.documents import of_defect
from storage.search.weights import weights_of
from storage.tables import defects, releases
from storage.tenant import TEAM, Tenant, param

_SHOWN_WORDS = 6

_NAMED = (
    select(defects.c.id, defects.c.key, defects.c.title, defects.c.status, releases.c.name.label("release"))
    .outerjoin(releases, and_(releases.c.team_id == defects.c.team_id, releases.c.id == defects.c.release_id))
    .where(defects.c.team_id == TEAM, defects.c.id.in_(param("ids", expanding=True)))
)


def similar(tenant: Tenant, project_id: str, title: str, body: str, limit: int, component: str | None) -> list[Similar]:
    """A body without a title is all that was said: then it is the title."""
    title, body = (title, body) if analysed(title).title else (body, "")
    text = analysed(title, body)
    search = Search(project_id, text, size_of(tenant, project_id))
    asked = Asked(search, title, component, tenant.now)
    return _shown(tenant, asked, words(f"{title}\n{body}"), set(), limit)


def similar_to(tenant: Tenant, defect: Defect, limit: int) -> list[Similar]:
    document = of_defect(tenant, defect.id)
    if document is None:
        return []
    search = Search(defect.project_id, document.text, size_of(tenant, defect.project_id))
    asked = Asked(search, defect.title, defect.component, tenant.now, but=defect.id)
    said = "\n".join((defect.title, *filing_texts(tenant, defect.id).values()))
    return _shown(tenant, asked, words(said), {defect.id, *judged_different(tenant, defect.id)}, limit)


def _shown(tenant: Tenant, asked: Asked, said: dict[str, str], unwanted: Collection[str], limit: int) -> list[Similar]:
    weights = weights_of(tenant, asked.search.project_id)
    scored = [(weights.score_of(each.features), each) for each in compared(tenant, asked)]
    best = best_of_each([(score, each) for score, each in scored if each.original_id not in unwanted])
    chances = weights.chances([(score, each.features) for score, each in best])
    known = {row.id: row for row in tenant.all_in(_NAMED, "ids", {each.original_id for _, each in best[:limit]})}
    return [
        _similar(known[each.original_id], each, said, chance, chance >= weights.worth)
        for (_, each), chance in zip(best[:limit], chances, strict=False)
    ]


def _similar(row: Row[Any], candidate: Candidate, said: dict[str, str], chance: float, worth: bool) -> Similar:
    shared = tuple(dict.fromkeys(said.get(term, term) for term in candidate.shared))[:_SHOWN_WORDS]
    return Similar(row.key, row.title, Status(row.status), row.release, shared, chance, worth)
