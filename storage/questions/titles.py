"""What requirements and test cases are called, by project and key, at an instant."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, select

from storage import dated
from storage.tables import case_versions, requirements, test_cases
from storage.tenant import TEAM, Tenant, param

_PROJECTS, _KEYS = param("projects", expanding=True), param("keys", expanding=True)
_REQUIREMENTS = select(requirements.c.project_id, requirements.c.key, requirements.c.title).where(
    dated.holds(requirements), requirements.c.project_id.in_(_PROJECTS), requirements.c.key.in_(_KEYS)
)
_VERSION = and_(case_versions.c.case_id == test_cases.c.id, dated.holds(case_versions))
_CASES = (
    select(test_cases.c.project_id, test_cases.c.key, test_cases.c.name, case_versions.c.title)
    .outerjoin(case_versions, _VERSION)
    .where(test_cases.c.team_id == TEAM, test_cases.c.project_id.in_(_PROJECTS), test_cases.c.key.in_(_KEYS))
)


def titles(tenant: Tenant, wanted: Iterable[tuple[str, str]], at: datetime | None = None) -> dict[tuple[str, str], str]:
    """`wanted` and the answer by (project's id, key); what is not known is left out."""
    pairs = set(wanted)
    if not pairs:
        return {}
    projects = sorted({project for project, _ in pairs})
    found: dict[tuple[str, str], str] = {}
    for statement in (_REQUIREMENTS, _CASES):
        keys = {key for _, key in pairs}
        for row in tenant.all_in(statement, "keys", keys, projects=projects, at=at or tenant.now):
            found[row.project_id, row.key] = row.title or row.name
    return found
