"""python -m tests.bench.traces [--part N] : a release's status, its digest, the first page of its matrix and of its
gaps, and one trace, among very much and among a tenth of it, on both stores."""

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from psycopg import RawCursor
from sqlalchemy import Connection, Engine, Table, create_engine, event, text

from bot.domain.results import Outcome
from bot.domain.values import Surface
from bot.services import requests as ask
from bot.services.composing import compose, draft
from bot.services.context import Context
from bot.services.filing import file_defect
from bot.services.importing import import_cases, import_requirements
from bot.services.notifications import notify
from bot.services.ports import UnitOfWork
from bot.services.readiness import status
from bot.services.releases import plan_release, register_build
from bot.services.testing import record_result
from bot.services.traceability import gaps, matrix, trace
from bot.slack.traces import PAGE, gaps_message, matrix_message, trace_message
from storage import tables
from storage.database import open_store
from storage.migrations import migrate
from storage.questions import SqlQuestions
from storage.tenant import Tenant
from storage.unit_of_work import SqlUnitsOfWork
from tests.bench import databases
from tests.bench import table as printed

BUILDS = 50
# Defects that count in the release; all others are of the one before.
COUNTING = 500


@dataclass(frozen=True, slots=True)
class Size:
    requirements: int
    cases: int
    defects: int

    @property
    def executions(self) -> int:
        return self.cases * BUILDS

    def tenth(self) -> "Size":
        return Size(self.requirements // 10, self.cases // 10, self.defects // 10)

    def __str__(self) -> str:
        counts = f"{self.requirements:,} requirements, {self.cases:,} cases, {self.executions:,} executions"
        return f"{counts}, {self.defects:,} defects"


class Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


def traces(table: printed.Table, urls: Mapping[str, str], size: Size) -> None:
    """Each size is a workspace of its own in one store, which `urls` names by address."""
    print(f"traces among {size}; the raw SQL's own time beside each")
    for name, url in urls.items():
        migrate(url)
        small = _measured(url, "T0SMALL", size.tenth())
        large = _measured(url, "T0LARGE", size)
        for what, (took, raw) in large.items():
            table.add(
                f"{name}: {what}", took, "ms", note=f"raw SQL {raw:.1f} ms; a tenth of it: {small[what][0]:.1f} ms"
            )
        for what, most in GROWTH.items():
            growth = large[what][0] / small[what][0]
            table.add(f"{name}: {what}, growth with ten times as much of all", growth, "x", most)


STATUS = f"/release status, {COUNTING} defects that count"
DIGEST = "facts of a first digest"
MATRIX = f"first page of /trace matrix, {PAGE} rows"
GAPS = "first page of /trace gaps"
# A status counts the results of all cases on the candidate, a digest and the gaps count what lacks them; a page of the
# matrix is about as many rows as before.
GROWTH = {STATUS: 10, DIGEST: 10, MATRIX: 2, GAPS: 10}


def _measured(url: str, team: str, size: Size) -> dict[str, tuple[float, float]]:
    """Median milliseconds from the question to the message, and of its statements alone."""
    _seed(url, team)
    engine = create_engine(url)
    with engine.begin() as connection:
        _fill(connection, team, size)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    asked: dict[str, Callable[[Any, Any], object]] = {
        STATUS: status,
        DIGEST: lambda q, view: compose(q, draft(q, view)),
        MATRIX: lambda q, view: matrix_message(matrix(q, view, q.now, 0, PAGE)),
        GAPS: lambda q, view: gaps_message(gaps(q, view, q.now, 0, PAGE)),
        "/trace REQ-7": lambda q, view: trace_message(trace(q, view.project, "REQ-7", None)),
    }
    found = {what: (_timed(engine, team, question), _raw(engine, team, question)) for what, question in asked.items()}
    engine.dispose()
    return found


def _ask(connection: Connection, team: str, question: Callable[[Any, Any], object]) -> None:
    q = SqlQuestions(Tenant(connection, team, datetime.now(UTC)))
    question(q, q.release("2.4", q.project_for(None)))


def _timed(engine: Engine, team: str, question: Callable[[Any, Any], object], times: int = 15) -> float:
    took = []
    for _ in range(times):
        with engine.connect() as connection:
            began = time.perf_counter()
            _ask(connection, team, question)
            took.append((time.perf_counter() - began) * 1000)
    return median(took)


def _raw(engine: Engine, team: str, question: Callable[[Any, Any], object], times: int = 15) -> float:
    """The same statements on the driver's own cursor."""
    said: list[tuple[str, Any]] = []

    def hear(_: Any, __: Any, statement: str, parameters: Any, ___: Any, ____: Any) -> None:
        if "set_config" not in statement:
            said.append((statement, parameters))

    with engine.connect() as connection:
        event.listen(engine, "before_cursor_execute", hear)
        _ask(connection, team, question)
        event.remove(engine, "before_cursor_execute", hear)
        took = []
        for _ in range(times):
            driver: Any = connection.connection.driver_connection
            plain = driver.cursor()
            numbered = RawCursor(driver) if engine.dialect.name == "postgresql" else plain
            began = time.perf_counter()
            for statement, parameters in said:
                # Statements that were compiled once come with numbers in the place of names.
                cursor = plain if isinstance(parameters, dict) else numbered
                cursor.execute(statement, parameters)
                cursor.fetchall()
            took.append((time.perf_counter() - began) * 1000)
    return median(took)


def _seed(url: str, team: str) -> None:
    """One of everything, by the use cases; all else is copied from it."""
    store = open_store(url, readers=1, writers=1)
    units = SqlUnitsOfWork(store, Now(), notify)
    context = Context(team, "U0BENCH", Surface.COMMAND, "C0BENCH")

    def work(uow: UnitOfWork) -> None:
        plan_release(uow, ask.PlanRelease("2.3"))
        plan_release(uow, ask.PlanRelease("2.4"))
        needed = ask.RequirementLine(2, "REQ-1", "A declined card is retried once")
        import_requirements(uow, ask.ImportRequirements((needed,), "one"))
        case = ask.CaseLine(2, "TC-1", "Decline a card", requirements=("REQ-1",), releases=("2.4",))
        import_cases(uow, ask.ImportCases((case,), "two"))
        file_defect(uow, ask.FileDefect("Card charged twice", home="C0BENCH", release="2.4", requirements=("REQ-1",)))

    units.perform_sync(context, work)
    for n in range(BUILDS):
        units.perform_sync(context, lambda uow, n=n: register_build(uow, ask.RegisterBuild("2.4", f"rc{n}")))  # type: ignore[misc]
        result = ask.RecordResult("TC-1", Outcome.PASSED, f"rc{n}")
        units.perform_sync(context, lambda uow, result=result: record_result(uow, result))  # type: ignore[misc]
    store.close_sync()


def _fill(connection: Connection, team: str, size: Size) -> None:
    needed, case = f"'REQ-' || (n % {size.requirements} + 1)", "'c-' || n"
    _copy(connection, team, tables.requirements, size.requirements, id="'r-' || n", number="n", key="'REQ-' || n")
    numbered = {"number": "n", "key": "'TC-' || n", "name": "'suite case ' || n", "name_key": "'k-' || n"}
    _copy(connection, team, tables.test_cases, size.cases, id=case, **numbered)
    _copy(connection, team, tables.case_versions, size.cases, id="'v-' || n", case_id=case)
    _copy(connection, team, tables.case_links, size.cases, id="'l-' || n", case_id=case, requirement=needed)
    _copy(connection, team, tables.planned_cases, size.cases, id="'p-' || n", case_id=case)
    _copy(connection, team, tables.executions, size.cases, ordinal="n", case_id=case)
    earlier = "(SELECT id FROM releases of WHERE of.team_id = seed.team_id AND of.name = '2.3')"
    release = f"CASE WHEN n <= {COUNTING} THEN seed.release_id ELSE {earlier} END"
    among = {"release_id": release, "counts_in": release}
    _copy(connection, team, tables.defects, size.defects, id="'d-' || n", key="'DEF-' || n", **among)
    _copy(connection, team, tables.defect_versions, size.defects, defect_id="'d-' || n", **among)
    _copy(connection, team, tables.link_versions, size.defects, id="'w-' || n", defect_id="'d-' || n", target=needed)


def _copy(connection: Connection, team: str, table: Table, times: int, **changed: str) -> None:
    """Each row that there is, so often more, numbered from 2."""
    names = [f'"{column.name}"' for column in table.columns]
    values = [changed.get(column.name, f'seed."{column.name}"') for column in table.columns]
    counting = f"WITH RECURSIVE counting(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM counting WHERE n < {times})"
    rows = f"SELECT {', '.join(values)} FROM {table.name} seed CROSS JOIN counting WHERE seed.team_id = :team"
    connection.execute(text(f"INSERT INTO {table.name} ({', '.join(names)}) {counting} {rows}"), {"team": team})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.traces", description=__doc__)
    parser.add_argument("--postgres", help="a database URL; a server of its own without it")
    parser.add_argument("--part", type=int, default=1, help="of the whole size, one part in so many")
    given = parser.parse_args()
    whole = Size(5_000 // given.part, 20_000 // given.part, 100_000 // given.part)
    with tempfile.TemporaryDirectory() as name, databases.postgres(given.postgres, Path(name)) as postgres:
        traces(printed.Table(), {"SQLite": f"sqlite:///{name}/traces.db", "PostgreSQL": postgres}, whole)


if __name__ == "__main__":
    main()
