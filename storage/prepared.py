"""Statements compiled once and handed to the driver.

What SQLAlchemy does anew at each execution took several times as long as the statement itself. Its compiler, its types,
its rows and its listeners stay: whoever listens to `before_cursor_execute`, storage.guard above all, is asked before
each run. What is met for the first time, or with a longer list, takes SQLAlchemy's own road.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Connection, Dialect, Executable, Row
from sqlalchemy.engine.result import result_tuple
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import iterate

from storage.driver import nothing, run

T = TypeVar("T")
Values = Mapping[str, Any]
Convert = Callable[[Any], Any]
# There is a statement for each length of a list, and from here on for each doubling: what is missing is filled up with
# the last one again, which changes nothing behind IN.
EXACT_LIST = 8
LONGEST_LIST = 256


@dataclass(slots=True)
class Prepared:
    """`marks`: of each one in `words` the parameter, its place in a list, and what makes the driver's value of ours;
    `fixed`: the values that the statement brings along; `types`: of the columns that it answers, none
    of words as they stand. `row`, and what makes our value of the driver's in some columns, are known from its first
    answer on."""

    compiled: SQLCompiler
    words: str
    marks: Sequence[tuple[str, int | None, Convert | None]]
    fixed: Values
    types: Sequence[Any]
    row: Callable[[Sequence[Any]], Row[Any]] | None = None
    converting: Sequence[tuple[int, Convert]] = ()

    def arguments(self, values: Values) -> tuple[Any, ...]:
        """Raises KeyError where one is missing, and what a type raises of a value that is none of its."""
        given = []
        for name, at, convert in self.marks:
            value = values[name] if at is None else values[name][min(at, len(values[name]) - 1)]
            given.append(value if convert is None else convert(value))
        return tuple(given)

    def first(self, cursor: Any) -> Row[Any] | None:
        make = self.row or self._learned(cursor.description)
        row = cursor.fetchone()
        return None if row is None else make(*self._converted([row]))

    def rows(self, cursor: Any) -> list[Row[Any]]:
        return self.each(cursor, self.row or self._learned(cursor.description))

    def each(self, cursor: Any, make: Callable[[Sequence[Any]], T]) -> list[T]:
        if self.row is None:
            self._learned(cursor.description)
        return list(map(make, self._converted(cursor.fetchall())))

    def _converted(self, rows: Sequence[Sequence[Any]]) -> Iterable[Sequence[Any]]:
        """Column by column: of some hundred rows the turning costs less than a call for each of them."""
        if not self.converting or not rows:
            return rows
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for at, convert in self.converting:
            columns[at] = map(convert, columns[at])
        return zip(*columns, strict=True)

    def _learned(self, description: Sequence[Any]) -> Callable[[Sequence[Any]], Row[Any]]:
        """Once there is an answer, its columns are known by name and by the driver's type."""
        dialect = self.compiled.dialect
        self.converting = [
            (at, convert)
            for at, (of, column) in enumerate(zip(self.types, description, strict=bool(self.types)))
            if (convert := of.dialect_impl(dialect).result_processor(dialect, column[1])) is not None
        ]
        self.row = result_tuple([column[0] for column in description])
        return self.row


@dataclass(slots=True)
class _Known:
    """`lists`: its parameters that stand for a list."""

    lists: tuple[str, ...]
    of_shape: dict[object, Prepared] = field(default_factory=dict)


_known: "WeakKeyDictionary[Executable, _Known]" = WeakKeyDictionary()


def prepared(connection: Connection, statement: Executable, values: Values) -> Prepared | None:
    """None where SQLAlchemy shall execute it. A statement that was made for one run is met once, and not worth it."""
    known = _known.get(statement)
    if known is None:
        _known[statement] = _Known(_lists(statement))
        return None
    columns = tuple(values) if statement.is_insert else ()
    lengths = tuple([_room(len(values[name])) for name in known.lists])
    if lengths and (min(lengths) == 0 or max(lengths) > LONGEST_LIST):
        return None
    shape = connection.dialect.name, columns, lengths
    if shape not in known.of_shape:
        rooms = zip(known.lists, lengths, strict=True)
        whole = {**values, **{name: ([*values[name]] * room)[:room] for name, room in rooms}}
        known.of_shape[shape] = _prepare(_dialect(connection.dialect), statement, whole)
    return known.of_shape[shape]


