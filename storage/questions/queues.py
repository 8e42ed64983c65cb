"""Whose move it is: what waits for a person, what they can verify, what they filed."""

from sqlalchemy import union_all

from bot.domain.attention import next_act
from bot.domain.values import OPEN, UNCLOSED, Resolution, Status
from bot.services.views import DefectView
from storage.defect_rows import SELECT
from storage.questions.views import views
from storage.tables import defects
from storage.tenant import Tenant, param

_PERSON = param("person")
_RESOLVED = defects.c.status == Status.RESOLVED.value
# Each part has its own index; a person is found in the whole workspace without reading it.
_THEIRS = union_all(
    SELECT.where(defects.c.owner == _PERSON, defects.c.status.in_([*sorted(OPEN), Status.RESOLVED.value])),
    SELECT.where(defects.c.asked == _PERSON),
    SELECT.where(defects.c.reporter == _PERSON, _RESOLVED),
)
_UNVERIFIED = SELECT.where(_RESOLVED, defects.c.duplicate_of.is_(None)).order_by(
    defects.c.severity, defects.c.bounces.desc(), defects.c.created_at, defects.c.id
)
_FILED = SELECT.where(defects.c.reporter == _PERSON, defects.c.status.in_(sorted(UNCLOSED)))


def waits_for(tenant: Tenant, person: str) -> list[DefectView]:
    found = {row.id: row for row in tenant.all(_THEIRS, person=person)}
    oldest_first = sorted(found.values(), key=lambda row: (row.since, row.id))
    return [view for view in views(tenant, oldest_first) if _is_their_move(view, person)]


def verifiable_by(tenant: Tenant, person: str) -> list[DefectView]:
    found = views(tenant, tenant.all(_UNVERIFIED))
    return [view for view in found if _may_verify(view, person) and _can_be_verified(view)]


def filed_by(tenant: Tenant, person: str) -> list[DefectView]:
    return views(tenant, sorted(tenant.all(_FILED, person=person), key=lambda row: str(row.id), reverse=True))


def _can_be_verified(view: DefectView) -> bool:
    return view.defect.resolution is not Resolution.FIXED or not view.awaits_build


def _is_their_move(view: DefectView, person: str) -> bool:
    return next_act(view.defect, awaits_build=view.awaits_build).person == person


def _may_verify(view: DefectView, person: str) -> bool:
    policy = view.project.policy
    if not policy.held_by(person, policy.needed("verify")):
        return False
    return not (policy.four_eyes and person in view.defect.fixers)
