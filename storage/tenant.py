"""One transaction of one workspace: every statement is bound to its team here and nowhere else."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Connection, Executable, Row, Table, bindparam, insert, text

from storage import prepared
from storage.guard import TEAM_NAME, bind
from storage.inserting import insert_of


def param(name: str, *, expanding: bool = False) -> BindParameter[Any]:
    """`expanding`: stands for a list, behind IN."""
    return bindparam(name, expanding=expanding)


TEAM = param(TEAM_NAME)
# A statement takes 32,766 values on SQLite (https://sqlite.org/limits.html), 65,535 on PostgreSQL.
PORTION = 10_000
Values = Mapping[str, Any]
T = TypeVar("T")

# A process that stands still in the middle of a transaction, or whose machine is gone, frees what it has locked.
LONGEST_SILENCE = "10s"
_SET_TEAM = text(
    "SELECT set_config('app.team', :team, true),"
    f" set_config('idle_in_transaction_session_timeout', '{LONGEST_SILENCE}', true)"
)


@dataclass(frozen=True, slots=True)
class Upsert:
    """Of a row under its key: every other column is replaced."""

    table: Table
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tenant:
    """Statements name `team_id == TEAM`; rows to insert get their `team_id` added."""

    conn: Connection
    team: str
    now: datetime

    def __post_init__(self) -> None:
        """First in each transaction: row-level security reads it. Raises Unbound in one of another workspace."""
        if bind(self.conn, self.team) and self.conn.dialect.name == "postgresql":
            prepared.each(self.conn, _SET_TEAM, [{"team": self.team}])

    def first(self, statement: Executable, **values: Any) -> Row[Any] | None:
        return prepared.first(self.conn, statement, {"team": self.team, **values})

    def all(self, statement: Executable, **values: Any) -> Sequence[Row[Any]]:
        return prepared.rows(self.conn, statement, {"team": self.team, **values})

    def made(self, make: Callable[[Iterable[Any]], T], statement: Executable, **values: Any) -> Sequence[T]:
        """What `make` makes of each row's values; for answers of some hundred rows."""
        return prepared.made(self.conn, statement, {"team": self.team, **values}, make)

    def all_in(
        self, statement: Executable, name: str, wanted: Collection[str] | Collection[int], **values: Any
    ) -> list[Row[Any]]:
        """`name` is the statement's list; nothing is asked for an empty one."""
        ordered: list[Any] = sorted(wanted)
        portions = [ordered[at : at + PORTION] for at in range(0, len(ordered), PORTION)]
        return [row for portion in portions for row in self.all(statement, **{name: portion}, **values)]

    def change(self, statement: Executable, **values: Any) -> int:
        """The number of rows that it touched."""
        return prepared.touched(self.conn, statement, {"team": self.team, **values})

    def number(self, statement: Executable, **values: Any) -> int:
        """That SQLite gave to the row which it inserts."""
        return prepared.numbered(self.conn, statement, {"team": self.team, **values})

    def change_each(self, statement: Executable, rows: Sequence[Values]) -> None:
        if rows:
            prepared.each(self.conn, statement, [{"team": self.team, **row} for row in rows])

    def add(self, table: Table, *rows: Values) -> None:
        if rows:
            prepared.each(self.conn, _insertion(table), [{"team_id": self.team, **row} for row in rows])

    def put(self, upsert: Upsert, **row: Any) -> None:
        """Inserts the row or replaces what stands under its key."""
        statement = _replacing(upsert, self.conn.dialect.name)
        prepared.each(self.conn, statement, [{"team_id": self.team, **row}])

    def add_unless_known(self, table: Table, row: Values) -> bool:
        """False when a unique key of it exists; waits for whoever is about to insert the same."""
        statement = _unless_known(table, self.conn.dialect.name)
        return prepared.touched(self.conn, statement, {"team_id": self.team, **row}) == 1


@cache
def _insertion(table: Table) -> Executable:
    return insert(table)


@cache
def _unless_known(table: Table, dialect: str) -> Executable:
    # Of an INSERT the count is not kept unless it is asked for.
    plain: Executable = insert_of(table, dialect).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return plain


@cache
def _replacing(upsert: Upsert, dialect: str) -> Executable:
    statement = insert_of(upsert.table, dialect)
    names = [column.name for column in upsert.table.c if column.name not in upsert.key]
    replaced = {name: statement.excluded[name] for name in names}
    conflict: Executable = statement.on_conflict_do_update(index_elements=list(upsert.key), set_=replaced)
    return conflict
