"""Test runs as they come in, and what they found out on a build."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, delete, func, select, update

from bot.domain.results import BAD, Execution, Outcome, Tally
from bot.services.records import TestRun
from storage.ids import new_id
from storage.tables import case_counters, executions, test_cases, test_runs
from storage.tenant import TEAM, Tenant, param

_PUBLISHED = select(test_runs.c.id).where(
    test_runs.c.team_id == TEAM,
    test_runs.c.build_id == param("build"),
    test_runs.c.checksum == param("checksum_"),
    test_runs.c.published_at.isnot(None),
)
_PUBLISH = (
    update(test_runs)
    .where(test_runs.c.team_id == TEAM, test_runs.c.id == param("run"))
    .values(published_at=param("now"), taken=test_runs.c.checksum)
)
_KNOWN = select(test_cases.c.id, test_cases.c.key, test_cases.c.name_key).where(
    test_cases.c.team_id == TEAM, test_cases.c.project_id == param("project")
)
_BY_NAME = _KNOWN.where(test_cases.c.name_key.in_(param("names", expanding=True)))
_BY_KEY = _KNOWN.where(test_cases.c.key.in_(param("keys", expanding=True)))
_COUNT = (
    update(case_counters)
    .where(case_counters.c.team_id == TEAM, case_counters.c.project_id == param("project"))
    .values(counter=case_counters.c.counter + param("more"))
    .returning(case_counters.c.counter)
)
_STALE = select(test_runs.c.id).where(
    test_runs.c.team_id == TEAM, test_runs.c.published_at.is_(None), test_runs.c.staged_at < param("before")
)
_IDS = param("ids", expanding=True)
_FORGET = (
    delete(executions).where(executions.c.team_id == TEAM, executions.c.run_id.in_(_IDS)),
    delete(test_runs).where(test_runs.c.team_id == TEAM, test_runs.c.id.in_(_IDS)),
)

_RUNS_BY = select(test_runs.c.id).where(test_runs.c.team_id == TEAM, test_runs.c.by == param("who"))
# What a person wrote to results by hand, erased.
WORDLESS = (
    update(executions)
    .where(executions.c.team_id == TEAM, executions.c.run_id.in_(_RUNS_BY), executions.c.message != "")
    .values(message="")
)

_bad = executions.c.outcome.in_(sorted(BAD))
# What an execution says in the last bits of a number, above them the turn of its run on that build: of a case's numbers
# the highest is what it says now. No order has to be made of all executions to find it.
_OUTCOMES = tuple(Outcome)
_SAID = 15  # an outcome's place, twice, and whether it was flaky
_says = 2 * case({outcome.value: at for at, outcome in enumerate(_OUTCOMES)}, value=executions.c.outcome) + case(
    (executions.c.flaky, 1), else_=0
)
_turns = (
    select(
        test_runs.c.id,
        func.row_number().over(order_by=(test_runs.c.published_at, test_runs.c.id)).label("turn"),
    )
    .where(test_runs.c.team_id == TEAM, test_runs.c.build_id == param("build"), test_runs.c.published_at <= param("at"))
    .subquery()
)
# As an expression it has no index: for the order of its groups SQLite walked through the executions of all builds.
_case = (executions.c.case_id + "").label("case_id")
_newest = (
    select(
        _case,
        func.max(_turns.c.turn * (_SAID + 1) + _says).label("number"),
        func.max(case((_bad, 1), else_=0)).label("failed_once"),
    )
    .join(_turns, _turns.c.id == executions.c.run_id)
    .where(executions.c.team_id == TEAM)
    .group_by(_case)
    .subquery()
)
_said = _newest.c.number.bitwise_and(_SAID)
_TALLY = select(_said.label("said"), _newest.c.failed_once, func.count().label("cases")).group_by(
    _said, _newest.c.failed_once
)


def cases_that_say(outcomes: Collection[Outcome]) -> Select[str]:
    """Their ids, by what was published of the build `build` until `at`."""
    numbers = [2 * at + flaky for at, outcome in enumerate(_OUTCOMES) if outcome in outcomes for flaky in (0, 1)]
    return select(_newest.c.case_id).where(_said.in_(numbers))


_LAST = select(func.max(test_runs.c.published_at)).where(
    test_runs.c.team_id == TEAM, test_runs.c.build_id == param("build"), test_runs.c.published_at <= param("at")
)


def tested_at(tenant: Tenant, build_id: str, at: datetime) -> datetime | None:
    row = tenant.first(_LAST, build=build_id, at=at)
    return row[0] if row else None


def tally_of(tenant: Tenant, build_id: str, at: datetime) -> Tally:
    """By what was published until `at`; of several runs the last one counts for each case."""
    cases: dict[Outcome, int] = {}
    flaky = 0
    for row in tenant.all(_TALLY, build=build_id, at=at):
        outcome = _OUTCOMES[row.said // 2]
        cases[outcome] = cases.get(outcome, 0) + row.cases
        flaky += row.cases if outcome is Outcome.PASSED and (row.said % 2 or row.failed_once) else 0
    return Tally(cases, flaky)


class SqlResults:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def published(self, build_id: str, checksum: str) -> bool:
        return self._tenant.first(_PUBLISHED, build=build_id, checksum_=checksum) is not None

    def add(self, run: TestRun) -> None:
        row = {"id": run.id, "project_id": run.project_id, "build_id": run.build_id, "name": run.name}
        self._tenant.add(test_runs, {**row, "checksum": run.checksum, "staged_at": self._tenant.now})
        self._tenant.add_unless_known(case_counters, {"project_id": run.project_id, "counter": 0})

    def stage(self, run: TestRun, place: int, portion: Sequence[Execution]) -> int:
        cases, new = self._cases(run, portion)
        rows = (_row(run, place + number, cases[each.case], each) for number, each in enumerate(portion))
        self._tenant.add(executions, *rows)
        return new

    def record(self, run: TestRun, case_id: str, execution: Execution) -> None:
        """A run of its own; its id stands for the report that it never had."""
        now, place = self._tenant.now, {"id": run.id, "project_id": run.project_id, "build_id": run.build_id}
        said = {"name": run.name, "checksum": run.id, "taken": run.id, "by": run.by}
        self._tenant.add(test_runs, {**place, **said, "staged_at": now, "published_at": now})
        self._tenant.add(executions, _row(run, 0, case_id, execution))

    def publish(self, run: TestRun) -> bool:
        if self.published(run.build_id, run.checksum):
            return False
        self._tenant.change(_PUBLISH, run=run.id, now=self._tenant.now)
        return True

    def forget_staged(self, before: datetime) -> None:
        stale = [row.id for row in self._tenant.all(_STALE, before=before)]
        for statement in _FORGET if stale else ():
            self._tenant.change(statement, ids=stale)

    def _cases(self, run: TestRun, portion: Sequence[Execution]) -> tuple[Mapping[str, str], int]:
        """The case of each name, by the key that it names itself, else by its name; those that are new are made."""
        named = {each.case: name_key(each.case) for each in portion}
        keys = {each.key for each in portion if each.key}
        by_key = {row.key: row.id for row in self._tenant.all_in(_BY_KEY, "keys", keys, project=run.project_id)}
        by_name = self._by_name(run, named.values())
        found = {each.case: by_key.get(each.key or "") or by_name.get(named[each.case]) for each in portion}
        missing = {name: named[name] for name, known in found.items() if known is None}
        if missing:
            self._make(run, missing)
            by_name = self._by_name(run, missing.values())
        return {name: known or by_name[named[name]] for name, known in found.items()}, len(missing)

    def _by_name(self, run: TestRun, wanted: Collection[str]) -> dict[str, str]:
        rows = self._tenant.all_in(_BY_NAME, "names", set(wanted), project=run.project_id)
        return {row.name_key: row.id for row in rows}

    def _make(self, run: TestRun, missing: Mapping[str, str]) -> None:
        """The counter's row is locked, so that of two runs that bring one name the second finds it."""
        counted = self._tenant.first(_COUNT, project=run.project_id, more=len(missing))
        assert counted is not None
        taken = self._by_name(run, missing.values())
        first = counted.counter - len(missing) + 1
        rows = [
            {
                "id": new_id(),
                "project_id": run.project_id,
                "key": f"TC-{first + number}",
                "number": first + number,
                "name": name,
                "name_key": key,
                "run_id": run.id,
                "created_at": self._tenant.now,
            }
            for number, (name, key) in enumerate(missing.items())
            if key not in taken
        ]
        self._tenant.add(test_cases, *rows)


def _row(run: TestRun, ordinal: int, case_id: str, execution: Execution) -> dict[str, Any]:
    return {
        "run_id": run.id,
        "ordinal": ordinal,
        "case_id": case_id,
        "build_id": run.build_id,
        "outcome": execution.outcome.value,
        "seconds": execution.seconds,
        "flaky": execution.flaky,
        "message": execution.message,
    }


def name_key(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
