"""Whose move it is: what waits for a person, what they can verify, what they filed."""

from sqlalchemy import and_, or_

from bot.domain.attention import NextAct, next_act
from bot.domain.builds import Contains, Fix, contains
from bot.domain.values import OPEN, Resolution, Status
from bot.services.views import DefectView
from storage.defect_rows import SELECT
from storage.questions.views import views
from storage.tables import defects
from storage.tenant import Tenant, param

_PERSON = param("person")
_RESOLVED = defects.c.status == Status.RESOLVED.value
_THEIRS = SELECT.where(
    or_(
        and_(defects.c.owner == _PERSON, defects.c.status.in_([*sorted(OPEN), Status.RESOLVED.value])),
        defects.c.asked == _PERSON,
        and_(defects.c.reporter == _PERSON, _RESOLVED),
    )
).order_by(defects.c.since, defects.c.id)
_UNVERIFIED = SELECT.where(_RESOLVED, defects.c.duplicate_of.is_(None)).order_by(
    defects.c.severity, defects.c.bounces.desc(), defects.c.created_at, defects.c.id
)
_FILED = SELECT.where(defects.c.reporter == _PERSON, defects.c.status != Status.CLOSED.value).order_by(
    defects.c.id.desc()
)


def waits_for(tenant: Tenant, person: str) -> list[DefectView]:
    return [view for view in views(tenant, tenant.all(_THEIRS, person=person)) if _is_their_move(view, person)]


def verifiable_by(tenant: Tenant, person: str) -> list[DefectView]:
    found = views(tenant, tenant.all(_UNVERIFIED))
    return [view for view in found if _may_verify(view, person) and holds_fix(view)]


def filed_by(tenant: Tenant, person: str) -> list[DefectView]:
    return views(tenant, tenant.all(_FILED, person=person))


def holds_fix(view: DefectView) -> bool:
    """The newest build can be verified on. Where nobody can know, the verifier looks."""
    defect = view.defect
    if defect.resolution is not Resolution.FIXED or not view.project_has_builds:
        return True
    if not view.builds:
        return False
    fix = Fix(view.fixed_in, defect.fix_commit)
    return contains(view.builds[-1], fix, view.builds) is not Contains.NO


def _is_their_move(view: DefectView, person: str) -> bool:
    move = next_act(view.defect, builds=view.project_has_builds)
    return move.person == person and (move.act is not NextAct.VERIFY or holds_fix(view))


def _may_verify(view: DefectView, person: str) -> bool:
    policy = view.project.policy
    if not policy.held_by(person, policy.needed("verify")):
        return False
    return not (policy.four_eyes and person in view.defect.fixers)
