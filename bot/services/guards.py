"""What every use case asks first: which defect, and may this person."""

from bot.domain.defect import Defect
from bot.domain.policy import authorize
from bot.domain.project import Project
from bot.services.ports import UnitOfWork


def permitted(uow: UnitOfWork, key: str, verb: str) -> tuple[Defect, Project]:
    """Raises NotFound, NotAllowed."""
    defect = uow.defects.get(key)
    project = uow.projects.by_id(defect.project_id)
    authorize(project, verb, uow.context.actor, guest_team=uow.context.guest_team)
    return defect, project


def permitted_in(uow: UnitOfWork, project: Project, verb: str) -> None:
    authorize(project, verb, uow.context.actor, guest_team=uow.context.guest_team)
