"""Which defect has which words in its title: written with the defect, read by storage.similar."""

from sqlalchemy import delete

from bot.domain.defect import Defect
from storage.tables import postings
from storage.tenant import TEAM, Tenant, param
from storage.terms import terms

_FORGET = delete(postings).where(postings.c.team_id == TEAM, postings.c.defect_id == param("defect"))


def index(tenant: Tenant, defect: Defect) -> None:
    words = terms(defect.title)
    # In one order everywhere, so that two units of work cannot wait for each other.
    rows = [
        {"project_id": defect.project_id, "term": word, "defect_id": defect.id, "weight": 1 / len(words)}
        for word in sorted(words)
    ]
    tenant.add(postings, *rows)


def index_again(tenant: Tenant, defect: Defect) -> None:
    tenant.change(_FORGET, defect=defect.id)
    index(tenant, defect)
