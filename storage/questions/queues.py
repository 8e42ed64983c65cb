"""Whose move it is: what waits for a person, what they can verify, what they filed."""

from sqlalchemy import union_all

from bot.domain.attention import NextAct, next_act
from bot.domain.builds import Contains, Fix, contains
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
    return [view for view in found if _may_verify(view, person) and holds_fix(view)]


def filed_by(tenant: Tenant, person: str) -> list[DefectView]:
    return views(tenant, sorted(tenant.all(_FILED, person=person), key=lambda row: str(row.id), reverse=True))


def holds_fix(view: DefectView) -> bool:
    """The newest build can be verified on. Where nobody can know, the verifier looks."""
    defect = view.defect
    if defect.resolution is not Resolution.FIXED or not view.project_has_builds:
        return True
    if not view.builds:
        return False
    fix = Fix(view.fixed_in, defect.fix_commit, defect.release_id)
    return contains(view.builds[-1], fix, view.builds) is not Contains.NO


def _is_their_move(view: DefectView, person: str) -> bool:
    move = next_act(view.defect, builds=view.project_has_builds)
    return move.person == person and (move.act is not NextAct.VERIFY or holds_fix(view))


def _may_verify(view: DefectView, person: str) -> bool:
    policy = view.project.policy
    if not policy.held_by(person, policy.needed("verify")):
        return False
    return not (policy.four_eyes and person in view.defect.fixers)
