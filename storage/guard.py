"""The second line: no statement reaches a workspace's rows unless its transaction is bound to that workspace.

On PostgreSQL row-level security decides (storage.protection). SQLite has no such thing, so every statement passes here,
on both stores: each of its tables must be held to `:team`, in so many words or by a join, and `:team` must be the
workspace that the transaction was bound to. What a statement is held to is looked into once, when it is compiled.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    Alias,
    BindParameter,
    ClauseElement,
    Column,
    Connection,
    Delete,
    Engine,
    FromClause,
    Insert,
    Join,
    Select,
    Table,
    Update,
    event,
)
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import Compiled
from sqlalchemy.sql.elements import AsBoolean, BinaryExpression, BooleanClauseList, False_, Grouping, TextClause
from sqlalchemy.sql.visitors import iterate

from storage.tables import metadata

TEAM_NAME, COLUMN = "team", "team_id"
_BOUND = "workspace"
_TENANTS_TABLE = re.compile(rf"\b({'|'.join(metadata.tables)})\b", re.IGNORECASE)
# Whether a compiled statement touches a workspace's rows.
_looked_into: "WeakKeyDictionary[Compiled, bool]" = WeakKeyDictionary()


class Unbound(Exception):
    """A statement that could see another workspace's rows: a fault of ours, and nothing of it was run."""


def watch(engine: Engine) -> None:
    event.listen(engine, "before_cursor_execute", _check)


def bind(connection: Connection, team: str) -> bool:
    """Until the end of the transaction, or `unbind`. False when it was bound to that workspace already. Raises Unbound
    for an empty one and for a second one."""
    now = bound(connection)
    if not team or now not in (None, team):
        raise Unbound(f"bound to {now!r}, and now to {team!r}")
    connection.info[_BOUND] = (connection.get_transaction(), team)
    return now is None


def unbind(connection: Connection) -> None:
    """Units of work that share a transaction do not share a workspace."""
    connection.info.pop(_BOUND, None)


def bound(connection: Connection) -> str | None:
    transaction, team = connection.info.get(_BOUND, (None, None))
    return team if transaction is not None and transaction is connection.get_transaction() else None


def _check(connection: Connection, _cursor: object, words: str, _values: object, context: Any, _many: bool) -> None:
    compiled = context.compiled
    if compiled is None or isinstance(compiled.statement, TextClause):
        if _names_a_tenants_table(words):
            raise Unbound("words that nothing was compiled from cannot be held to a workspace")
    elif _of_workspaces(compiled):
        team = bound(connection)
        if team is None:
            raise Unbound("no workspace is set in this transaction")
        for values in context.compiled_parameters:
            if (asked := values.get(TEAM_NAME, values.get(COLUMN, team))) != team:
                raise Unbound(f"bound to {team!r}, asked for {asked!r}")


@cache
def _names_a_tenants_table(words: str) -> bool:
    return _TENANTS_TABLE.search(words) is not None


def _of_workspaces(compiled: Compiled) -> bool:
    if compiled not in _looked_into:
        statement = compiled.statement
        assert statement is not None
        if loose := sorted(_loose(statement)):
            raise Unbound(f"nothing holds {', '.join(loose)} to a workspace")
        _looked_into[compiled] = any(_is_tenants(each) for each in _tables(statement))
    return _looked_into[compiled]


def _tables(statement: ClauseElement) -> Iterator[FromClause]:
    for part in iterate(statement):
        if isinstance(part, Select):
            for source in part.get_final_froms():
                yield from _leaves(source)
        elif isinstance(part, Insert | Update | Delete):
            yield part.table


def _leaves(source: FromClause) -> Iterator[FromClause]:
    if isinstance(source, Join):
        yield from _leaves(source.left)
        yield from _leaves(source.right)
    else:
        yield source


def _is_tenants(source: FromClause) -> bool:
    table = source.element if isinstance(source, Alias) else source
    return isinstance(table, Table) and table.metadata is metadata


def _loose(statement: ClauseElement) -> set[str]:
    """The tables that no `team_id = :team` reaches, directly or from another table that it reaches."""
    links = list(_links(statement))
    # What is inserted names its workspace in a value, which every execution is asked for.
    held: set[object] = {TEAM_NAME} | {part.table for part in iterate(statement) if isinstance(part, Insert)}
    while reached := {there for here, there in links if here in held} - held:
        held |= reached
    return {str(table) for table in _tables(statement) if _is_tenants(table) and table not in held}


def _links(statement: ClauseElement) -> Iterator[tuple[object, object]]:
    """(from, to): where `from` is held to the workspace, `to` is as well."""
    for part in iterate(statement):
        if isinstance(part, Select):
            yield from _both_ways(part.whereclause)
            for source in part.get_final_froms():
                yield from _of_joins(source)
                if _asks_for_nothing(part.whereclause):
                    yield from ((TEAM_NAME, leaf) for leaf in _leaves(source))
        elif isinstance(part, Update | Delete):
            yield from _both_ways(part.whereclause)


def _of_joins(source: FromClause) -> Iterator[tuple[object, object]]:
    if isinstance(source, Join):
        right = set(_leaves(source.right))
        # An outer join lets every row of its left side through.
        yield from ((a, b) for a, b in _both_ways(source.onclause) if not source.isouter or b in right)
        yield from _of_joins(source.left)
        yield from _of_joins(source.right)


def _asks_for_nothing(condition: Any) -> bool:
    """Of `x AND false` SQLAlchemy keeps `false`."""
    return isinstance(condition.element if isinstance(condition, AsBoolean) else condition, False_)


def _both_ways(condition: Any) -> Iterator[tuple[object, object]]:
    if isinstance(condition, Grouping):
        yield from _both_ways(condition.element)
    elif isinstance(condition, BooleanClauseList) and condition.operator is operators.and_:
        for each in condition.clauses:
            yield from _both_ways(each)
    elif isinstance(condition, BinaryExpression) and condition.operator is operators.eq:
        left, right = _end(condition.left), _end(condition.right)
        if left is not None and right is not None:
            yield from ((left, right), (right, left))


def _end(side: ClauseElement) -> object | None:
    if isinstance(side, BindParameter):
        return TEAM_NAME if side.key == TEAM_NAME else None
    return side.table if isinstance(side, Column) and side.name == COLUMN else None
