"""Requirements, test cases and what ties them, at an instant."""

from sqlalchemy import and_, func, or_, select

from bot.services.tracing import Named
from storage import dated
from storage.tables import case_versions, requirements, test_cases, test_runs
from storage.tenant import TEAM, Tenant, param

_PROJECT, _LIMIT = param("project"), param("limit_")
VERSION = and_(case_versions.c.case_id == test_cases.c.id, dated.holds(case_versions))
RUN = and_(test_runs.c.team_id == TEAM, test_runs.c.id == test_cases.c.run_id)
# Somebody has written about it, or the test run that brought it is published.
SEEN = or_(case_versions.c.id.isnot(None), test_runs.c.published_at <= param("at"))
_CASES = (
    select(test_cases.c.key, test_cases.c.name, case_versions.c.title)
    .outerjoin(case_versions, VERSION)
    .outerjoin(test_runs, RUN)
    .where(test_cases.c.team_id == TEAM, test_cases.c.project_id == _PROJECT, SEEN)
)
_BEGINS, _HOLDS = param("begins"), param("holds")
_OFFERED = (
    select(requirements.c.key, requirements.c.title)
    .where(dated.holds(requirements), requirements.c.project_id == _PROJECT)
    .where(or_(requirements.c.key.like(_BEGINS), requirements.c.title_key.like(_HOLDS, escape="\\")))
    .order_by(requirements.c.number)
    .limit(_LIMIT)
)
_OFFERED_CASES = (
    _CASES.where(
        or_(
            test_cases.c.key.like(_BEGINS),
            case_versions.c.title_key.like(_HOLDS, escape="\\"),
            func.lower(test_cases.c.name).like(_HOLDS, escape="\\"),
        )
    )
    .order_by(test_cases.c.number)
    .limit(_LIMIT)
)
_SPECIAL = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


class SqlTraces:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def offered(self, project_id: str, typed: str, limit: int) -> list[Named]:
        key = typed.strip().upper().translate(_SPECIAL)
        asked = {"begins": f"{key}%", "holds": f"%{typed.strip().casefold().translate(_SPECIAL)}%"}
        found: list[Named] = []
        for statement in (_OFFERED, _OFFERED_CASES):
            rows = self._tenant.all(
                statement, project=project_id, at=self._tenant.now, limit_=limit - len(found), **asked
            )
            found += [Named(row.key, row.title or row.name) for row in rows]
        return found