def _room(length: int) -> int:
    return length if length <= EXACT_LIST else 1 << (length - 1).bit_length()


def _lists(statement: Any) -> tuple[str, ...]:
    binds = (part for part in iterate(statement) if isinstance(part, BindParameter))
    return tuple({str(bind.key) for bind in binds if bind.expanding and bind.required})


def _dialect(own: Dialect) -> Dialect:
    """For PostgreSQL with the server's own marks, `$1`, which the driver need not look for in the words."""
    return _numbered() if own.name == "postgresql" else own


@cache
def _numbered() -> Dialect:
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg  # noqa: PLC0415 - as the driver

    return PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


def _prepare(dialect: Dialect, statement: Executable, values: Values) -> Prepared:
    columns = list(values) if statement.is_insert else None
    compiled = statement.compile(dialect=dialect, column_keys=columns)  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    of_name = {name: bind for bind, name in compiled.bind_names.items()}
    fixed = {name: bind.effective_value for name, bind in of_name.items() if not bind.required and name not in values}
    whole = compiled.construct_expanded_state({**fixed, **values})
    origin: dict[str, tuple[str, int | None]] = {name: (name, None) for name in of_name}
    for name, parts in whole.parameter_expansion.items():
        origin |= {part: (name, at) for at, part in enumerate(parts)}
    marks = [
        (*origin[name], of_name[origin[name][0]].type.dialect_impl(dialect).bind_processor(dialect))
        for name in whole.positiontup or ()
    ]
    answered = [column.type for column in getattr(statement, "exported_columns", ())]
    return Prepared(compiled, whole.statement, marks, fixed, answered)


def first(connection: Connection, statement: Executable, values: Values) -> Row[Any] | None:
    if (ready := prepared(connection, statement, values)) is None:
        return connection.execute(statement, values).first()
    return run(connection, ready, (values,), ready.first)


def rows(connection: Connection, statement: Executable, values: Values) -> Sequence[Row[Any]]:
    if (ready := prepared(connection, statement, values)) is None:
        return connection.execute(statement, values).all()
    return run(connection, ready, (values,), ready.rows)


def made(
    connection: Connection, statement: Executable, values: Values, make: Callable[[Iterable[Any]], T]
) -> Sequence[T]:
    """What `make` makes of each row's values, without a Row between."""
    if (ready := prepared(connection, statement, values)) is None:
        return list(map(make, connection.execute(statement, values)))
    return run(connection, ready, (values,), partial(ready.each, make=make))


def touched(connection: Connection, statement: Executable, values: Values) -> int:
    """How many rows it changed."""
    if (ready := prepared(connection, statement, values)) is None:
        return connection.execute(statement, values).rowcount
    return run(connection, ready, (values,), _touched)


def _touched(cursor: Any) -> int:
    number: int = cursor.rowcount
    return number


def numbered(connection: Connection, statement: Executable, values: Values) -> int:
    """The number that SQLite gave to the row which it inserts."""
    if (ready := prepared(connection, statement, values)) is None:
        return connection.execute(statement, values).lastrowid
    return run(connection, ready, (values,), _last_number)


def _last_number(cursor: Any) -> int:
    number: int = cursor.lastrowid
    return number


def each(connection: Connection, statement: Executable, values: Sequence[Values]) -> None:
    """Once for each of them."""
    if (ready := prepared(connection, statement, values[0])) is None:
        connection.execute(statement, values if len(values) > 1 else values[0])
    else:
        run(connection, ready, values, nothing, many=len(values) > 1)
