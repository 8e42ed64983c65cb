"""What people wrote about a release: why they asked for a waiver, what they signed with, and what a decision repeats of
it. The records keep their seals."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, delete, select, update

from storage.tables import decision_texts, signoffs, waivers
from storage.tenant import TEAM, Tenant, param

_IDS = param("ids", expanding=True)
_PERSON = param("who")
_ABOUT = select(waivers.c.release_id, waivers.c.reason).where(waivers.c.team_id == TEAM, waivers.c.defect_id.in_(_IDS))
_UNREASONED = update(waivers).where(waivers.c.team_id == TEAM).values(reason="")
_REASONS_ABOUT = _UNREASONED.where(waivers.c.defect_id.in_(_IDS))
_BY = (
    _UNREASONED.where(waivers.c.asked_by == _PERSON),
    update(signoffs).where(signoffs.c.team_id == TEAM, signoffs.c.person == _PERSON).values(note=""),
)
_REPEATED = select(decision_texts.c.release_id, decision_texts.c.number, decision_texts.c.name).where(
    decision_texts.c.team_id == TEAM, decision_texts.c.text.in_(param("words", expanding=True))
)
_FORGET = delete(decision_texts).where(
    decision_texts.c.team_id == TEAM,
    decision_texts.c.release_id == param("release"),
    decision_texts.c.number == param("place"),
    decision_texts.c.name == param("called"),
)


def waived(tenant: Tenant, defect_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """The releases in which waivers of these defects stand, and their reasons, which are gone then."""
    found = tenant.all(_ABOUT, ids=defect_ids)
    tenant.change(_REASONS_ABOUT, ids=defect_ids)
    return found


def by(tenant: Tenant, person: str) -> int:
    return sum(tenant.change(each, who=person) for each in _BY)


def repeated(tenant: Tenant, words: Collection[str]) -> None:
    """Beside the records of decisions."""
    rows = tenant.all_in(_REPEATED, "words", words)
    tenant.change_each(_FORGET, [{"release": r.release_id, "place": r.number, "called": r.name} for r in rows])
