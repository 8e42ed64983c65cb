"""What people said of suggestions: one word on each two defects, and one on each text of which nothing was filed."""

from sqlalchemy import delete, select

from bot.services.records import Judgement
from storage.tables import judgements
from storage.tenant import TEAM, Tenant, param

_OF_DEFECT = (judgements.c.team_id == TEAM, judgements.c.defect_id == param("defect"))
_FORGET = delete(judgements).where(*_OF_DEFECT, judgements.c.suggested_id == param("suggested"))
_TAKE_BACK = delete(judgements).where(judgements.c.team_id == TEAM, judgements.c.id == param("said"))
_DIFFERENT = select(judgements.c.suggested_id).where(*_OF_DEFECT, judgements.c.same.is_(False))


def judged_different(tenant: Tenant, defect_id: str) -> set[str]:
    return {row.suggested_id for row in tenant.all(_DIFFERENT, defect=defect_id)}


class SqlJudgements:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def add(self, judgement: Judgement) -> None:
        if judgement.defect_id is not None:
            self.withdraw(judgement.defect_id, judgement.suggested_id)
        self._tenant.add(judgements, {name: getattr(judgement, name) for name in judgement.__dataclass_fields__})

    def withdraw(self, defect_id: str, suggested_id: str) -> None:
        self._tenant.change(_FORGET, defect=defect_id, suggested=suggested_id)

    def take_back(self, judgement_id: str) -> None:
        self._tenant.change(_TAKE_BACK, said=judgement_id)
