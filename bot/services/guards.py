"""What every use case asks first: which defect, may this person, and is it a time for that."""

from dataclasses import replace

from bot.domain.defect import Defect
from bot.domain.errors import UNCONFIRMED, WrongState
from bot.domain.lifecycle import Action
from bot.domain.policy import authorize
from bot.domain.project import Project
from bot.services.ports import UnitOfWork


def permitted(uow: UnitOfWork, key: str, verb: str, action: Action | None = None) -> tuple[Defect, Project]:
    """`action` None: an act that every status allows. Raises NotFound, NotAllowed, WrongState."""
    defect = uow.defects.get(key)
    project = uow.projects.by_id(defect.project_id)
    authorize(project, verb, uow.context.actor, guest_team=uow.context.guest_team)
    if action is not None:
        possible(uow, defect, action)
    return defect, project


def possible(uow: UnitOfWork, defect: Defect, action: Action) -> None:
    """Before anything else is asked of the person. Raises WrongState, which names who was there before them."""
    try:
        defect.check(action)
    except WrongState as refusal:
        raise explained(uow, defect, refusal) from None


def explained(uow: UnitOfWork, defect: Defect, refusal: WrongState) -> WrongState:
    moves = [entry for entry in uow.log.of_subject(defect.id) if "status" in entry.event.changes]
    if not moves:
        return refusal
    facts = moves[-1].event.facts
    along_with = str(facts["cause"]) if "cause" in facts else None
    told = replace(refusal, by=moves[-1].actor, did=moves[-1].event.kind.value, along_with=along_with)
    if refusal.cause != UNCONFIRMED:
        return told
    return replace(told, severity=defect.severity, release=_meant(uow, defect))


def _meant(uow: UnitOfWork, defect: Defect) -> str | None:
    """The release that an edit would confirm: its own, else the current one."""
    if defect.release_id is not None:
        return uow.releases.by_id(defect.release_id).name
    current = uow.releases.current(defect.project_id)
    return current.name if current else None


def permitted_in(uow: UnitOfWork, project: Project, verb: str) -> None:
    authorize(project, verb, uow.context.actor, guest_team=uow.context.guest_team)
