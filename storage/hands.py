"""Who has which test case in hand: two people never get the same one."""

from datetime import timedelta
from functools import cache

from sqlalchemy import Executable, and_, case, delete, exists, func, select

from bot.domain.traceability import Case, number_of
from storage import dated
from storage.catalogue import CASE, VERSION, WRITTEN, case_from
from storage.inserting import insert_of
from storage.tables import case_versions, executions, handed_cases, planned_cases, test_cases, test_runs
from storage.tenant import TEAM, Tenant, param

# Longer than anybody takes for one case; whoever went home blocks nobody.
IN_HAND = timedelta(minutes=30)

_BUILD, _RELEASE, _PERSON, _NOW = param("build"), param("release"), param("person_"), param("now")
_run = and_(test_runs.c.team_id == TEAM, test_runs.c.id == executions.c.run_id, test_runs.c.published_at.isnot(None))
_done = exists().where(
    executions.c.team_id == TEAM,
    executions.c.case_id == planned_cases.c.case_id,
    executions.c.build_id == _BUILD,
    _run,
)
_held = exists().where(
    handed_cases.c.team_id == TEAM,
    handed_cases.c.build_id == _BUILD,
    handed_cases.c.case_id == planned_cases.c.case_id,
    handed_cases.c.until > _NOW,
    handed_cases.c.person != _PERSON,
)
_PLAN = and_(dated.live(planned_cases), planned_cases.c.release_id == _RELEASE)
_NEXT = (
    select(*CASE, *WRITTEN)
    .select_from(planned_cases)
    .join(test_cases, and_(test_cases.c.team_id == TEAM, test_cases.c.id == planned_cases.c.case_id))
    .outerjoin(case_versions, VERSION)
    .where(_PLAN, ~_done, ~_held, test_cases.c.number > param("after_"))
    .order_by(test_cases.c.number)
    .limit(1)
)
_LEFT = (
    select(func.count().label("planned"), func.sum(case((_done, 0), else_=1)).label("remaining"))
    .select_from(planned_cases)
    .where(_PLAN)
)
_DONE = (
    select(executions.c.run_id)
    .join(test_runs, _run)
    .where(executions.c.team_id == TEAM, executions.c.case_id == param("case_"), executions.c.build_id == _BUILD)
    .limit(1)
)
_PUT_BACK = delete(handed_cases).where(
    handed_cases.c.team_id == TEAM, handed_cases.c.build_id == _BUILD, handed_cases.c.case_id == param("case_")
)


@cache
def _taking(dialect: str) -> Executable:
    """One statement decides: it is free, or its time is over, or it is in the same hand."""
    statement = insert_of(handed_cases, dialect)
    new = statement.excluded
    free = (handed_cases.c.until <= _NOW) | (handed_cases.c.person == new.person)
    taking: Executable = statement.on_conflict_do_update(
        index_elements=["team_id", "build_id", "case_id"],
        set_={"person": new.person, "until": new.until},
        where=and_(handed_cases.c.team_id == TEAM, free),
    ).execution_options(preserve_rowcount=True)
    return taking


class SqlHands:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def take(self, release_id: str, build_id: str, person: str, after: Case | None) -> Case | None:
        place = number_of(after.key) if after else 0
        while (found := self._next(release_id, build_id, person, place)) is not None:
            if self._took(build_id, found.id, person):
                if not self._tenant.first(_DONE, build=build_id, case_=found.id):
                    return found
                # Whoever had it recorded its result after it was found.
                self.put_back(build_id, found.id)
        return self.take(release_id, build_id, person, None) if place else None

    def _next(self, release_id: str, build_id: str, person: str, after: int) -> Case | None:
        where = {"release": release_id, "build": build_id, "person_": person, "after_": after}
        row = self._tenant.first(_NEXT, now=self._tenant.now, **where)
        return case_from(row) if row else None

    def _took(self, build_id: str, case_id: str, person: str) -> bool:
        until = self._tenant.now + IN_HAND
        row = {"team_id": self._tenant.team, "build_id": build_id, "case_id": case_id, "person": person, "until": until}
        return self._tenant.change(_taking(self._tenant.conn.dialect.name), now=self._tenant.now, **row) == 1

    def put_back(self, build_id: str, case_id: str) -> None:
        self._tenant.change(_PUT_BACK, build=build_id, case_=case_id)

    def left(self, release_id: str, build_id: str) -> tuple[int, int]:
        row = self._tenant.first(_LEFT, release=release_id, build=build_id)
        return (row.planned, row.remaining or 0) if row else (0, 0)
